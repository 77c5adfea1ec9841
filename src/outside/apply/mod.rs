//! Applications as the public side takes them in: drafts that only the applicant's secret opens, and what was handed in,
//! sealed to the desk ([`crate::base::crypto::desk`]), so that this side cannot read it back.
//!
//! Each application has a data key of its own. While it is a draft, the key is kept twice: sealed to the desk, and under a
//! key made from the applicant's secret; what is handed in deletes the second. Files are sealed under it when they come in.
//! What this side can read of an application that was handed in: its number, its kind, its state, dates, a hash of the
//! secret, and the size of what is sealed. [`secret`] makes numbers and secrets, [`draft`] is what a draft holds, [`store`]
//! keeps them. What the desk tells afterwards is sealed to the applicant ([`replies`]), what the applicant does afterwards
//! to the desk ([`acts`], with drafts in [`answers`]); files may come in pieces
//! ([`uploads`]). What has ended is deleted after its time ([`erase`]). Beside applications, `reusers` keeps what those who
//! re-use the data send to a node that may not write the public store.

pub mod acts;
pub mod answers;
pub mod draft;
pub mod erase;
pub mod fetch;
pub mod handing;
pub mod replies;
mod reusers;
pub mod secret;
pub mod store;
#[cfg(test)]
mod tests;
mod told;
pub mod uploads;

use chrono::NaiveDate;

use crate::base::calendar::Calendar;
use crate::base::crypto::{DeskPublic, KeyError, SealError};
use crate::base::db::DbError;
use crate::domain::cases::Limits;
use crate::domain::forms::FormKind;
use crate::domain::kinds::vocabulary;
use crate::domain::time::Moment;

pub use acts::SealedAct;
pub use draft::Draft;
pub use fetch::Sealed;
pub use reusers::{KeptRegistration, KeptReuser};
pub use secret::Secret;
pub use store::ApplyStore;

/// What a node takes applications in with.
#[derive(Debug)]
pub struct Intake {
    /// Where they are kept.
    pub store: ApplyStore,
    /// To whom they are sealed.
    pub desk: DeskPublic,
    /// Working days.
    pub calendar: Calendar,
    /// Time limits of procedures.
    pub limits: Limits,
}

/// Days that a draft is kept after it was last saved.
pub const KEPT_DAYS: u64 = 30;

vocabulary! {
    /// How an application stands, as its applicant sees it (domain.md 7.3 to 7.5).
    State {
        Draft = "draft", "草稿", "draft";
        Submitted = "submitted", "已提交", "handed in";
        Supplement = "supplement", "待补正", "to be supplied";
        Misdirected = "misdirected", "请到其他途径办理", "to be handled elsewhere";
        Closed = "closed", "逾期未补正", "closed: not supplied in time";
        Forwarded = "forwarded", "已转认定单位", "passed to the authority";
        Accepted = "accepted", "已受理", "accepted";
        NotAccepted = "not_accepted", "不予受理", "not accepted";
        Verifying = "verifying", "核查中", "being checked";
        Extended = "extended", "已延期", "extended";
        Consultation = "consultation", "会商中", "under consultation";
        Approved = "approved", "准予修复", "repair granted";
        Rejected = "rejected", "不予修复", "repair refused";
        Done = "done", "已同步", "done on all surfaces";
        Corrected = "corrected", "已更正", "corrected";
        Upheld = "upheld", "异议成立", "upheld";
        PartlyUpheld = "partly_upheld", "异议部分成立", "upheld in part";
        Dismissed = "dismissed", "异议不成立", "dismissed";
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
        Revoked = "revoked", "已撤销", "revoked";
        Resumed = "resumed", "已恢复公示", "shown again";
        Settled = "settled", "已办结", "settled";
        Mixed = "mixed", "各项结果不同", "decided, with different results";
    }
}

impl State {
    /// Reads the code of a case's state: that of a complaint which is settled is one that means "not supplied in time"
    /// elsewhere.
    #[must_use]
    pub fn of_case(kind: FormKind, code: &str) -> Option<Self> {
        match Self::from_code(code)? {
            Self::Closed if kind == FormKind::Complaint => Some(Self::Settled),
            state => Some(state),
        }
    }

