//! `gongshi desk user`: the officers of the desk.

use std::io::{self, BufRead as _, IsTerminal as _};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde_json::json;
use zeroize::Zeroizing;

use super::{Context, Outcome};
use crate::base::crypto::password::{SHORTEST, one_time};
use crate::base::crypto::{Password, Totp};
use crate::domain::cases::Role;
use crate::domain::subject::CreditCode;
use crate::domain::time::shanghai;
use crate::inside::desk::handlers::setup::ISSUER;
use crate::inside::desk::{acceptable_id, acceptable_name, oidc, rights};
use crate::inside::vault::{NewOfficer, Officer};
use crate::node::Rooms;
use crate::outside::report::qr::Qr;

/// What to do at the desk.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make, list, bind, disable and reset officers.
    #[command(subcommand)]
    User(User),
}

/// What to do with officers.
#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Make an officer; shows a password for the first sign-in and the secret of the second factor. Both are replaced at
    /// the first sign-in. With --oidc-subject, the OpenID provider signs the officer in and neither is made.
    Add(Add),
    /// Bind an officer to a person of the OpenID provider (desk.oidc_issuer), who then signs in as the officer; ends its
    /// sessions.
    Bind {
        /// Id of the officer.
        #[arg(value_name = "ID")]
        id: String,
        /// What the provider calls the person (the claim desk.oidc_subject_claim of its ID tokens).
        #[arg(long, value_name = "SUBJECT")]
        oidc_subject: String,
    },
    /// Take the binding of an officer to a person of the OpenID provider away, and end its sessions.
    Unbind {
        /// Id of the officer.
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Disable an officer, and end its sessions.
    Disable {
        /// Id of the officer.
        #[arg(value_name = "ID")]
        id: String,
    },
    /// List the officers.
    List,
    /// Give an officer a new password for the next sign-in and another second factor, and put it in force again.
    Reset {
        /// Id of the officer.
        #[arg(value_name = "ID")]
        id: String,
        /// Read the password from the standard input.
        #[arg(long)]
        password_stdin: bool,
    },
}

/// An officer to be made.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// Id, in small letters, digits, dots, dashes: typed at sign-in, written in the audit log.
    #[arg(value_name = "ID")]
    id: String,
    /// Name of the person.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Role: `provider_clerk`, `handler`, `approver`, `secrecy_reviewer`, `operator`, `leading_group`, `auditor`.
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Role,
    /// Unified social credit code of the authority, for roles that act for one.
    #[arg(long, value_name = "CODE")]
    authority: Option<String>,
    /// Name of the authority, as the desk shows it.
    #[arg(long, value_name = "NAME", default_value = "")]
    authority_name: String,
    /// What the OpenID provider (desk.oidc_issuer) calls the person, who then signs in through it.
    #[arg(long, value_name = "SUBJECT")]
    oidc_subject: Option<String>,
    /// Read the password for the first sign-in from the standard input.
    #[arg(long)]
    password_stdin: bool,
}

fn role(code: &str) -> Result<Role, String> {
    let known = || {
        let codes: Vec<&str> = rights::ALL.iter().map(|r| r.code()).collect();
        format!("one of {}", codes.join(", "))
    };
    Role::from_code(code)
        .filter(|r| rights::has_desk(*r))
        .ok_or_else(known)
}

pub(super) fn run(context: &Context, command: &Command) -> anyhow::Result<Outcome> {
    let Command::User(command) = command;
    match command {
        User::Add(new) => add(context, new)?,
        User::Bind { id, oidc_subject } => bind(context, id, Some(oidc_subject))?,
        User::Unbind { id } => bind(context, id, None)?,
        User::Disable { id } => disable(context, id)?,
        User::List => list(context)?,
        User::Reset { id, password_stdin } => reset(context, id, *password_stdin)?,
    }
    Ok(Outcome::Done)
}

/// A password from the standard input, or a new one.
fn first_password(stdin: bool) -> anyhow::Result<Zeroizing<String>> {
    if !stdin {
        return Ok(one_time()?);
    }
    let mut line = Zeroizing::new(String::new());
    io::stdin().lock().read_line(&mut line)?;
    let typed = Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned());
    if typed.chars().count() < SHORTEST {
        bail!("a password has {SHORTEST} characters at least");
    }
    Ok(typed)
}

