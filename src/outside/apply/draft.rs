//! What a draft holds. It is written as JSON and sealed under a key made from the applicant's secret.

use serde::{Deserialize, Serialize};

use crate::domain::forms::Answers;
use crate::domain::forms::submission::{FileNote, Signed};

/// A draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What was typed.
    pub answers: Answers,
    /// Ids of the displayed records that were chosen.
    pub records: Vec<String>,
    /// The files that were taken.
    pub files: Vec<FileNote>,
    /// Numbers given to files so far; none is given twice.
    pub last_file: u32,
    /// The signed commitment.
    pub commitment: Option<Signed>,
    /// Codes of the steps that were answered without fault.
    pub done: Vec<String>,
    /// Whether the applicant said that there are no more files.
    pub evidence_done: bool,
}

impl Draft {
    /// Bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.bytes).sum()
    }

    /// Whether a step was answered.
    #[must_use]
    pub fn is_done(&self, step: &str) -> bool {
        self.done.iter().any(|d| d == step)
    }

    /// Marks a step as answered, or as not.
    pub fn mark(&mut self, step: &str, done: bool) {
        self.done.retain(|d| d != step);
        if done {
            self.done.push(step.to_owned());
        }
    }
}
