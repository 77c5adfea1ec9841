//! Deletes what applicants handed in when its time is over, and proves it: the audit log holds what went (how many files,
//! how many bytes, their hash) before it goes, and that it went afterwards. Who applied goes out of the cases with it.

use chrono::{Days, NaiveDate, TimeDelta};

use super::vault::{Vault, VaultError};
use crate::domain::time::{Moment, civil_date, day_start};
use crate::outside::apply::erase::Contents;
use crate::outside::apply::{ApplyError, ApplyStore};

/// Applications that are deleted in one run.
const MOST: usize = 200;
/// Who deletes, in the audit log.
const ACTOR: &str = "system:retention";

/// What deletes.
#[derive(Clone, Debug)]
pub struct Retention {
    /// Where the audit log is.
    pub vault: Vault,
    /// Where applications are.
    pub apply: ApplyStore,
    /// Days after its end for which what was handed in is kept.
    pub keep_days: u32,
}

/// Why it did not delete.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The audit log failed: then nothing was deleted.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The applications failed.
    #[error(transparent)]
    Apply(#[from] ApplyError),
}

fn detail(contents: &Contents, ended_by: NaiveDate) -> String {
    format!(
        "files={} acts={} replies={} bytes={} sha256={} ended_by={ended_by}",
        contents.files, contents.acts, contents.replies, contents.bytes, contents.sha256
    )
}

impl Retention {
    /// Deletes the contents of applications that ended so long ago; says how many. Nothing is deleted of which the log does
    /// not hold what it was.
    ///
    /// # Errors
    /// The first failure; what was deleted before it stays deleted, the rest waits for the next run.
    pub fn run(&self, now: Moment) -> Result<usize, RetentionError> {
        let today = civil_date(now);
        let Some(ended_by) = today.checked_sub_days(Days::new(u64::from(self.keep_days))) else {
            return Ok(0);
        };
        let mut deleted = 0;
        for number in self.apply.ended_by(ended_by, MOST)? {
            let Some(contents) = self.apply.contents(&number)? else {
                continue;
            };
            let detail = detail(&contents, ended_by);
            self.vault
                .audit(now, ACTOR, "application.erasing", &number, &detail)?;
            if self.apply.erase(&number, &contents, now)? {
                self.vault
                    .audit(now, ACTOR, "application.erased", &number, &detail)?;
                self.vault.forget_applicant(&number, ACTOR, now)?;
                deleted += 1;
            }
        }
        self.forget_erased(ended_by, now)?;
        Ok(deleted)
    }

