//! Refusals: what a request can be answered with instead of what it asked for, as RFC 9457 problems and as pages.
//!
//! A [`Refusal`] carries data; its words stand here once, in Chinese and English, for the page and for the JSON.
//! Internal causes go to the log with the request id and never to the client.

use actix_web::http::StatusCode;
use serde::Serialize;

/// Media type of RFC 9457.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// One thing wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where: `query:NAME` for a parameter, `path:NAME` for a part of the path, `body:POINTER` for a part of the body.
    pub pointer: String,
    /// Stable code.
    pub code: &'static str,
    /// What is wrong and how to mend it, Chinese then English.
    pub message: String,
}

impl FieldError {
    /// An error of a query parameter.
    #[must_use]
    pub fn query(name: &str, code: &'static str, message: impl Into<String>) -> Self {
        // A pointer repeats what the client sent: a short piece is enough to find it.
        let name: String = name.chars().take(40).collect();
        Self {
            pointer: format!("query:{name}"),
            code,
            message: message.into(),
        }
    }

    /// An error of a part of the body, by its JSON pointer.
    #[must_use]
    pub fn body(pointer: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            pointer: format!("body:{pointer}"),
            code,
            message: message.into(),
        }
    }

    /// An error of a part of the path.
    #[must_use]
    pub fn path(name: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            pointer: format!("path:{name}"),
            code,
            message: message.into(),
        }
    }
}

/// Why a request was not answered as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Parameters that do not exist or cannot be read.
    #[error("bad parameters")]
    BadParameters(Vec<FieldError>),
    /// A code in the path that is no unified social credit code; with codes that were probably meant.
    #[error("bad credit code")]
    BadCode {
        /// What is wrong with it.
        error: FieldError,
        /// Codes one slip away, most likely first.
        likely: Vec<String>,
    },
    /// No such page, record or list, and there never was.
    #[error("not found")]
    NotFound,
    /// It is no longer displayed; nothing else is said about it.
    #[error("gone")]
    Gone,
    /// The route exists, not for this method; with those that it takes.
    #[error("method not allowed")]
    Method(&'static str),
    /// Too many requests of one client.
    #[error("too many requests")]
    TooMany {
        /// Seconds until the next one is answered.
        retry_after: u64,
        /// Where bulk needs are served instead.
        person_search: bool,
    },
    /// The file that was sent is larger than is taken.
    #[error("too large")]
    TooLarge,
    /// A batch of questions that is larger than is taken.
    #[error("batch too large")]
    BatchTooLarge,
    /// What was sent is of a form that is not read here.
    #[error("unsupported media type")]
    MediaType,
    /// What was presented as a key of the API is none that is in force.
    #[error("unknown key")]
    UnknownKey,
    /// A form was sent from a page of another site, or from one that is out of date.
    #[error("sent from elsewhere")]
    Elsewhere,
    /// The queue of searches is full.
    #[error("busy")]
    Busy,
    /// The index is being built.
    #[error("not ready")]
    NotReady,
    /// Something failed here; the log knows what.
    #[error("internal error")]
    Internal,
}

/// The words of one kind of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Last part of the type URI.
    pub kind: &'static str,
    /// Status.
    pub status: StatusCode,
    /// Title in Chinese.
    pub zh: &'static str,
    /// Title in English.
    pub en: &'static str,
    /// What to do, in Chinese.
    pub detail_zh: &'static str,
    /// What to do, in English.
    pub detail_en: &'static str,
}

