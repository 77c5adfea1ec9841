//! A file of an application: what is asked when it is uploaded, and how it is listed.

use maud::{Markup, html};

use crate::domain::forms::submission::{ALL_RECORDS, FileNote, Purpose};
use crate::outside::web::parts::field::{Field, Input, field};
use crate::outside::web::parts::lang::Lang;
use crate::record::PublicRecord;

fn size(bytes: u64) -> String {
    if bytes >= 1 << 20 {
        format!("{}.{} MB", bytes >> 20, ((bytes % (1 << 20)) * 10) >> 20)
    } else {
        format!("{} KB", bytes.div_ceil(1 << 10))
    }
}

/// A file: its name, what it shows, its kind and size.
pub(super) fn named(lang: Lang, file: &FileNote) -> Markup {
    html! {
        strong.typed { (file.name) }
        span.meta.line { (lang.say(file.purpose.zh(), file.purpose.en())) " · " (file.kind.to_uppercase()) " · " (size(file.bytes)) }
    }
}

/// A file in a list. `records` are those of the application that are displayed; with several of them it says which the file
/// is about.
pub(crate) fn file_line(lang: Lang, file: &FileNote, records: &[&PublicRecord]) -> Markup {
    html! {
        (named(lang, file))
        @match &file.about {
            None if records.len() > 1 => span.meta.line { (lang.say("涉及全部所选信息，送达每个办理机关", "About all records: each authority that decides sees it")) },
            None => {},
            Some(id) => span.meta.line {
                @match records.iter().find(|r| r.id == *id) {
                    Some(record) => { (lang.say("只涉及 ", "Only about ")) (record.document_number) (lang.say("，只送达 ", ", seen only by ")) (record.authority_name) },
                    None => (lang.say("所涉信息已不再公示，不送达任何机关", "The record it is about is no longer displayed: nobody sees it")),
                }
            },
        }
    }
}

/// The field of a file.
pub(crate) fn upload_field(lang: Lang, error: &str) -> Field<'_> {
    Field {
        name: "file",
        label: lang.say("选择文件", "Choose a file"),
        hint: lang.say(
            "PDF、JPEG、PNG 或者 OFD，每个不超过 10 MB，最多 20 个；印章、文字须清晰可见",
            "PDF, JPEG, PNG or OFD, 10 MB each at most, 20 files; seals and words must be legible",
        ),
        error,
        value: "",
        required: true,
        input: Input::File {
            accept: ".pdf,.jpg,.jpeg,.png,.ofd,application/pdf,image/jpeg,image/png,application/ofd",
        },
    }
}

/// What is asked of a file before it is chosen: what it shows, `chosen` to begin with; and, where an application has several
/// records, which of them it is about, so that no authority sees what concerns another alone.
pub(crate) fn described(
    lang: Lang,
    chosen: &str,
    several: bool,
    records: &[&PublicRecord],
) -> Markup {
    let purposes: Vec<(&str, &str)> = Purpose::ALL
        .iter()
        .map(|p| (p.code(), lang.say(p.zh(), p.en())))
        .collect();
    let purpose = Field {
        name: "purpose",
        label: lang.say("这个文件是", "The file shows"),
        hint: "",
        error: "",
        value: chosen,
        required: chosen.is_empty(),
        input: Input::Choice { of: &purposes },
    };
    let named: Vec<(&str, String)> = records
        .iter()
        .map(|r| {
            let words = format!("{} · {}", r.document_number, r.authority_name);
            (r.id.as_str(), words)
        })
        .collect();
    let all = lang.say("全部所选信息", "All records of this application");
    let abouts: Vec<(&str, &str)> = std::iter::once((ALL_RECORDS, all))
        .chain(named.iter().map(|(id, words)| (*id, words.as_str())))
        .collect();
    let about = Field {
        name: "about",
        label: lang.say("涉及哪条信息", "Which record it is about"),
        hint: lang.say(
            "只有办理这条信息的机关能看到；承诺书、授权委托书、身份证明和登记证照总是送达每个办理机关",
            "Only the authority that decides about this record sees it; the commitment letter, and what proves who applies, always go to each",
        ),
        error: "",
        value: "",
        required: true,
        input: Input::Choice { of: &abouts },
    };
    html! {
        (field(lang, &purpose))
        @if several { (field(lang, &about)) }
    }
}
