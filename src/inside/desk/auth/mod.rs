//! Signing in: name, password and code in one step, with one answer and one cost for whatever is wrong.
//!
//! The work is the same for a name that nobody has: a hash is computed and an entry of the audit log is written, whatever
//! fails. A code is used up by the sign-in that it made. A session has a new token, and the one that the browser
//! had before ends: a token that somebody planted is worth nothing.

mod cookie;
mod provider;
mod throttle;

pub(super) use cookie::{
    Transport, cookie, flow_cookie, flow_gone, flow_of, gone, presented, transport,
};
pub(super) use provider::{ByProvider, by_code, by_provider, refused};
pub(super) use throttle::Throttle;

use zeroize::Zeroizing;

use super::state::DeskState;
use super::{Refused, rights};
use crate::base::crypto::password::SHORTEST;
use crate::base::crypto::{Password, SessionToken};
use crate::domain::time::Moment;
use crate::inside::vault::{Credentials, NewSession, Officer, Stage};

/// The password of every officer of the demonstration. It is no secret: those officers sign in only where every page says
/// that the data are fictitious (`site.demo`).
pub const DEMO_PASSWORD: &str = "gongshi-demo";

/// Longest id of an officer.
const LONGEST_ID: usize = 64;
/// Longest name of an officer.
const LONGEST_NAME: usize = 60;

/// Whether an id of an officer is plain: it stands in addresses, in the audit log and in authenticators.
#[must_use]
pub fn acceptable_id(id: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b);
    (2..=LONGEST_ID).contains(&id.len())
        && id.bytes().all(plain)
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && id != "system"
}

/// Whether a name of an officer can be shown.
#[must_use]
pub fn acceptable_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=LONGEST_NAME).contains(&length)
        && !name.chars().any(char::is_control)
        && name.trim() == name
}

/// What somebody typed to sign in.
pub(super) struct Typed {
    pub id: String,
    pub password: Zeroizing<String>,
    pub code: Zeroizing<String>,
}

/// A session that was begun.
#[derive(Debug)]
pub(super) struct Begun {
    pub token: SessionToken,
    pub stage: Stage,
}

/// Signs in; `None`: the name, the password or the code is wrong, whichever.
///
/// # Errors
/// Those of the vault.
pub(super) fn sign_in(
    desk: &DeskState,
    typed: &Typed,
    before: Option<&SessionToken>,
    now: Moment,
) -> Result<Option<Begun>, Refused> {
    let id = typed.id.trim().to_ascii_lowercase();
    let found = if acceptable_id(&id) {
        desk.vault.credentials(&id)?
    } else {
        None
    };
    let password = found
        .as_ref()
        .and_then(|(_, c)| c.password.as_ref())
        .unwrap_or_else(|| Password::none());
    let opens = password.is(&typed.password);
    let passed = match &found {
        Some((officer, credentials)) => {
            let step = proved(officer, credentials, &typed.code, now);
            let may = opens && in_force(desk, officer);
            match step {
                Proof::Not => false,
                Proof::NoneNeeded => may,
                // used up last, so that a wrong password uses no code
                Proof::Step(step) => may && desk.vault.use_code(&officer.id, step)?,
            }
        }
        None => false,
    };
    match found {
        Some((officer, _)) if passed => Ok(Some(begin(desk, &officer, before, "password", now)?)),
        found => {
            // what was typed as a name may be a password: the log has the ids of officers alone
            let who = found
                .as_ref()
                .map_or("-", |(officer, _)| officer.id.as_str());
            desk.vault.audit(now, who, "desk.refused", who, "")?;
            Ok(None)
        }
    }
}

enum Proof {
    Not,
    NoneNeeded,
    Step(i64),
}

/// Whether the second factor is proved. Where there is none yet, the first sign-in sets it up and does nothing else.
fn proved(officer: &Officer, credentials: &Credentials, code: &str, now: Moment) -> Proof {
    match &credentials.totp {
        Some(totp) => totp
            .step(code, now, credentials.totp_step)
            .map_or(Proof::Not, Proof::Step),
        None if officer.demo || officer.must_change => Proof::NoneNeeded,
        None => Proof::Not,
    }
}