    /// Takes the names of applicants out of cases whose application is erased: where a run was cut off between the two
    /// databases, and of what was erased before there was this. Both are two transactions; this makes them one in the end.
    fn forget_erased(&self, ended_by: NaiveDate, now: Moment) -> Result<(), RetentionError> {
        let before = day_start(ended_by) + TimeDelta::days(1);
        let mut after = String::new();
        loop {
            let cases = self.vault.named_cases(before, &after, MOST)?;
            let Some((last, _)) = cases.last() else {
                return Ok(());
            };
            after.clone_from(last);
            let mut numbers: Vec<&str> = cases.iter().map(|(_, number)| number.as_str()).collect();
            numbers.dedup();
            for number in numbers {
                if self.apply.is_erased(number)? {
                    self.vault.forget_applicant(number, ACTOR, now)?;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::crypto::desk::{self, DeskPublic};
    use crate::base::crypto::{KeyRing, KeyScope};
    use crate::base::db::testing::Scratch;
    use crate::domain::forms::reply::{About, ApplicantAct, Reply};
    use crate::domain::forms::submission::{FileNote, Purpose, Submission, VERSION};
    use crate::domain::forms::{
        Applicant, ApplicantKind, Complaint, ComplaintGround, Form, FormKind,
    };
    use crate::domain::time::day_start;
    use crate::outside::apply::{Draft, State};

    fn now() -> Moment {
        day_start("2026-11-25".parse().unwrap()) + TimeDelta::hours(9)
    }

    fn vault(scratch: &Scratch) -> Vault {
        let dir = tempfile::tempdir().unwrap();
        KeyRing::create(dir.path()).unwrap();
        let ring = KeyRing::load(dir.path(), KeyScope::Inside).unwrap();
        Vault::open(&scratch.url, ring.into_inside().unwrap().0).unwrap()
    }

    fn reply(number: &str, state: State) -> Reply {
        Reply {
            version: 1,
            number: number.to_owned(),
            part: 0,
            about: About::default(),
            state: state.code().to_owned(),
            on: civil_date(now()),
            at: now(),
            event: "x".into(),
            reasons: Some("理由".into()),
            items: vec![],
            place: None,
            deadlines: vec![],
            letter: None,
            sync: vec![],
            can: vec![],
        }
    }

    #[test]
    fn what_ended_long_ago_goes_with_proof_and_nothing_else_does() {
        Scratch::each(|url| {
            let dir = tempfile::tempdir().unwrap();
            desk::create(dir.path()).unwrap();
            let public = DeskPublic::load(dir.path()).unwrap();
            let apply = ApplyStore::open(url).unwrap();
            let scratch = Scratch::sqlite();
            let retention = Retention {
                vault: vault(&scratch),
                apply: apply.clone(),
                keep_days: 30,
            };
            let handed_in = || {
                let (number, secret) = apply
                    .begin(FormKind::Complaint, &Draft::default(), &public, now())
                    .unwrap();
                let note = FileNote {
                    file: 0,
                    purpose: Purpose::Other,
                    kind: "pdf".into(),
                    name: "a.pdf".into(),
                    bytes: 3,
                    sha256: "x".into(),
                    about: None,
                };
                apply
                    .add_file(&number, &secret, note, b"abc", now())
                    .unwrap();
                apply
                    .hand_in::<ApplyError>(&number, &secret, now(), None, |draft| {
                        let form = Form::Complaint(Box::new(Complaint {
                            applicant: Applicant {
                                kind: ApplicantKind::Person,
                                name: "某人".into(),
                                credit_code: None,
                                id_number: None,
                                mobile: "13800000000".into(),
                                email: None,
                            },
                            objection: "YY-0000-0000-0008".into(),
                            replied_on: None,
                            ground: ComplaintGround::NoReply,
                            facts: "没有答复".into(),
                        }));
                        let submission = Submission {
                            version: VERSION,
                            number: number.as_str().to_owned(),
                            kind: FormKind::Complaint,
                            at: now(),
                            lang: "zh-Hans".into(),
                            form,
                            routes: vec![],
                            commitment: None,
                            files: draft.files.clone(),
                        };
                        Ok((submission, vec![format!("mark of {}", number.as_str())]))
                    })
                    .unwrap();
                apply.fetched(number.as_str(), now()).unwrap();
                (number, secret)
            };
            let tell = |number: &str, state, at| {
                apply
                    .reply(number, &reply(number, state), None, at)
                    .unwrap();
            };
            let (ended, ended_secret) = handed_in();
            let (open, open_secret) = handed_in();
            let (again, _) = handed_in();
            let (waiting, waiting_secret) = handed_in();
            tell(ended.as_str(), State::Dismissed, now());
            tell(open.as_str(), State::Accepted, now());
            // ended and opened again: its time does not run
            tell(again.as_str(), State::Dismissed, now());
            tell(again.as_str(), State::Accepted, now());
            // an act that nobody has read yet
            let withdraw = ApplicantAct::Withdraw { part: None };
            apply
                .add_act(&waiting, &waiting_secret, &withdraw, &[], &public, now())
                .unwrap();
            tell(waiting.as_str(), State::Dismissed, now());

            assert_eq!(retention.run(now() + TimeDelta::days(29)).unwrap(), 0);
            assert!(apply.sealed(ended.as_str()).unwrap().is_some());
            let before = apply.contents(ended.as_str()).unwrap().unwrap();
            assert_eq!((before.files, before.replies), (1, 1));
            let later = now() + TimeDelta::days(30);
            assert_eq!(retention.run(later).unwrap(), 1);
            assert_eq!(retention.run(later).unwrap(), 0);
            assert!(apply.sealed(ended.as_str()).unwrap().is_none());
            assert!(apply.contents(ended.as_str()).unwrap().is_none());
            assert!(apply.is_erased(ended.as_str()).unwrap());
            assert!(!apply.is_erased(open.as_str()).unwrap());
            assert!(apply.replies(&ended, &ended_secret).unwrap().is_empty());
            let standing = apply.standing(&ended, &ended_secret).unwrap();
            assert_eq!(standing.state, State::Dismissed);
            assert_eq!(standing.erased_at, Some(later));
            assert!(matches!(
                apply.add_act(&ended, &ended_secret, &withdraw, &[], &public, later),
                Err(ApplyError::Erased)
            ));
            let about = |n: &str| apply.about(&format!("mark of {n}")).unwrap();
            assert!(about(ended.as_str()).is_empty());
            assert_eq!(about(open.as_str()), [State::Accepted]);
            for number in [&open, &again, &waiting] {
                assert!(apply.sealed(number.as_str()).unwrap().is_some());
            }
            assert_eq!(apply.replies(&open, &open_secret).unwrap().len(), 1);

            let entries = retention.vault.audit_entries(0, 99).unwrap();
            let said: Vec<_> = entries
                .iter()
                .filter(|e| e.action.starts_with("application."))
                .map(|e| (e.action.as_str(), e.object.as_str()))
                .collect();
            assert_eq!(
                said,
                [
                    ("application.erasing", ended.as_str()),
                    ("application.erased", ended.as_str())
                ]
            );
            let proof = &entries.last().unwrap().detail;
            assert!(
                proof.contains(&before.sha256) && proof.contains("files=1"),
                "{proof}"
            );
            retention.vault.verify_audit().unwrap();
        });
    }

    /// What changed between the sum and the deletion is not deleted: it is summed up again in the next run.
    #[test]
    fn what_came_after_the_sum_is_not_deleted_unproved() {
        let scratch = Scratch::sqlite();
        let dir = tempfile::tempdir().unwrap();
        desk::create(dir.path()).unwrap();
        let apply = ApplyStore::open(&scratch.url).unwrap();
        assert!(apply.contents("TS-0000-0000-0000").unwrap().is_none());
        let none = Contents {
            files: 0,
            acts: 0,
            replies: 0,
            bytes: 0,
            sha256: String::new(),
        };
        assert!(!apply.erase("TS-0000-0000-0000", &none, now()).unwrap());
    }
}
