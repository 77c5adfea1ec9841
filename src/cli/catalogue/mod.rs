//! `gongshi catalogue check|show`.

mod text;

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use super::{Context, Outcome, Usage};
use crate::base::catalogue;
use crate::domain::catalogue::check::{Finding, check};
use crate::domain::catalogue::{Catalogue, ListEntry};

/// What to do with the catalogue.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Refuse what is unlawful or incomplete, and name the rule that it breaks.
    Check {
        /// A directory of catalogue files [default: the catalogue in force].
        dir: Option<PathBuf>,
    },
    /// Show the lists, or one list whole.
    Show {
        /// Code of a list.
        code: Option<String>,
    },
}

pub(super) fn run(context: &Context, command: Command) -> anyhow::Result<Outcome> {
    let configured = context.settings.catalogue.dir.clone();
    let dir = match &command {
        Command::Check { dir: Some(dir) } => Some(dir.clone()),
        _ => configured.filter(|d| !d.as_os_str().is_empty()),
    };
    let read = catalogue::read(dir.as_deref())?;
    match command {
        Command::Check { .. } => checked(context, &read),
        Command::Show { code: None } => lists(context, &read),
        Command::Show { code: Some(code) } => {
            let entry = read
                .list(&code)
                .ok_or_else(|| Usage(format!("the catalogue has no list {code}")))?;
            one(context, &read, entry)
        }
    }
}

fn checked(context: &Context, read: &Catalogue) -> anyhow::Result<Outcome> {
    let out = context.out;
    let findings = check(read);
    for finding in &findings {
        out.line(finding.to_string())?;
    }
    let told: Vec<_> = findings.iter().map(finding_json).collect();
    out.line(format!(
        "{} layers, {} lists, {} findings",
        read.layers.len(),
        read.lists.len(),
        findings.len()
    ))?;
    out.value(&json!({
        "layers": read.layers.len(),
        "lists": read.lists.len(),
        "findings": told,
    }))?;
    Ok(if findings.is_empty() {
        Outcome::Done
    } else {
        Outcome::Refused
    })
}

/// A finding for machines: the code of its rule, where, what is wrong, how to mend it, in both languages.
fn finding_json(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule.code(),
        "rule_text": { "zh": finding.rule.zh(), "en": finding.rule.en() },
        "file": finding.file,
        "list": finding.list,
        "part": finding.part,
        "wrong": finding.wrong,
        "mend": finding.mend,
    })
}

fn lists(context: &Context, read: &Catalogue) -> anyhow::Result<Outcome> {
    for layer in &read.layers {
        context.out.line(format!(
            "{}@{} {}",
            layer.code, layer.version, layer.name.zh
        ))?;
        for entry in read.lists.values().filter(|l| l.layer == layer.code) {
            let shown = if entry.is_displayed() {
                ""
            } else {
                "  (not displayed)"
            };
            context
                .out
                .line(format!("  {:<32} {}{shown}", entry.code, entry.name.zh))?;
        }
    }
    let all: Vec<_> = read
        .lists
        .values()
        .map(|l| {
            json!({
                "code": l.code,
                "name": l.name,
                "layer": read.version_of(l),
                "displayed": l.is_displayed(),
            })
        })
        .collect();
    context.out.value(&all)?;
    Ok(Outcome::Done)
}

fn one(context: &Context, read: &Catalogue, entry: &ListEntry) -> anyhow::Result<Outcome> {
    context.out.line(text::whole(read, entry).trim_end())?;
    context.out.value(entry)?;
    Ok(Outcome::Done)
}