/// Whether who is signed in is the officer, proved once more with password and code. A code is used up, and only together
/// with the right password; what is wrong of the two is not told. Whether there is a password and a second factor at all
/// was asked before.
///
/// # Errors
/// Those of the vault.
pub(super) fn prove(
    desk: &DeskState,
    id: &str,
    password: &str,
    code: &str,
    now: Moment,
) -> Result<bool, Refused> {
    let (_, credentials) = desk.vault.credentials(id)?.ok_or(Refused::NotHere)?;
    let kept = credentials.password.as_ref();
    let opens = kept.unwrap_or_else(|| Password::none()).is(password) && kept.is_some();
    let totp = credentials.totp.as_ref();
    let step = totp.and_then(|t| t.step(code, now, credentials.totp_step));
    let proved = match step {
        Some(step) if opens => desk.vault.use_code(id, step)?,
        _ => false,
    };
    if !proved {
        desk.vault.audit(now, id, "officer.not_proved", id, "")?;
    }
    Ok(proved)
}

/// Whether an officer may sign in here at all.
pub(super) fn in_force(desk: &DeskState, officer: &Officer) -> bool {
    officer.disabled_at.is_none()
        && rights::has_desk(officer.role)
        && (!officer.demo || desk.settings.demo)
}

/// Begins a session for an officer who is known by now.
pub(super) fn begin(
    desk: &DeskState,
    officer: &Officer,
    before: Option<&SessionToken>,
    how: &str,
    now: Moment,
) -> Result<Begun, Refused> {
    let stage = if officer.must_change {
        Stage::Setup
    } else {
        Stage::Full
    };
    begin_at(desk, officer, stage, before, how, now)
}

/// The same in a stage.
fn begin_at(
    desk: &DeskState,
    officer: &Officer,
    stage: Stage,
    before: Option<&SessionToken>,
    how: &str,
    now: Moment,
) -> Result<Begun, Refused> {
    let token = SessionToken::new()?;
    let before = before.map(SessionToken::hash);
    let session = NewSession {
        officer: &officer.id,
        hash: &token.hash(),
        stage,
        ends_at: now + desk.settings.whole,
        instead_of: before.as_deref(),
        how,
    };
    desk.vault.begin_session(&session, now)?;
    Ok(Begun { token, stage })
}

/// What is wrong with a password that an officer chose: length decides, and what others would try first.
#[must_use]
pub(super) fn unfit(chosen: &str, officer: &Officer) -> Option<(&'static str, &'static str)> {
    if chosen.chars().count() < SHORTEST {
        return Some((
            "密码应当至少 12 个字符",
            "Password must be 12 characters or more",
        ));
    }
    if chosen.len() > crate::base::crypto::password::LONGEST {
        return Some((
            "密码应当不超过 256 个字符",
            "Password must be 256 characters or fewer",
        ));
    }
    let plain = chosen.to_lowercase();
    let mut characters: Vec<char> = plain.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    if characters.len() < 5 || plain == DEMO_PASSWORD {
        return Some((
            "密码应当更难猜到，例如用几个不相干的词",
            "Password must be harder to guess, for example a few unrelated words",
        ));
    }
    if plain.contains(&officer.id) || plain.contains(&officer.name.to_lowercase()) {
        return Some((
            "密码应当不包含您的账号或者姓名",
            "Password must not contain your officer id or name",
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_plain_words() {
        for good in ["ab", "dalian.handler", "zhang-san_2"] {
            assert!(acceptable_id(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "1ab",
            "A.b",
            "a b",
            "张三",
            "system",
            "a/b",
            &"a".repeat(65),
        ] {
            assert!(!acceptable_id(bad), "{bad}");
        }
        assert!(acceptable_name("张三") && !acceptable_name(" 张三") && !acceptable_name("a\n"));
    }
}
