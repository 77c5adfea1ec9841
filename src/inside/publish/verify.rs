//! The proof that what is public is what the rules make of the vault: a full recomputation, and a search for
//! raw values in public bytes. It reads and reports; it mends nothing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::path::Path;

use chrono::NaiveDate;

use super::board::board;
use super::decide::{Decided, Verdict};
use super::release::{PublishError, Publisher, judge_row};
use crate::domain::catalogue::Exposure;
use crate::domain::time::{Moment, civil_date};
use crate::inside::raw::RawRecord;
use crate::inside::vault::VaultRow;
use crate::outside::store::{digest_of, notice_digest};
use crate::record::{NoticeKind, NoticeParts};

/// Rows read at once.
const CHUNK: usize = 2_000;
/// Examples kept for each kind of finding.
const EXAMPLES: usize = 20;
/// Private values shorter than this are too common to be searched for as text.
const SHORTEST_MARK: usize = 8;

/// One thing that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// Stable code of the check (`missing`, `surplus`, `differs`, `notice`, `raw_value`, `links`, `audit`).
    pub check: &'static str,
    /// Opaque id of the record, or the file, that it is about.
    pub object: String,
    /// What is wrong, without any raw value.
    pub what: String,
}

/// What verification found.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct VerifyReport {
    /// Records in the vault.
    pub vault_records: u64,
    /// Records in the public store.
    pub public_records: u64,
    /// Notices in the public store.
    pub public_notices: u64,
    /// Changes and due dates that publishing has not yet dealt with: not a fault, `publish` is to be run.
    pub pending: u64,
    /// Raw identifiers that were searched for in public bytes.
    pub identifiers_searched: u64,
    /// Bytes of public files that were searched.
    pub bytes_searched: u64,
    /// Findings by check.
    pub counts: BTreeMap<&'static str, u64>,
    /// The first of each kind.
    pub findings: Vec<Finding>,
}

impl VerifyReport {
    /// Whether everything is as it must be.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.counts.is_empty()
    }

    fn add(&mut self, check: &'static str, object: &str, what: impl Into<String>) {
        let count = self.counts.entry(check).or_default();
        *count += 1;
        if *count <= EXAMPLES as u64 {
            self.findings.push(Finding {
                check,
                object: object.to_owned(),
                what: what.into(),
            });
        }
    }
}

/// What the public store holds of a record.
struct Held {
    digest: String,
    displayed_until: Option<NaiveDate>,
}

/// Recomputes every record of the vault on the civil date of `now` and compares it with the public store;
/// then searches `public_files` byte by byte for identifiers that only the vault may hold.
///
/// # Errors
/// When a database or file cannot be read.
pub fn verify(
    publisher: &Publisher<'_>,
    now: Moment,
    public_files: &[&Path],
) -> Result<VerifyReport, PublishError> {
    let today = civil_date(now);
    let mut report = VerifyReport::default();
    let mut public = public_contents(publisher, &mut report)?;
    let published_up_to = publisher.vault.publish_cursor()?;
    let rules = publisher.rules();
    let mut identifiers: HashSet<Vec<u8>> = HashSet::new();
    let mut after = 0;
    loop {
        let rows = publisher.vault.scan(after, CHUNK)?;
        let Some(last) = rows.last() else { break };
        after = last.num;
        for row in &rows {
            report.vault_records += 1;
            let held = public.remove(&row.id);
            let Decided { verdict, .. } =
                judge_row(publisher, &rules, row, row.displayed_from, today);
            if row.change_seq > published_up_to {
                report.pending += 1;
                continue;
            }
            compare(&mut report, row, &verdict, held.as_ref(), today)?;
            if let Verdict::Publish(record) = &verdict {
                let text = body_text(record.parts());
                private_values_in(&mut report, publisher, (&row.id, &row.record), &text);
            }
            collect_identifiers(&row.record, &mut identifiers);
        }
    }
    for id in public.into_keys() {
        report.add(
            "surplus",
            &id,
            "the public store shows a record that the vault does not know",
        );
    }
    notices(publisher, today, &mut report)?;
    links(publisher, &mut report)?;
    report.identifiers_searched = identifiers.len() as u64;
    search_files(&mut report, public_files, &identifiers);
    Ok(report)
}

