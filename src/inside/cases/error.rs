//! Why something was not done in a case. Nothing of an application stands in a message.

use crate::domain::cases::Refusal;
use crate::domain::kinds::Words;
use crate::inside::intake::finding::Fault;
use crate::inside::received::ReceiveError;
use crate::inside::vault::VaultError;
use crate::outside::apply::ApplyError;
use crate::outside::store::StoreError;

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// There is no such case, or it is not for these eyes: the two are not told apart.
    #[error("no such case")]
    Unknown,
    /// Somebody acted in the meantime: the case is to be looked at again.
    #[error("the case has changed since it was read: it is at version {version} now")]
    Conflict {
        /// Its version now.
        version: i64,
    },
    /// The machine refuses it.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// A correction cannot be carried out.
    #[error("field {field} cannot be corrected: {en}")]
    Correction {
        /// Key of the field.
        field: String,
        /// Why, in Chinese.
        zh: String,
        /// Why, in English.
        en: String,
    },
    /// Raw data are only looked at for a purpose.
    #[error("the purpose of looking at raw data must be told")]
    Purpose,
    /// There is no such file.
    #[error("no such file in this case")]
    NoFile,
    /// This node has no applications, or not the key that opens them.
    #[error("this node cannot open applications: the key of the desk or their database is missing")]
    NoDesk,
    /// The application does not open.
    #[error("the application does not open: {0}")]
    Sealed(#[from] ReceiveError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database of applications.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// The public store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Publishing.
    #[error("publishing: {0}")]
    Publish(String),
}

impl CaseError {
    pub(super) fn correction(field: &str, fault: &Fault) -> Self {
        Self::Correction {
            field: field.to_owned(),
            zh: format!("{}；{}", fault.zh, fault.mend_zh),
            en: format!("{}; {}", fault.en, fault.mend_en),
        }
    }

    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Conflict { .. } => "conflict",
            Self::Refused(refusal) => refusal.code(),
            Self::Correction { .. } => "correction",
            Self::Purpose => "purpose",
            Self::NoFile => "no_file",
            Self::NoDesk => "no_desk",
            Self::Sealed(_) => "sealed",
            Self::Vault(_) | Self::Apply(_) | Self::Store(_) | Self::Publish(_) => "failed",
        }
    }

    /// In words for an officer; what failed inside is told in the log and not here.
    #[must_use]
    pub fn words(&self) -> Words {
        let (zh, en) = match self {
            Self::Refused(refusal) => return refusal.words(),
            Self::Correction { field, zh, en } => {
                return Words {
                    zh: format!("{field}：{zh}"),
                    en: format!("{field}: {en}"),
                };
            }
            Self::Unknown => ("没有这个案件", "there is no such case"),
            Self::Conflict { .. } => (
                "案件已被他人办理，请刷新后再办",
                "somebody else has acted in this case: load it again",
            ),
            Self::Purpose => (
                "请填写查阅原始材料的目的",
                "say for what purpose you look at the raw material",
            ),
            Self::NoFile => ("没有这个附件", "there is no such file"),
            Self::NoDesk => (
                "本节点没有打开申请材料的密钥",
                "this node does not have the key that opens applications",
            ),
            Self::Sealed(_) => ("申请材料无法打开", "the application does not open"),
            Self::Vault(_) | Self::Apply(_) | Self::Store(_) | Self::Publish(_) => {
                ("系统故障，请稍后再试", "something failed, try again later")
            }
        };
        Words {
            zh: zh.to_owned(),
            en: en.to_owned(),
        }
    }
}
