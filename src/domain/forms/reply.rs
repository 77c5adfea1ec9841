//! What the desk tells an applicant about each part of an application, and what the applicant does after handing in.
//! Both are written as JSON and sealed: the first to the applicant's key, the second to the desk.
//!
//! An application about several records has one part for each, numbered from 0 in the order of its routes, since each
//! authority decides for itself (谁认定、谁修复); an application about no displayed record has part 0 alone.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::submission::FileNote;
use crate::domain::time::Moment;

/// Version that is written.
pub const VERSION: u32 = 1;

/// What the desk tells the applicant about one part of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Version of this form of writing.
    pub version: u32,
    /// Number of the application.
    pub number: String,
    /// Part, from 0.
    pub part: u32,
    /// The record and its authority.
    pub about: About,
    /// Code of the state, in the vocabulary of applications.
    pub state: String,
    /// Civil date of the act.
    pub on: NaiveDate,
    /// When it was done.
    pub at: Moment,
    /// Code of the act.
    pub event: String,
    /// Reasons, in the words of the authority.
    #[serde(default)]
    pub reasons: Option<String>,
    /// What is to be supplied.
    #[serde(default)]
    pub items: Vec<String>,
    /// Where it belongs, when it was misdirected.
    #[serde(default)]
    pub place: Option<String>,
    /// The legal deadlines as they stood when this was told.
    #[serde(default)]
    pub deadlines: Vec<Deadline>,
    /// The decision letter.
    #[serde(default)]
    pub letter: Option<Letter>,
    /// Codes of the targets at which the result must arrive ([`crate::domain::cases::SyncTarget`]), each with the day on which it did.
    #[serde(default)]
    pub sync: Vec<(String, Option<NaiveDate>)>,
    /// What the applicant may do now.
    #[serde(default)]
    pub can: Vec<Can>,
}

/// What a part is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Id of the record; none when it is about no displayed one.
    #[serde(default)]
    pub record: Option<String>,
    /// Code of its list.
    #[serde(default)]
    pub list: Option<String>,
    /// Number of the decision.
    #[serde(default)]
    pub document_number: Option<String>,
    /// Authority that decides.
    pub authority_name: String,
    /// Its credit code.
    pub authority_code: String,
    /// The files that were handed in and are seen with it, those about all records among them; told on receipt alone.
    #[serde(default)]
    pub files: Vec<FileNote>,
}

/// A legal deadline of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Code of the procedure ([`crate::domain::cases::Procedure`]).
    pub procedure: String,
    /// What is due, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// The rule that sets it.
    pub source: String,
    /// The last day; none while the clock rests.
    pub due: Option<NaiveDate>,
    /// When it was done.
    pub done: Option<NaiveDate>,
    /// It was overdue when this was told.
    pub overdue: bool,
    /// It rests, since the applicant is asked to supply something.
    pub resting: bool,
    /// It touches a year whose holidays are not announced yet.
    pub provisional: bool,
}

/// A decision letter: everything that its file needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Number of the letter.
    pub number: String,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// To whom it is written.
    pub to: String,
    /// What it decides on.
    pub about: String,
    /// Paragraphs.
    pub body: Vec<String>,
    /// Where to turn against it, and by when.
    pub remedies: Vec<String>,
    /// The authority that signs.
    pub authority: String,
    /// Day of the decision.
    pub decided_on: NaiveDate,
    /// Verification code, or empty: then it is made where the letter is shown.
    #[serde(default)]
    pub code: String,
}

impl Letter {
    /// The text that a verification code binds: every word of the letter, each on a line of its own.
    #[must_use]
    pub fn text(&self) -> String {
        let day = self.decided_on.to_string();
        let head = [
            self.number.as_str(),
            &self.title_zh,
            &self.to,
            &self.about,
            &self.authority,
            &day,
        ];
        let lines = self.body.iter().chain(&self.remedies).map(String::as_str);
        head.into_iter()
            .chain(lines)
            .map(|line| line.replace(['\n', '\r'], " "))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// What the applicant may do about a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Can {
    /// Supply what was asked for.
    AnswerSupplement,
    /// Take it back.
    Withdraw,
    /// Object to the result.
    Object,
    /// Complain about the answer.
    Complain,
}

/// What the applicant does after handing in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum ApplicantAct {
    /// Supplies what was asked for.
    AnswerSupplement {
        /// Part.
        part: u32,
        /// What the applicant says.
        text: String,
        /// The files.
        files: Vec<FileNote>,
    },
    /// Takes it back.
    Withdraw {
        /// Part; none for every part that can still be taken back.
        part: Option<u32>,
    },
}

impl ApplicantAct {
    /// Code of the act.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AnswerSupplement { .. } => "answer_supplement",
            Self::Withdraw { .. } => "withdraw",
        }
    }

    /// The part that it is about; none for all.
    #[must_use]
    pub const fn part(&self) -> Option<u32> {
        match self {
            Self::AnswerSupplement { part, .. } => Some(*part),
            Self::Withdraw { part } => *part,
        }
    }

    /// Its files.
    #[must_use]
    pub fn files(&self) -> &[FileNote] {
        match self {
            Self::AnswerSupplement { files, .. } => files,
            Self::Withdraw { .. } => &[],
        }
    }
}

/// An act as it is sealed to the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedAct {
    /// Version of this form of writing.
    pub version: u32,
    /// Number of the application.
    pub number: String,
    /// When it was handed in.
    pub at: Moment,
    /// What is done.
    pub act: ApplicantAct,
}