    /// Its words in Chinese and English for a kind of application.
    #[must_use]
    pub const fn words(self, kind: FormKind) -> (&'static str, &'static str) {
        match (kind, self) {
            (FormKind::Complaint, Self::Upheld) => {
                ("投诉成立，责令改正", "upheld, correction ordered")
            }
            (FormKind::Complaint, Self::Dismissed) => ("投诉不成立", "dismissed"),
            (_, state) => (state.zh(), state.en()),
        }
    }

    /// Whether nothing more is awaited of anybody.
    #[must_use]
    pub const fn is_closed(self, kind: FormKind) -> bool {
        match self {
            Self::Upheld => !matches!(kind, FormKind::Complaint),
            Self::Draft
            | Self::Submitted
            | Self::Supplement
            | Self::Forwarded
            | Self::Accepted
            | Self::Verifying
            | Self::Extended
            | Self::Consultation
            | Self::Approved => false,
            _ => true,
        }
    }

    /// Whether the applicant may still take it back.
    #[must_use]
    pub const fn may_withdraw(self, kind: FormKind) -> bool {
        !self.is_closed(kind) && !matches!(self, Self::Draft | Self::Approved | Self::Upheld)
    }

    /// One state for an application of several parts: what is asked of the applicant first, else the one that is least
    /// far of those that are open, else the common result.
    #[must_use]
    pub fn of_parts(kind: FormKind, parts: &[Self]) -> Self {
        let open = parts.iter().copied().filter(|s| !s.is_closed(kind)).min();
        if parts.contains(&Self::Supplement) {
            Self::Supplement
        } else if let Some(open) = open {
            open
        } else if parts.windows(2).all(|two| two[0] == two[1]) {
            parts.first().copied().unwrap_or(Self::Submitted)
        } else {
            Self::Mixed
        }
    }

    /// Whether the form was checked and the matter is being handled, so that a second application about the same record
    /// would change nothing.
    #[must_use]
    pub const fn is_being_handled(self) -> bool {
        matches!(
            self,
            Self::Forwarded | Self::Accepted | Self::Verifying | Self::Extended | Self::Supplement
        )
    }

    /// Whether it is handed in and nobody has looked at it yet.
    #[must_use]
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Submitted)
    }
}

/// One line of the history that the applicant sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Part that it is about.
    pub part: u32,
    /// State.
    pub state: State,
    /// Since when.
    pub at: Moment,
    /// By when the next step is due.
    pub due_on: Option<NaiveDate>,
    /// Whether the day rests on a provisional calendar.
    pub provisional: bool,
}

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// There is no such application, or the secret is not its own. The two are not told apart.
    #[error("no application of this number and secret")]
    Unknown,
    /// It was handed in already, or withdrawn: there is no draft to change.
    #[error("the application is no draft any more")]
    NotADraft,
    /// That is not possible in the state that the part has now.
    #[error("not possible in this state")]
    NotNow,
    /// Its contents were deleted when their time was over.
    #[error("the contents of the application were deleted")]
    Erased,
    /// No such file is under way.
    #[error("no such file is under way")]
    NoUpload,
    /// It is not said which of the records the file is about.
    #[error("the file is about no record of the application")]
    NotAbout,
    /// More files than an application may have.
    #[error("too many files")]
    TooManyFiles,
    /// The files together are too large.
    #[error("the files together are too large")]
    FilesTooLarge,
    /// So many drafts that no more files are taken now.
    #[error("no room for more files of drafts")]
    NoRoom,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A row does not open or read.
    #[error("application cannot be read: {0}")]
    Seal(#[from] SealError),
    /// No randomness.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What was kept is none of ours.
    #[error("application is damaged: {0}")]
    Damaged(&'static str),
}

impl ApplyError {
    /// Why a file is not taken, in Chinese and English, where that is the reason.
    #[must_use]
    pub const fn no_room(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::NotAbout => Some((
                "请选择这个文件涉及哪条信息",
                "Select which record the file is about",
            )),
            Self::TooManyFiles => Some((
                "文件应当不超过 20 个，可以合并后上传",
                "Files must be 20 or fewer: join some of them",
            )),
            Self::FilesTooLarge => Some((
                "全部文件合计应当不超过 60 MB，可以压缩后上传",
                "All files together must be 60 MB or less: make them smaller",
            )),
            _ => None,
        }
    }
}

impl From<diesel::result::Error> for ApplyError {
    fn from(source: diesel::result::Error) -> Self {
        Self::Db(source.into())
    }
}