/// Every kind, for the help page.
pub const ALL: [Words; 15] = [
    Words {
        kind: "bad-parameters",
        status: StatusCode::BAD_REQUEST,
        zh: "请求参数有误",
        en: "Invalid parameters",
        detail_zh: "请按下列提示修改后重试。",
        detail_en: "Mend what is named below and try again.",
    },
    Words {
        kind: "bad-credit-code",
        status: StatusCode::BAD_REQUEST,
        zh: "统一社会信用代码有误",
        en: "Not a valid unified social credit code",
        detail_zh: "请核对代码后重试。",
        detail_en: "Check the code and try again.",
    },
    Words {
        kind: "not-found",
        status: StatusCode::NOT_FOUND,
        zh: "没有这个页面",
        en: "Not found",
        detail_zh: "地址可能有误。可从首页检索，或查看公示名单。",
        detail_en: "The address may be mistyped. Search from the home page or look through the lists.",
    },
    Words {
        kind: "gone",
        status: StatusCode::GONE,
        zh: "该信息已不再公示",
        en: "No longer displayed",
        detail_zh: "公示期届满、信用修复、移出名单或者决定被撤销的信息不再公示。本页不说明涉及何人、何事。",
        detail_en: "Information whose term is over, or that was repaired, removed or revoked, is no longer displayed. This page does not say whom or what it concerned.",
    },
    Words {
        kind: "method-not-allowed",
        status: StatusCode::METHOD_NOT_ALLOWED,
        zh: "不支持这种请求方式",
        en: "Method not allowed",
        detail_zh: "此地址接受的请求方式见 Allow 头；多数地址只能读取（GET、HEAD）。",
        detail_en: "The Allow header names the methods of this address; most can only be read (GET, HEAD).",
    },
    Words {
        kind: "too-many-requests",
        status: StatusCode::TOO_MANY_REQUESTS,
        zh: "请求过于频繁",
        en: "Too many requests",
        detail_zh: "请稍后再试。需要大量数据的，请使用变更接口（/api/v1/changes）。",
        detail_en: "Come back a little later. For bulk needs use the change feed (/api/v1/changes).",
    },
    Words {
        kind: "too-many-person-searches",
        status: StatusCode::TOO_MANY_REQUESTS,
        zh: "按姓名检索过于频繁",
        en: "Too many searches for persons",
        detail_zh: "为保护个人信息，按自然人姓名检索限制更严。请稍后再试。",
        detail_en: "To protect personal information, searches by a person's name are limited more strictly. Come back later.",
    },
    Words {
        kind: "busy",
        status: StatusCode::SERVICE_UNAVAILABLE,
        zh: "服务繁忙",
        en: "Busy",
        detail_zh: "同时检索或者等待变更的较多，请几秒后再试。",
        detail_en: "Many searches are running, or many wait for changes. Try again in a few seconds.",
    },
    Words {
        kind: "not-ready",
        status: StatusCode::SERVICE_UNAVAILABLE,
        zh: "检索正在准备",
        en: "Search is being prepared",
        detail_zh: "索引正在生成，请稍后再试。",
        detail_en: "The index is being built. Try again shortly.",
    },
    Words {
        kind: "internal",
        status: StatusCode::INTERNAL_SERVER_ERROR,
        zh: "系统出错",
        en: "Something went wrong",
        detail_zh: "错误已记录。请稍后再试；反映问题时请提供请求编号。",
        detail_en: "The error has been recorded. Try again later, and quote the request id when you report it.",
    },
    Words {
        kind: "too-large",
        status: StatusCode::PAYLOAD_TOO_LARGE,
        zh: "文件过大",
        en: "Too large",
        detail_zh: "上传的文件超过 8 MB。本平台出具的报告都小于这个大小；请确认选择的是报告文件，或者改为输入核验码。",
        detail_en: "The file is larger than 8 MB. Every report of this portal is smaller: check that the file is the report, or enter the verification code instead.",
    },
    Words {
        kind: "batch-too-large",
        status: StatusCode::PAYLOAD_TOO_LARGE,
        zh: "一次核对的内容过多",
        en: "Too much at once",
        detail_zh: "一次最多核对1000个名称或代码；对账一次最多100问、取值最多200个组织。正文不超过1 MB。请分批发送。",
        detail_en: "At most 1,000 names or codes at once; reconciling takes 100 questions, or 200 organisations to fetch values of. A body has at most 1 MB. Send several batches.",
    },
    Words {
        kind: "unsupported-media-type",
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        zh: "不支持这种内容格式",
        en: "Unsupported media type",
        detail_zh: "核对接口读取 application/json 或 text/csv（UTF-8），对账接口读取 application/x-www-form-urlencoded。",
        detail_en: "Checking reads application/json or text/csv (UTF-8), reconciling reads application/x-www-form-urlencoded.",
    },
    Words {
        kind: "unknown-key",
        status: StatusCode::UNAUTHORIZED,
        zh: "密钥无效",
        en: "Unknown key",
        detail_zh: "接口密钥或者数据使用单位的令牌不存在或者已经吊销。不带密钥也可以读取接口，只是频率较低。",
        detail_en: "The key, or the token of a re-user, does not exist or was revoked. The API is read without a key, at lower rates.",
    },
    Words {
        kind: "sent-from-elsewhere",
        status: StatusCode::FORBIDDEN,
        zh: "表单不是从本网站提交的",
        en: "Not sent from this site",
        detail_zh: "为了安全，没有处理这次提交。请回到本网站的页面，刷新后重新提交；已保存的内容不会丢失。",
        detail_en: "For safety nothing was done. Go back to the page of this site, reload it and send it again; what was saved is not lost.",
    },
];

