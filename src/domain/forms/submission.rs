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

/// Version that is written.
pub const VERSION: u32 = 1;
