//! Identity documents of natural persons, by type: checked and brought into normal form.

use chrono::NaiveDate;

use super::finding::Fault;
use crate::domain::subject::normal::code_form;
use crate::domain::subject::{CitizenId, CitizenIdError};

/// A checked document.
#[derive(Debug)]
pub(in crate::inside) struct Found {
    /// Type code (01 to 06), or the words of another type.
    pub kind: String,
    /// Number in normal form.
    pub number: String,
    /// Something odd that does not keep the row out.
    pub doubt: Option<Fault>,
}

/// Checks a number against its type; without a type it is a citizen's number when it looks like one.
pub(in crate::inside) fn check(told: Option<&str>, number: &str) -> Result<Found, Fault> {
    let chars = code_form(number);
    let form: String = chars.iter().collect();
    let kind = told.unwrap_or("01");
    let citizen = matches!(kind, "01" | "06");
    if citizen {
        return match CitizenId::parse(number) {
            Ok(id) => Ok(Found {
                kind: kind.to_owned(),
                number: id.expose().to_owned(),
                doubt: id.was_old_form().then(|| {
                    Fault::new(
                        "old_id",
                        (
                            "15位旧身份证号,已换算为18位",
                            "an old 15-digit number, converted to 18 digits",
                        ),
                        ("请核对", "please compare"),
                    )
                }),
            }),
            Err(e) => Err(bad(&e)),
        };
    }
    let ascii = form.bytes().all(|b| b.is_ascii_alphanumeric());
    let digits_from = |at: usize| form.bytes().skip(at).all(|b| b.is_ascii_digit());
    let sound = match kind {
        "02" => (5..=20).contains(&form.len()) && ascii,
        "03" => {
            form.starts_with(['H', 'M', 'C']) && (9..=11).contains(&form.len()) && digits_from(1)
        }
        "04" => (8..=12).contains(&form.len()) && ascii,
        "05" => matches!(form.len(), 15 | 18) && ascii,
        _ => (3..=64).contains(&chars.len()),
    };
    if sound {
        Ok(Found {
            kind: kind.to_owned(),
            number: form,
            doubt: None,
        })
    } else {
        Err(Fault::new(
            "bad_id",
            (
                "证件号码与证件类型不符",
                "the number does not have the form of its type of document",
            ),
            (
                "核对证件类型和号码",
                "compare the type and the number with the document",
            ),
        ))
    }
}

fn bad(e: &CitizenIdError) -> Fault {
    Fault::new(
        "bad_id",
        (e.zh(), e.to_string()),
        (
            "核对号码;不是身份证的,填写证件类型",
            "compare the number; when it is no citizen's card, name the type of document",
        ),
    )
}

/// Whether a citizen's number says that its holder was under 18 on a day.
///
/// The day is that of the decision: who was a minor then stays protected afterwards (未成年人保护法 art. 103).
pub(in crate::inside) fn is_minor(number: &str, on: NaiveDate) -> bool {
    CitizenId::parse(number).is_ok_and(|id| id.is_minor_on(on))
}
