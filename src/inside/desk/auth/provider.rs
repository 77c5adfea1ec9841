//! Signing in by the word of the OpenID provider. It takes two factors like a sign-in with a password: either the provider
//! says, in words that the operator has agreed with it (`desk.oidc_acr`, `desk.oidc_amr`), that it has asked for a second
//! one, or the officer shows a code of the authenticator that is set up here. An officer who has none yet sets it up at once,
//! as at the first sign-in with a password, and sees nothing else before.

use zeroize::Zeroizing;

use super::{Begun, Proof, begin, begin_at, in_force, proved};
use crate::base::crypto::SessionToken;
use crate::domain::time::Moment;
use crate::inside::desk::Refused;
use crate::inside::desk::oidc::{Half, Named, NotSigned, Oidc};
use crate::inside::desk::state::DeskState;
use crate::inside::vault::Stage;

/// What comes of a person whom the provider has named.
#[derive(Debug)]
pub(in crate::inside::desk) enum ByProvider {
    /// A session.
    Begun(Begun),
    /// The code of an officer's authenticator is asked for.
    Code(String),
    /// Nobody is signed in.
    Not(NotSigned),
}

/// Writes down that nobody was signed in: whom it is about, where that is an officer, and why, in words of ours.
pub(in crate::inside::desk) fn refused(
    desk: &DeskState,
    officer: Option<&str>,
    why: &str,
    now: Moment,
) -> Result<(), Refused> {
    let who = officer.unwrap_or("-");
    let detail = format!("OpenID: {why}");
    Ok(desk.vault.audit(now, who, "desk.refused", who, &detail)?)
}

/// Signs in whom the provider has named, asks for a code, or refuses.
///
/// # Errors
/// Those of the vault.
pub(in crate::inside::desk) fn by_provider(
    desk: &DeskState,
    oidc: &Oidc,
    named: &Named,
    now: Moment,
) -> Result<ByProvider, Refused> {
    let Some(officer) = desk.vault.officer_of_subject(&named.bound)? else {
        // who it is stays out of the log: whoever has an account at the provider may come by
        refused(desk, None, "bound to no officer", now)?;
        return Ok(ByProvider::Not(oidc.unknown(&named.subject)));
    };
    if !in_force(desk, &officer) {
        refused(desk, Some(&officer.id), "not in force", now)?;
        return Ok(ByProvider::Not(NotSigned::NotInForce));
    }
    let before = named.kept.before.as_ref();
    let begun = if named.second || officer.demo {
        begin(desk, &officer, before, "OpenID", now)?
    } else if officer.has_totp {
        return Ok(ByProvider::Code(officer.id));
    } else {
        begin_at(desk, &officer, Stage::Setup, before, "OpenID", now)?
    };
    Ok(ByProvider::Begun(begun))
}

/// Ends such a sign-in with a code of the officer's authenticator; `None`: it is wrong, or was used.
///
/// # Errors
/// Those of the vault.
pub(in crate::inside::desk) fn by_code(
    desk: &DeskState,
    half: &Half,
    code: &Zeroizing<String>,
    now: Moment,
) -> Result<Option<Begun>, Refused> {
    let found = desk.vault.credentials(&half.officer)?;
    if let Some((officer, credentials)) = found
        // everything that could have changed since the provider was asked
        && in_force(desk, &officer)
        && officer.oidc_subject.as_ref() == Some(&half.bound)
        && let Proof::Step(step) = proved(&officer, &credentials, code, now)
        && desk.vault.use_code(&officer.id, step)?
    {
        let before: Option<&SessionToken> = half.kept.before.as_ref();
        return Ok(Some(begin(desk, &officer, before, "OpenID and code", now)?));
    }
    refused(desk, Some(&half.officer), "wrong code", now)?;
    Ok(None)
}