fn public_contents(
    publisher: &Publisher<'_>,
    report: &mut VerifyReport,
) -> Result<HashMap<String, Held>, PublishError> {
    let mut public = HashMap::new();
    let mut after = 0;
    loop {
        let rows = publisher.store.scan_checked(after, CHUNK)?;
        let Some(last) = rows.last() else {
            return Ok(public);
        };
        after = last.num;
        for row in rows {
            report.public_records += 1;
            let parts = row.record.parts();
            let held = Held {
                digest: row.digest,
                displayed_until: parts.displayed_until,
            };
            let id = parts.id.clone();
            public.insert(id, held);
        }
    }
}

fn compare(
    report: &mut VerifyReport,
    row: &VaultRow,
    verdict: &Verdict,
    held: Option<&Held>,
    today: NaiveDate,
) -> Result<(), PublishError> {
    match (verdict, held) {
        (Verdict::Publish(record), Some(held)) => {
            if digest_of(record)? != held.digest {
                report.add(
                    "differs",
                    &row.id,
                    "a recomputation gives another public record",
                );
            }
        }
        (Verdict::Publish(_), None) => report.add(
            "missing",
            &row.id,
            "the rules show it, the public store does not hold it",
        ),
        (_, Some(held)) if held.displayed_until.is_some_and(|until| until <= today) => {
            report.pending += 1;
        }
        (other, Some(_)) => {
            let why = match other {
                Verdict::Held(_) => "it waits for a reviewer",
                Verdict::Withheld(block) => block.en(),
                Verdict::Ended(_) | Verdict::Publish(_) => "its display has ended",
            };
            report.add(
                "surplus",
                &row.id,
                format!("the public store holds it although {why}"),
            );
        }
        (_, None) => {}
    }
    Ok(())
}

fn body_text(parts: &super::public::RecordParts) -> String {
    let mut text = String::with_capacity(1024);
    text.push_str(&parts.subject_name);
    for field in &parts.fields {
        text.push('\n');
        text.push_str(&field.value);
    }
    text
}

/// What a notice says of its subject, without its head, as [`body_text`] of a record.
fn notice_text(parts: &NoticeParts) -> String {
    let mut text = parts.subject.name.clone();
    if let Some(proposal) = &parts.proposal {
        let reasons = proposal.reason.iter().map(|f| f.value.as_str());
        let basis = proposal.basis.iter().map(String::as_str);
        let measures = proposal.measures.iter().map(|m| m.zh.as_str());
        for line in reasons.chain(basis).chain(measures) {
            text.push('\n');
            text.push_str(line);
        }
    }
    text
}

/// No value of a field that is never public may stand in the record's own public text.
fn private_values_in(
    report: &mut VerifyReport,
    publisher: &Publisher<'_>,
    (id, record): (&str, &RawRecord),
    body: &str,
) {
    let Some(entry) = publisher.catalogue.list(&record.list) else {
        return;
    };
    for (key, raw) in &record.fields {
        let private = entry.field(key).is_none_or(|rule| {
            matches!(
                rule.exposure_for(record.subject.kind),
                Exposure::Never | Exposure::ExactOnly
            )
        });
        let value = raw.expose().trim();
        if private && value.len() >= SHORTEST_MARK && is_telling(value) && body.contains(value) {
            report.add(
                "raw_value",
                id,
                format!("the value of the private field `{key}` stands in its public text"),
            );
        }
    }
}

/// A value that names nothing but a date or an amount also stands in public fields with every right.
fn is_telling(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    digits >= 11
        || value.chars().any(|c| c.is_alphabetic() && !c.is_ascii())
            && value.chars().count() >= SHORTEST_MARK
}

/// Identity numbers and telephone numbers as runs of ASCII digits (with a closing X).
fn collect_identifiers(record: &RawRecord, into: &mut HashSet<Vec<u8>>) {
    let public_code = record.subject.credit_code.as_deref().unwrap_or("");
    let mut add = |text: &str| {
        for run in digit_runs(text.as_bytes()) {
            if run != public_code.as_bytes() {
                into.insert(run.to_vec());
            }
        }
    };
    if let Some((_, number)) = &record.subject.identity {
        add(number.expose());
    }
    for key in [
        "legal_rep_id_number",
        "subject_id_number",
        "contact_phone",
        "agent_phone",
        "agent_id_number",
    ] {
        if let Some(value) = record.fields.get(key) {
            add(value.expose());
        }
    }
}

