//! Why the desk does not do what was asked: data here, words once.

use actix_web::http::StatusCode;

use crate::base::crypto::KeyError;
use crate::inside::cases::CaseError;
use crate::inside::vault::VaultError;
use crate::outside::store::StoreError;
use crate::outside::web::parts::lang::Lang;

/// Why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such page or matter, or it is another authority's: the two look alike.
    NotHere,
    /// The role may not.
    NotYours,
    /// The form was not sent by a page of this session.
    Elsewhere,
    /// What the page showed has changed since.
    Changed,
    /// Too many attempts; seconds until the next one.
    TooMany(u64),
    /// Neither https nor this machine.
    Insecure,
    /// The address takes another method.
    Method,
    /// What was sent is too large.
    TooLarge,
    /// Something must be given or is not right: words in Chinese and English.
    Wrong(String, String),
    /// A fault of ours; the log has it.
    Failed,
}

impl Refused {
    /// Something is not right, in words.
    #[must_use]
    pub fn wrong(zh: &str, en: &str) -> Self {
        Self::Wrong(zh.to_owned(), en.to_owned())
    }

    /// Status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotHere => StatusCode::NOT_FOUND,
            Self::NotYours | Self::Elsewhere | Self::Insecure => StatusCode::FORBIDDEN,
            Self::Changed => StatusCode::CONFLICT,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Wrong(..) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Heading and what to do, in the language of the page.
    #[must_use]
    pub fn words(&self, lang: Lang) -> (String, String) {
        let (title, detail) = match self {
            Self::NotHere => (
                ("没有找到", "Not found"),
                (
                    "这里没有该页面或者事项，或者不属于您的单位。",
                    "There is no such page or matter here, or it is not your authority's.",
                ),
            ),
            Self::NotYours => (
                ("您的角色无权进行此项操作", "Your role may not do this"),
                (
                    "需要办理的，请由有相应权限的人员登录办理。",
                    "Somebody in a role that may must sign in and do it.",
                ),
            ),
            Self::Elsewhere => (
                (
                    "请求不是由本站页面发出的",
                    "The form was not sent by a page of this session",
                ),
                (
                    "请返回页面，刷新后重新提交；没有作任何更改。",
                    "Go back, load the page again and send it once more; nothing was changed.",
                ),
            ),
            Self::Changed => (
                ("内容已经变化", "It has changed meanwhile"),
                (
                    "他人已经办理，或者内容已更新。请返回查看最新内容；没有作任何更改。",
                    "Somebody else was faster, or the contents are newer. Go back and look again; nothing was changed.",
                ),
            ),
            Self::TooMany(_) => (
                ("尝试次数过多", "Too many attempts"),
                ("请稍后再试。", "Try again later."),
            ),
            Self::Insecure => (
                ("须使用安全连接", "A secure connection is needed"),
                (
                    "工作平台只能通过 https 访问，本机调试除外。",
                    "The desk is reached over https only, or from this very machine.",
                ),
            ),
            Self::Method => (
                (
                    "该地址不接受此种请求",
                    "The address does not take this method",
                ),
                ("请从页面进入。", "Go there from a page."),
            ),
            Self::TooLarge => (
                ("内容过大", "Too large"),
                ("请减小后重试。", "Make it smaller and try again."),
            ),
            Self::Wrong(zh, en) => {
                let own = if lang.is_chinese() { zh } else { en };
                let title = lang.say("提交的内容有误", "Something is not right");
                return (title.to_owned(), own.clone());
            }
            Self::Failed => (
                ("系统出错", "Something went wrong here"),
                (
                    "已记录，请稍后重试；没有作任何更改。",
                    "It is in the log. Try again later; nothing was changed.",
                ),
            ),
        };
        (
            lang.say(title.0, title.1).to_owned(),
            lang.say(detail.0, detail.1).to_owned(),
        )
    }
}

/// A fault of ours: the log has it, without anything that was typed.
pub(super) fn failed(what: &str, error: &dyn std::fmt::Display) -> Refused {
    tracing::error!(%error, "desk: {what}");
    Refused::Failed
}

impl From<VaultError> for Refused {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::UnknownRecord { .. }
            | VaultError::UnknownOfficer { .. }
            | VaultError::UnknownBatch { .. } => Self::NotHere,
            VaultError::UnknownReview { .. } => Self::Changed,
            VaultError::SameOfficer => Self::wrong(
                "该事项应当由另一人办理：不是提出人，也不是当事人",
                "This must be done by another officer: neither who proposed it nor whom it is about",
            ),
            VaultError::OfficerExists { .. } => Self::wrong(
                "账号和所绑定的身份应当是还没有人使用的",
                "Officer id, and the person at the provider, must be ones that nobody has yet",
            ),
            error => failed("vault", &error),
        }
    }
}

impl From<CaseError> for Refused {
    fn from(error: CaseError) -> Self {
        match error {
            CaseError::Unknown | CaseError::NoFile => Self::NotHere,
            CaseError::Conflict { .. } => Self::Changed,
            CaseError::Refused(_)
            | CaseError::Correction { .. }
            | CaseError::Purpose
            | CaseError::NoDesk => {
                let words = error.words();
                Self::Wrong(words.zh, words.en)
            }
            CaseError::Vault(error) => error.into(),
            error => failed("cases", &error),
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        failed("public store", &error)
    }
}

impl From<KeyError> for Refused {
    fn from(error: KeyError) -> Self {
        failed("keys", &error)
    }
}
