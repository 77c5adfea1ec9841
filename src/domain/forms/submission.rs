//! What is sealed to the desk: the typed form, to whom which records go, the signed commitment, and what the files are.

use serde::{Deserialize, Serialize};

use super::{Form, FormKind};
use crate::domain::time::Moment;

/// A record that an application is about, as it was displayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Id of the record.
    pub record: String,
    /// Its list.
    pub list: String,
    /// Document number.
    pub document_number: String,
    /// Whether the authority's own system decides, to which it is passed on.
    pub forwarded: bool,
}

/// The part of an application that one authority decides (谁认定、谁修复).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Credit code of the authority.
    pub authority_code: String,
    /// Its name.
    pub authority_name: String,
    /// The records.
    pub targets: Vec<Target>,
}

/// One record with its authority, to be routed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressed {
    /// Credit code of the deciding authority.
    pub authority_code: String,
    /// Its name.
    pub authority_name: String,
    /// The record.
    pub target: Target,
}

/// Parts an application by authority, in the order in which authorities first appear; a record is named once.
#[must_use]
pub fn route(records: Vec<Addressed>) -> Vec<Route> {
    let mut routes: Vec<Route> = Vec::new();
    for Addressed {
        authority_code,
        authority_name,
        target,
    } in records
    {
        match routes
            .iter_mut()
            .find(|r| r.authority_code == authority_code)
        {
            Some(route) => {
                if !route.targets.iter().any(|t| t.record == target.record) {
                    route.targets.push(target);
                }
            }
            None => routes.push(Route {
                authority_code,
                authority_name,
                targets: vec![target],
            }),
        }
    }
    routes
}

/// How a commitment was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Signed {
    /// On the screen: by whom, and when.
    OnScreen {
        /// Name of who signed.
        name: String,
        /// When, by the clock of the portal.
        at: Moment,
    },
    /// On paper: the file that shows it.
    OnPaper {
        /// Number of the file.
        file: u32,
    },
}

crate::domain::kinds::vocabulary! {
    /// What a file shows (domain.md 10).
    Purpose {
        Performance = "performance", "履行义务、纠正行为的证明", "proof that the duty was performed";
        Commitment = "commitment", "签署的信用承诺书", "signed commitment letter";
        Authority = "authority", "授权委托书或者身份证明", "power of attorney or proof of identity";
        Registration = "registration", "营业执照或者登记证书", "business licence or registration";
        Decision = "decision", "决定书、裁定书、判决书", "decision, ruling or judgment";
        Other = "other", "其他证据材料", "other evidence";
    }
}

impl Purpose {
    /// Whether a file concerns the application as a whole, whatever its records: the commitment, and who applies.
    #[must_use]
    pub const fn is_of_whole(self) -> bool {
        matches!(
            self,
            Self::Commitment | Self::Authority | Self::Registration
        )
    }
}

/// What is chosen of a file that is about all records of an application.
pub const ALL_RECORDS: &str = "all";

/// A file as its sender describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLabel {
    /// What it shows.
    pub purpose: Purpose,
    /// What was chosen as the record that it is about; none for all of them.
    pub about: Option<String>,
    /// Its name, to be shown.
    pub name: String,
}

impl FileLabel {
    /// From what was chosen in a form: the id of a record, or [`ALL_RECORDS`].
    #[must_use]
    pub fn new(purpose: Purpose, chosen: &str, name: String) -> Self {
        Self {
            purpose,
            about: (chosen != ALL_RECORDS).then(|| chosen.to_owned()),
            name,
        }
    }
}

/// One file of an application; its bytes are sealed on their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNote {
    /// Its number in the application, which is its name with us.
    pub file: u32,
    /// What it shows.
    pub purpose: Purpose,
    /// Kind of file: `pdf`, `jpeg`, `png`, `ofd`.
    pub kind: String,
    /// The name under which it was sent; to be shown, and never used as a path.
    pub name: String,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Id of the record that it is about, which alone its authority sees it with; none when it is about all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