/// Runs of 11 to 18 digits, the last of which may be an X: telephone and identity numbers.
fn digit_runs(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + bytes[at..].iter().position(u8::is_ascii_digit)?;
            let mut end = start
                + bytes[start..]
                    .iter()
                    .position(|b| !b.is_ascii_digit())
                    .unwrap_or(bytes.len() - start);
            if end - start == 17 && bytes.get(end).is_some_and(|b| matches!(b, b'X' | b'x')) {
                end += 1;
            }
            at = end;
            if matches!(end - start, 11 | 15 | 18) {
                return Some(&bytes[start..end]);
            }
        }
    })
}

/// Searches files, unpacked, for runs that are identifiers of the vault. They are read in pieces that overlap.
fn search_files(report: &mut VerifyReport, files: &[&Path], identifiers: &HashSet<Vec<u8>>) {
    const PIECE: usize = 1 << 20;
    const OVERLAP: usize = 64;
    for path in files {
        let Ok(file) = std::fs::File::open(path) else {
            continue;
        };
        let packed = path.extension().is_some_and(|e| e == "gz");
        let mut file: Box<dyn Read> = if packed {
            Box::new(flate2::read::MultiGzDecoder::new(file))
        } else {
            Box::new(file)
        };
        let name = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        let mut buffer: Vec<u8> = Vec::with_capacity(PIECE + OVERLAP);
        loop {
            let keep = buffer.len().min(OVERLAP);
            buffer.drain(..buffer.len() - keep);
            let mut piece = Vec::with_capacity(PIECE);
            let Ok(read) = (&mut file).take(PIECE as u64).read_to_end(&mut piece) else {
                break;
            };
            if read == 0 {
                break;
            }
            report.bytes_searched += read as u64;
            buffer.extend_from_slice(&piece);
            if digit_runs(&buffer).any(|run| identifiers.contains(run)) {
                report.add(
                    "raw_value",
                    &name,
                    "a public file holds an identifier of the vault",
                );
                break;
            }
        }
    }
}

/// The notice board is what the vault makes of it today; what the next run will put up or take down by its term is no fault.
fn notices(
    publisher: &Publisher<'_>,
    today: NaiveDate,
    report: &mut VerifyReport,
) -> Result<(), PublishError> {
    let mut expected = HashMap::new();
    for notice in board(publisher, today)? {
        expected.insert(notice.id.clone(), notice_digest(&notice)?);
    }
    let mut texts: HashMap<String, String> = HashMap::new();
    for (held, digest) in publisher.store.all_notices()? {
        report.public_notices += 1;
        texts.insert(held.id.clone(), notice_text(held.parts()));
        match expected.remove(&held.id) {
            Some(right) if right == digest => {}
            Some(_) => report.add("notice", &held.id, "a recomputation gives another notice"),
            None if held.open_until <= today => report.pending += 1,
            None => report.add(
                "notice",
                &held.id,
                "the public store shows a notice that the vault does not give",
            ),
        }
    }
    report.pending += expected.len() as u64;
    for prior in publisher.vault.running_notices(today)? {
        let id = publisher.vault.notice_id(NoticeKind::Prior, &prior.case);
        if let Some(text) = texts.get(&id) {
            private_values_in(report, publisher, (&id, &prior.record), text);
        }
    }
    Ok(())
}

/// Releases and records must fit: each change has its own sequence number and none is unaccounted for.
fn links(publisher: &Publisher<'_>, report: &mut VerifyReport) -> Result<(), PublishError> {
    for fault in publisher.store.check_links()? {
        report.add("links", "public store", fault);
    }
    if let Err(error) = publisher.vault.verify_audit() {
        report.add("audit", "audit log", error.to_string());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digit_runs_are_telephone_and_identity_numbers_only() {
        let found: Vec<&[u8]> =
            digit_runs(b"tel 13800138000, id 11010519491231002X; 20260401 and 1234567890123456789")
                .collect();
        assert_eq!(found, [&b"13800138000"[..], &b"11010519491231002X"[..]]);
        assert_eq!(digit_runs(b"").count(), 0);
    }

    #[test]
    fn an_identifier_is_found_across_the_border_of_two_pieces() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("public.bin");
        let mut bytes = vec![b'.'; (1 << 20) - 7];
        bytes.extend_from_slice(b"440524188001010014 and on");
        std::fs::write(&path, &bytes).unwrap();
        let mut report = VerifyReport::default();
        let identifiers = HashSet::from([b"440524188001010014".to_vec()]);
        search_files(&mut report, &[&path], &identifiers);
        assert_eq!(report.counts.get("raw_value"), Some(&1));
    }
}
