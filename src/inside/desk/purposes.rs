//! For what purpose a session looks at the raw data of a case. It is asked once for each case and session and kept
//! in memory alone: who signs in again is asked again. Every look is written down with it by the case itself.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;

use crate::domain::time::Moment;

/// Purposes that are held at most.
const MOST: usize = 20_000;
/// No session lasts longer.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// Characters of a purpose in the officer's own words.
pub const LONGEST: usize = 100;

/// The short list: code, Chinese, English.
pub const LIST: [(&str, &str, &str); 5] = [
    ("handle", "办理本件", "to handle the case"),
    ("decide", "审批本件", "to decide the case"),
    (
        "answer",
        "答复申请人询问",
        "to answer a question of the applicant",
    ),
    (
        "supervise",
        "督办、检查办理质量",
        "to supervise how it is handled",
    ),
    ("audit", "审计", "to audit"),
];

/// Code of a purpose in the officer's own words.
pub const OTHER: &str = "other";

/// What is wrong with a purpose that was told: field, Chinese, English.
pub type Fault = (&'static str, &'static str, &'static str);

/// The purpose as it is written down: words of the list in Chinese, or the officer's own.
///
/// # Errors
/// When none is told, or the words hold something that may be a number of a person: the log is read by others.
pub fn read(code: &str, own: &str) -> Result<String, Fault> {
    if let Some((_, zh, _)) = LIST.iter().find(|(known, ..)| *known == code) {
        return Ok((*zh).to_owned());
    }
    if code != OTHER {
        return Err(("purpose", "请选择查阅目的", "Select a purpose"));
    }
    let own = own.trim();
    let length = own.chars().count();
    if length < 4 {
        return Err((
            "own",
            "查阅目的应当至少 4 个字",
            "Purpose must be 4 characters or more",
        ));
    }
    if length > LONGEST {
        return Err((
            "own",
            "查阅目的应当不超过 100 个字",
            "Purpose must be 100 characters or fewer",
        ));
    }
    if own.chars().any(char::is_control) || has_number(own) {
        return Err((
            "own",
            "查阅目的应当不含证件号码、电话等个人信息",
            "Purpose must hold no number of a person or telephone",
        ));
    }
    Ok(own.to_owned())
}

/// Seven digits in a row or more: telephones and identity numbers have them, dates and document numbers do not.
fn has_number(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|c| {
        run = if c.is_numeric() { run + 1 } else { 0 };
        run >= 7
    })
}

/// The purposes of all sessions.
#[derive(Default)]
pub(super) struct Purposes {
    held: Mutex<HashMap<(String, String), (Moment, String)>>,
}

impl Purposes {
    /// Keeps the purpose of a session (by the hash of its token) for a case.
    pub fn keep(&self, session: &str, case: &str, purpose: &str, now: Moment) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MOST {
            held.retain(|_, (at, _)| now - *at < KEPT);
        }
        if held.len() >= MOST {
            // whoever is asked again loses nothing
            held.clear();
        }
        let key = (session.to_owned(), case.to_owned());
        held.insert(key, (now, purpose.to_owned()));
    }

    /// The purpose that was told.
    pub fn of(&self, session: &str, case: &str, now: Moment) -> Option<String> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, purpose) = held.get(&(session.to_owned(), case.to_owned()))?;
        (now - *at < KEPT).then(|| purpose.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_is_told_and_names_nobody() {
        assert_eq!(read("handle", ""), Ok("办理本件".to_owned()));
        assert_eq!(
            read(OTHER, " 核对 2026 年 3 月的决定 "),
            Ok("核对 2026 年 3 月的决定".to_owned())
        );
        for (code, own, field) in [
            ("", "", "purpose"),
            ("nonsense", "核对决定书内容", "purpose"),
            (OTHER, "", "own"),
            (OTHER, "看看", "own"),
            (OTHER, "联系 13800138000", "own"),
            (OTHER, "350203199001011234 的申请", "own"),
            (OTHER, "一\n二三四五", "own"),
            (OTHER, &"字".repeat(101), "own"),
        ] {
            assert_eq!(read(code, own).unwrap_err().0, field, "{own}");
        }
    }

    #[test]
    fn a_purpose_holds_for_its_session_and_case_and_not_for_ever() {
        let (purposes, now) = (Purposes::default(), Moment::UNIX_EPOCH);
        purposes.keep("s", "c", "p", now);
        assert_eq!(purposes.of("s", "c", now), Some("p".to_owned()));
        for (session, case, at) in [("t", "c", now), ("s", "d", now), ("s", "c", now + KEPT)] {
            assert_eq!(purposes.of(session, case, at), None);
        }
    }
}