fn add(context: &Context, new: &Add) -> anyhow::Result<()> {
    if !acceptable_id(&new.id) {
        bail!("an id has 2 to 64 small letters, digits, dots and dashes, and begins with a letter");
    }
    if !acceptable_name(&new.name) {
        bail!("a name has 1 to 60 characters");
    }
    match (&new.authority, new.role.is_scoped()) {
        (None, true) => bail!("the role {} needs --authority CODE", new.role.code()),
        (Some(code), _) => {
            CreditCode::parse(code).map_err(|e| anyhow::anyhow!("--authority {code}: {e}"))?;
        }
        (None, false) => {}
    }
    let person = new.oidc_subject.as_deref().map(|s| person(context, s));
    let person = person.transpose()?;
    let rooms = Rooms::new(&context.data, &context.settings);
    let now = rooms.clock()?.now();
    let vault = rooms.inside()?.vault;
    // who is signed in by the provider has no password, but one that was given
    let own = if person.is_none() || new.password_stdin {
        Some((first_password(new.password_stdin)?, Totp::new()?))
    } else {
        None
    };
    let kept = own.as_ref().map(|(text, _)| Password::new(text));
    let kept = kept.transpose()?;
    let officer = NewOfficer {
        id: &new.id,
        name: &new.name,
        role: new.role,
        authority: new.authority.as_deref(),
        authority_name: &new.authority_name,
        password: kept.as_ref(),
        totp: own.as_ref().map(|(_, totp)| totp),
        oidc_subject: person.as_deref(),
        demo: false,
    };
    vault.add_officer(&officer, "command line", now)?;
    context.out.line(format!("made officer {}", new.id))?;
    let Some((password, totp)) = &own else {
        context.out.line(format!(
            "next: sign in at /desk through {}",
            context.settings.desk.provider_name()
        ))?;
        context.out.value(&json!({ "id": new.id }))?;
        return Ok(());
    };
    let shown = (!new.password_stdin).then_some(password);
    tell(context, &new.id, shown, totp)
}

/// A person of the OpenID provider, as it is kept with an officer.
fn person(context: &Context, subject: &str) -> anyhow::Result<String> {
    let desk = &context.settings.desk;
    if !desk.has_provider() {
        bail!("--oidc-subject: no OpenID provider is set: see desk.oidc_issuer in config.toml");
    }
    let subject = oidc::typed_subject(subject)
        .context("--oidc-subject: 1 to 255 characters, none of them a control character")?;
    Ok(oidc::bound(&desk.oidc_issuer, subject))
}

fn bind(context: &Context, id: &str, subject: Option<&str>) -> anyhow::Result<()> {
    let person = subject.map(|s| person(context, s)).transpose()?;
    let rooms = Rooms::new(&context.data, &context.settings);
    let now = rooms.clock()?.now();
    let vault = rooms.inside()?.vault;
    vault.bind_officer(id, person.as_deref(), "command line", now)?;
    let word = if person.is_some() { "bound" } else { "unbound" };
    context.out.line(format!("{word} {id}"))?;
    context
        .out
        .value(&json!({ "id": id, "bound": person.is_some() }))?;
    Ok(())
}

/// Shows what signs in, once.
fn tell(
    context: &Context,
    id: &str,
    password: Option<&Zeroizing<String>>,
    totp: &Totp,
) -> anyhow::Result<()> {
    let out = context.out;
    let uri = totp.uri(ISSUER, id);
    if let Some(password) = password {
        out.line("password for the first sign-in, shown only now:")?;
        out.line(format!("  {}", password.as_str()))?;
    }
    out.line("second factor for the first sign-in (any authenticator), shown only now:")?;
    out.line(format!("  {}", uri.as_str()))?;
    if io::stdout().is_terminal()
        && let Some(qr) = Qr::new(&uri)
    {
        out.line(drawn(&qr))?;
    }
    out.line("next: sign in at /desk; both are replaced there")?;
    out.value(&json!({
        "id": id,
        "password": password.map(|p| p.as_str()),
        "otpauth": uri.as_str(),
    }))?;
    Ok(())
}

