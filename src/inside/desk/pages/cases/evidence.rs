//! Evidence: what was handed in as files, each to be saved; pictures also to be seen, in an answer that may do nothing.

use maud::{Markup, html};

use super::head;
use crate::domain::forms::submission::FileNote;
use crate::inside::cases::{CaseFile, CaseRow};
use crate::inside::desk::pages::frame::DeskCtx;
use crate::outside::evidence::Kind;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::count;

/// The address of a file: of the application itself, or of what the applicant did afterwards.
#[must_use]
pub fn address(case: &str, act: Option<i64>, file: u32) -> String {
    match act {
        None => format!("/desk/cases/{case}/files/{file}"),
        Some(act) => format!("/desk/cases/{case}/answers/{act}/files/{file}"),
    }
}

/// Whether a kind of file is a picture that browsers show.
#[must_use]
pub fn is_picture(kind: &str) -> bool {
    matches!(Kind::from_code(kind), Some(Kind::Jpeg | Kind::Png))
}

fn size(bytes: u64) -> String {
    if bytes < 1 << 20 {
        format!("{} KB", count(bytes.div_ceil(1 << 10)))
    } else {
        let tenths = bytes * 10 / (1 << 20);
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

fn kind(lang: Lang, code: &str) -> &'static str {
    Kind::from_code(code).map_or("", |k| lang.say(k.zh(), k.en()))
}

/// All files of a case.
#[must_use]
pub fn list(lang: Lang, file: &CaseFile) -> Markup {
    let own = file.submission.iter().flat_map(|s| s.files.iter());
    let mut all: Vec<(Option<i64>, &FileNote)> = own.map(|f| (None, f)).collect();
    for line in &file.history {
        if let Some(act) = &line.handed_in {
            all.extend(act.files().iter().map(|f| (line.act, f)));
        }
    }
    html! {
        @if all.is_empty() {
            p.empty { (lang.say("没有附件。", "There are no files.")) }
        } @else {
            ul.desk-files {
                @for (act, note) in all {
                    @let there = address(&file.row.id, act, note.file);
                    li {
                        p {
                            strong { (lang.say(note.purpose.zh(), note.purpose.en())) }
                            @if act.is_some() { " " span.tag { (lang.say("补正", "supplement")) } }
                            @if note.about.is_some() { " " span.tag { (lang.say("只涉及本条信息", "about this record alone")) } }
                        }
                        p.meta { (note.name) " · " (kind(lang, &note.kind)) " · " (size(note.bytes)) }
                        p {
                            @if is_picture(&note.kind) { a href={ (there) "/view" } { (lang.say("查看", "See it")) } " · " }
                            a href=(there) download { (lang.say("下载", "Save it")) }
                        }
                    }
                }
            }
            p.meta { (lang.say("PDF、OFD 文件只能下载后打开；文件在接收时已检查，不含脚本和外部内容。", "PDF and OFD files are saved and opened elsewhere; they were examined on receipt: no scripts, nothing from outside.")) }
        }
    }
}

/// The viewer of a picture.
#[must_use]
pub fn page(ctx: &DeskCtx, row: &CaseRow, act: Option<i64>, note: &FileNote) -> Markup {
    let lang = ctx.lang;
    let there = address(&row.id, act, note.file);
    let title = lang.say(note.purpose.zh(), note.purpose.en());
    html! {
        (head(ctx, row, title))
        (facts(&[
            Fact::new(lang.say("提交时的文件名", "Name when it was sent"), html! { (note.name) }),
            Fact::new(lang.say("类型", "Kind"), html! { (kind(lang, &note.kind)) }),
            Fact::new(lang.say("大小", "Size"), html! { (size(note.bytes)) }),
            Fact::wide("SHA-256", html! { code.num { (note.sha256) } }),
        ]))
        p { a href=(there) download { (lang.say("下载", "Save it")) } " · " a href={ "/desk/cases/" (row.id) "#evidence" } { (lang.say("返回案件", "Back to the case")) } }
        @if is_picture(&note.kind) {
            img.desk-picture src={ (there) "/picture" } alt=(title);
        }
    }
}
