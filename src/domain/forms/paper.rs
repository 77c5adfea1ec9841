//! Applications on paper: brought to the window or sent by post, and entered by an officer (GB22: nobody is turned away for
//! not being online). What is asked is what the forms on screen ask; the day of receipt starts the clocks.

use chrono::{Days, NaiveDate};

use super::read::Reader;
use super::steps::{Question, Step};
use super::submission::{FileNote, Purpose, Signed};
use super::{Answers, Fault, FormKind, letter, steps};

/// The answer that the officer gives: the civil date of receipt.
pub const RECEIVED_ON: &str = "received_on";
/// The field of the files, in faults.
pub const FILES: &str = "file";
/// How long ago a paper may have come in that is entered now.
const OLDEST_DAYS: u64 = 366;

/// The day on which a paper came in.
///
/// # Errors
/// When it is none, in the future, or so long ago that it is a slip of the pen.
pub fn received_on(answers: &Answers, today: NaiveDate) -> Result<NaiveDate, Vec<Fault>> {
    let mut reader = Reader::new(answers, today);
    let day = reader.past_date(
        RECEIVED_ON,
        "收到书面申请的日期",
        "the day on which the paper was received",
    );
    match day {
        Some(day) if today.checked_sub_days(Days::new(OLDEST_DAYS)) > Some(day) => {
            Err(vec![Fault {
                field: RECEIVED_ON,
                zh: "收到的日期应当在最近一年内".to_owned(),
                en: "Day of receipt must be within the last year".to_owned(),
            }])
        }
        Some(day) => Ok(day),
        None => Err(reader.faults),
    }
}

/// Every step of a form, whatever was answered: the officer has the whole paper before him.
pub fn all(kind: FormKind) -> impl Iterator<Item = &'static Step> {
    steps::whole(kind)
}

/// Every question of a form in its order. What only some are asked must not be filled in by all.
pub fn questions(kind: FormKind, has_records: bool) -> Vec<(&'static Step, Vec<Question>)> {
    let mut answers = Answers::default();
    answers.set(steps::HAS_RECORDS, if has_records { "yes" } else { "no" });
    let about_record = |step: &Step| step.code == "target" && has_records;
    all(kind)
        .filter(|step| !about_record(step))
        .map(|step| {
            let asked = step.questions.iter().map(|q| Question {
                required: q.required && (step.when)(&answers) && (q.when)(&answers) && !depends(q),
                ..*q
            });
            (step, asked.collect())
        })
        .collect()
}

/// Whether a question is asked of some applicants and not of others.
fn depends(question: &Question) -> bool {
    matches!(
        question.field,
        "credit_code"
            | "id_number"
            | "rep_name"
            | "rep_id_kind"
            | "rep_id_number"
            | "proxy_name"
            | "proxy_id_number"
            | "proxy_relation"
            | "replied_on"
    )
}

/// The commitment as it was signed on paper: the first file that shows it.
///
/// # Errors
/// When the form needs one and no file shows it.
pub fn commitment(kind: FormKind, files: &[FileNote]) -> Result<Option<Signed>, Fault> {
    let scanned = files.iter().find(|f| f.purpose == Purpose::Commitment);
    match scanned {
        Some(note) => Ok(Some(Signed::OnPaper { file: note.file })),
        None if letter::needed(kind) => Err(Fault {
            field: FILES,
            zh: "请上传签字盖章的承诺书扫描件，用途选“签署的信用承诺书”".to_owned(),
            en: "Upload the signed commitment letter, and say that the file shows it".to_owned(),
        }),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn received(typed: &str) -> Result<NaiveDate, Vec<Fault>> {
        let mut answers = Answers::default();
        answers.set(RECEIVED_ON, typed);
        received_on(&answers, day("2026-11-25"))
    }

    #[test]
    fn the_day_of_receipt_is_one_of_the_last_year() {
        assert_eq!(received("2026-11-25"), Ok(day("2026-11-25")));
        assert_eq!(received("2026年11月20日"), Ok(day("2026-11-20")));
        assert_eq!(received("2025-11-24"), Ok(day("2025-11-24")));
        for bad in ["", "昨天", "2026-11-26", "2025-11-23", "2026-02-30"] {
            let faults = received(bad).unwrap_err();
            assert_eq!(faults.len(), 1, "{bad}");
            assert_eq!(faults[0].field, RECEIVED_ON);
        }
    }

    #[test]
    fn the_whole_form_is_asked_and_what_some_are_asked_is_no_duty_of_all() {
        for kind in FormKind::ALL {
            for has_records in [true, false] {
                let all = questions(*kind, has_records);
                let fields: Vec<&str> =
                    all.iter().flat_map(|(_, qs)| qs).map(|q| q.field).collect();
                for field in ["name", "credit_code", "id_number", "mobile", "consent"] {
                    assert!(fields.contains(&field), "{field}");
                }
                assert_eq!(
                    fields.contains(&"target"),
                    *kind == FormKind::Objection && !has_records
                );
                let mut unique = fields.clone();
                unique.sort_unstable();
                unique.dedup();
                assert_eq!(unique.len(), fields.len(), "a field is asked twice");
                // what one applicant alone is asked is told apart by what the form itself says
                for person in ["person", "organisation"] {
                    let mut answers = Answers::default();
                    answers.set("applicant_kind", person);
                    answers.set("has_proxy", "no");
                    answers.set("ground", "no_reply");
                    answers.set(steps::HAS_RECORDS, if has_records { "yes" } else { "no" });
                    let asked: Vec<&str> = steps::steps(*kind, &answers)
                        .into_iter()
                        .flat_map(|s| s.asked(&answers))
                        .map(|q| q.field)
                        .collect();
                    for question in all.iter().flat_map(|(_, qs)| qs) {
                        assert!(
                            !question.required || asked.contains(&question.field),
                            "{} is not asked of every {person}",
                            question.field
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_commitment_is_the_file_that_shows_it() {
        let file = |file, purpose| FileNote {
            file,
            purpose,
            kind: "pdf".into(),
            name: "a.pdf".into(),
            bytes: 1,
            sha256: String::new(),
            about: None,
        };
        let none = [file(1, Purpose::Performance)];
        let one = [file(1, Purpose::Performance), file(2, Purpose::Commitment)];
        for kind in [FormKind::Repair, FormKind::Objection] {
            assert_eq!(commitment(kind, &none).unwrap_err().field, FILES);
            assert_eq!(
                commitment(kind, &one),
                Ok(Some(Signed::OnPaper { file: 2 }))
            );
        }
        assert_eq!(commitment(FormKind::Complaint, &none), Ok(None));
    }
}