impl Refusal {
    /// The words of this kind.
    #[must_use]
    pub const fn words(&self) -> Words {
        ALL[match self {
            Self::BadParameters(_) => 0,
            Self::BadCode { .. } => 1,
            Self::NotFound => 2,
            Self::Gone => 3,
            Self::Method(_) => 4,
            Self::TooMany {
                person_search: false,
                ..
            } => 5,
            Self::TooMany {
                person_search: true,
                ..
            } => 6,
            Self::Busy => 7,
            Self::NotReady => 8,
            Self::Internal => 9,
            Self::TooLarge => 10,
            Self::BatchTooLarge => 11,
            Self::MediaType => 12,
            Self::UnknownKey => 13,
            Self::Elsewhere => 14,
        }]
    }

    /// Seconds after which to come back, where that helps.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany { retry_after, .. } => Some(*retry_after),
            Self::Busy => Some(2),
            Self::NotReady => Some(10),
            _ => None,
        }
    }

    /// What is wrong, part by part.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        match self {
            Self::BadParameters(errors) => errors,
            Self::BadCode { error, .. } => std::slice::from_ref(error),
            _ => &[],
        }
    }

    /// Codes that were probably meant.
    #[must_use]
    pub fn likely(&self) -> &[String] {
        match self {
            Self::BadCode { likely, .. } => likely,
            _ => &[],
        }
    }

    /// The problem document.
    #[must_use]
    pub fn problem(&self, request_id: &str) -> Problem<'_> {
        let words = self.words();
        Problem {
            kind: format!("urn:gongshi:problem:{}", words.kind),
            title: format!("{} · {}", words.zh, words.en),
            status: words.status.as_u16(),
            detail: format!("{} {}", words.detail_zh, words.detail_en),
            instance: format!("urn:gongshi:request:{request_id}"),
            errors: self.errors(),
            likely: self.likely(),
            retry_after: self.retry_after(),
        }
    }
}

/// A problem document of RFC 9457.
#[derive(Debug, Serialize)]
pub struct Problem<'a> {
    /// Stable type URI; the help page explains each.
    #[serde(rename = "type")]
    pub kind: String,
    /// Title in Chinese and English.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What to do about it.
    pub detail: String,
    /// This occurrence: the request id, as the log has it.
    pub instance: String,
    /// What is wrong, part by part; empty when the request as a whole is meant.
    pub errors: &'a [FieldError],
    /// Codes that were probably meant.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub likely: &'a [String],
    /// Seconds after which to come back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every() -> Vec<Refusal> {
        let error = FieldError::query("year", "not_a_year", "年份应为四位数字");
        vec![
            Refusal::BadParameters(vec![error.clone()]),
            Refusal::BadCode {
                error,
                likely: vec!["91350203MA2EXA019B".into()],
            },
            Refusal::NotFound,
            Refusal::Gone,
            Refusal::Method("GET, HEAD"),
            Refusal::TooMany {
                retry_after: 3,
                person_search: false,
            },
            Refusal::TooMany {
                retry_after: 30,
                person_search: true,
            },
            Refusal::Busy,
            Refusal::NotReady,
            Refusal::Internal,
            Refusal::TooLarge,
            Refusal::BatchTooLarge,
            Refusal::MediaType,
            Refusal::UnknownKey,
            Refusal::Elsewhere,
        ]
    }

    #[test]
    fn every_kind_has_its_own_words_and_the_shape_of_rfc_9457() {
        let all = every();
        assert_eq!(all.len(), ALL.len());
        for (refusal, words) in all.iter().zip(ALL) {
            assert_eq!(refusal.words(), words);
            let json = serde_json::to_value(refusal.problem("r1")).unwrap();
            assert_eq!(json["type"], format!("urn:gongshi:problem:{}", words.kind));
            assert_eq!(json["status"], words.status.as_u16());
            let title = json["title"].as_str().unwrap();
            assert!(title.contains(words.zh) && title.contains(words.en));
            assert!(json["detail"].as_str().unwrap().len() > 10);
            assert_eq!(json["instance"], "urn:gongshi:request:r1");
            assert_eq!(
                json["errors"].as_array().unwrap().len(),
                refusal.errors().len()
            );
            let comes_back = matches!(words.status.as_u16(), 429 | 503);
            assert_eq!(json.get("retry_after").is_some(), comes_back, "{refusal:?}");
        }
    }
}