/// A code drawn with half blocks, light on dark being its own light: two rows of modules a line.
fn drawn(qr: &Qr) -> String {
    let whole = usize::from(qr.whole());
    let quiet = usize::from(crate::outside::report::qr::QUIET);
    let mut dark = vec![false; whole * whole];
    for (x, y, length) in &qr.runs {
        let row = (usize::from(*y) + quiet) * whole + usize::from(*x) + quiet;
        for module in dark.iter_mut().skip(row).take(usize::from(*length)) {
            *module = true;
        }
    }
    let at = |x: usize, y: usize| dark.get(y * whole + x).copied().unwrap_or(false);
    let mut out = String::new();
    for y in (0..whole).step_by(2) {
        // black on white, whatever the terminal's colours are
        out.push_str("\u{1b}[30;47m");
        for x in 0..whole {
            out.push(match (at(x, y), y + 1 < whole && at(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        out.push_str("\u{1b}[0m\n");
    }
    out
}

fn disable(context: &Context, id: &str) -> anyhow::Result<()> {
    let rooms = Rooms::new(&context.data, &context.settings);
    let now = rooms.clock()?.now();
    let vault = rooms.inside()?.vault;
    let changed = vault.disable_officer(id, "command line", now)?;
    let word = if changed {
        "disabled"
    } else {
        "was disabled already:"
    };
    context.out.line(format!("{word} {id}"))?;
    context.out.value(&json!({ "disabled": id }))?;
    Ok(())
}

fn reset(context: &Context, id: &str, stdin: bool) -> anyhow::Result<()> {
    let rooms = Rooms::new(&context.data, &context.settings);
    let now = rooms.clock()?.now();
    let vault = rooms.inside()?.vault;
    let password = first_password(stdin)?;
    let totp = Totp::new()?;
    vault
        .reset_officer(
            id,
            &Password::new(&password)?,
            Some(&totp),
            "command line",
            now,
        )
        .with_context(|| format!("officer {id}"))?;
    context.out.line(format!("reset {id}"))?;
    tell(context, id, (!stdin).then_some(&password), &totp)
}

fn state(officer: &Officer) -> &'static str {
    match (officer.disabled_at.is_some(), officer.must_change) {
        (true, _) => "disabled",
        (false, true) => "not set up yet",
        (false, false) => "in force",
    }
}

fn list(context: &Context) -> anyhow::Result<()> {
    let rooms = Rooms::new(&context.data, &context.settings);
    let all = rooms.inside()?.vault.officers()?;
    let told = |o: &Officer| {
        o.signed_in_at.map_or_else(
            || "never".to_owned(),
            |at| {
                at.with_timezone(&shanghai())
                    .format("%Y-%m-%d %H:%M")
                    .to_string()
            },
        )
    };
    for officer in &all {
        context.out.line(format!(
            "{}  {}  {}  {}  {}{}{}  signed in {}",
            officer.id,
            officer.name,
            officer.role.code(),
            officer.authority.as_deref().unwrap_or("-"),
            state(officer),
            if officer.demo {
                ", demonstration only"
            } else {
                ""
            },
            if officer.oidc_subject.is_some() {
                ", bound to the OpenID provider"
            } else {
                ""
            },
            told(officer),
        ))?;
    }
    if all.is_empty() {
        context
            .out
            .line("no officer yet: see gongshi desk user add --help")?;
    }
    let listed: Vec<_> = all
        .iter()
        .map(|o| {
            json!({
                "id": o.id,
                "name": o.name,
                "role": o.role.code(),
                "authority": o.authority,
                "state": state(o),
                "demo": o.demo,
                "oidc_subject": o.oidc_subject.as_deref().map(oidc::subject_of),
                "signed_in_at": o.signed_in_at,
            })
        })
        .collect();
    context.out.value(&json!({ "officers": listed }))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_code_has_its_quiet_zone_and_as_many_lines_as_half_its_side() {
        let qr = Qr::new("otpauth://totp/x").unwrap();
        let text = drawn(&qr);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), usize::from(qr.whole()).div_ceil(2));
        assert!(!lines[0].contains('█') && !lines[1].contains('█'));
        // the finder pattern begins after four light modules
        assert!(
            lines[2].starts_with("\u{1b}[30;47m    █▀▀▀▀▀█"),
            "{}",
            lines[2]
        );
    }

    #[test]
    fn roles_without_a_desk_are_none() {
        assert_eq!(role("handler"), Ok(Role::Handler));
        for none in ["public", "subject", "system", ""] {
            assert!(role(none).is_err(), "{none}");
        }
    }
}