impl FileNote {
    /// Settles what it is about among the records of its application: all of them, where there is nothing to choose. Says
    /// whether that is known: nobody sees a file because somebody forgot to say (PIPL 6, as little as the purpose needs).
    #[must_use]
    pub fn settle(&mut self, records: &[String]) -> bool {
        if self.purpose.is_of_whole() || records.len() < 2 {
            self.about = None;
        }
        self.about.as_ref().is_none_or(|id| records.contains(id))
    }

    /// Whether who decides about a record may see it.
    #[must_use]
    pub fn is_seen_with(&self, record: Option<&str>) -> bool {
        self.about.is_none() || self.about.as_deref() == record
    }
}

/// An application as it was handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Version of this form of writing.
    pub version: u32,
    /// Number.
    pub number: String,
    /// What is applied for.
    pub kind: FormKind,
    /// When it was handed in.
    pub at: Moment,
    /// Language in which the applicant reads (BCP 47).
    pub lang: String,
    /// The form.
    pub form: Form,
    /// To whom which records go; empty when it is about no displayed record.
    pub routes: Vec<Route>,
    /// The signed commitment, where one is needed.
    pub commitment: Option<Signed>,
    /// The files.
    pub files: Vec<FileNote>,
}

/// Version that is written. In the first one a file did not say which record it is about: a desk that reads the first alone
/// must not open what it would show to everyone.
pub const VERSION: u32 = 2;
/// The oldest version that is read.
pub const OLDEST: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn note(purpose: Purpose, chosen: &str) -> FileNote {
        FileNote {
            file: 1,
            purpose,
            kind: "pdf".to_owned(),
            name: "a.pdf".to_owned(),
            bytes: 1,
            sha256: String::new(),
            about: FileLabel::new(purpose, chosen, String::new()).about,
        }
    }

    #[test]
    fn a_file_is_about_what_was_chosen_and_about_all_only_where_that_is_said_or_plain() {
        use Purpose::{Authority, Commitment, Performance, Registration};
        let two = ["a".to_owned(), "b".to_owned()];
        for (purpose, chosen, records, settled) in [
            (Performance, "a", &two[..], Some(Some("a"))),
            (Performance, ALL_RECORDS, &two, Some(None)),
            // nothing chosen, or what is not of this application
            (Performance, "", &two, None),
            (Performance, "c", &two, None),
            // with one record there is nothing to choose
            (Performance, "", &two[..1], Some(None)),
            (Performance, "c", &two[..1], Some(None)),
            (Performance, "", &[], Some(None)),
            // who applies, and what is promised, is the same for all
            (Commitment, "a", &two, Some(None)),
            (Authority, "", &two, Some(None)),
            (Registration, "c", &two, Some(None)),
        ] {
            let mut note = note(purpose, chosen);
            let known = note.settle(records);
            let found = known.then_some(note.about.as_deref());
            assert_eq!(found, settled, "{purpose:?} {chosen} {records:?}");
        }
    }

    #[test]
    fn a_file_about_one_record_is_seen_with_it_alone() {
        let mut one = note(Purpose::Performance, "a");
        assert!(one.is_seen_with(Some("a")));
        assert!(!one.is_seen_with(Some("b")) && !one.is_seen_with(None));
        one.about = None;
        assert!(one.is_seen_with(Some("a")) && one.is_seen_with(None));
    }

    /// What was sealed before files said so is about all.
    #[test]
    fn an_older_note_reads_as_about_all() {
        let old = r#"{"file":1,"purpose":"other","kind":"pdf","name":"a","bytes":1,"sha256":""}"#;
        let note: FileNote = serde_json::from_str(old).unwrap();
        assert_eq!(note.about, None);
        assert_eq!(serde_json::to_string(&note).unwrap(), old);
    }
}
