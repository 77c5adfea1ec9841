//! A raw record as compact JSON and back, in buffers that are wiped. Only the vault calls it, to seal.
//!
//! One generic mirror serves both ways, so that what is written is what is read. Records are taken apart
//! without `..`: a new field stops the build until it is written here. Fields that are empty are left out,
//! and so a field added later does not change the hash of records that do not have it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::VaultError;
use super::pack::unpack;
use crate::domain::kinds::{Domain, Severity, SubjectKind};
use crate::inside::raw::{BasisDocument, Facts, Procedure, RawRecord, RawSubject, RawText};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(bound(
    serialize = "S: Serialize + Ord",
    deserialize = "S: Deserialize<'de> + Ord"
))]
struct Wire<S> {
    list: S,
    kind: SubjectKind,
    name: S,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    credit_code: Option<S>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    identity: Option<(S, S)>,
    document_number: S,
    authority_name: S,
    authority_code: S,
    provider_name: S,
    provider_code: S,
    region: S,
    decided_on: NaiveDate,
    basis: WireBasis<S>,
    facts: WireFacts<S>,
    fields: BTreeMap<S, S>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireBasis<S> {
    kind: S,
    number: S,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<NaiveDate>,
    authority: S,
    status: S,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(bound(serialize = "S: Serialize", deserialize = "S: Deserialize<'de>"))]
struct WireFacts<S> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    procedure: Option<WireProcedure>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    domain: Option<Domain>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    penalty_kinds: Vec<S>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fine_micro_wan: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confiscation_micro_wan: Option<i64>,
    #[serde(default, skip_serializing_if = "is_false")]
    is_minor: bool,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    flags: Vec<S>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_until: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "is_false")]
    long_term: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    display_until_supplied: Option<NaiveDate>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    licence_status: Option<S>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    performed_on: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    final_on: Option<NaiveDate>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    statutory_publication: Option<S>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    hold_at_max: Option<S>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repaired_on: Option<NaiveDate>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    exited: Option<(NaiveDate, S)>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    consent: Option<S>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WireProcedure {
    Summary,
    Ordinary,
}

fn none<T>() -> Option<T> {
    None
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes fields by reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// The canonical payload of a record: equal records have equal bytes.
pub(super) fn encode(record: &RawRecord) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let RawRecord {
        list,
        subject:
            RawSubject {
                kind,
                name,
                credit_code,
                identity,
            },
        document_number,
        authority_name,
        authority_code,
        provider_name,
        provider_code,
        region,
        decided_on,
        basis_document,
        facts,
        fields,
    } = record;
    let wire = Wire {
        list: list.as_str(),
        kind: *kind,
        name: name.expose(),
        credit_code: credit_code.as_deref(),
        identity: identity.as_ref().map(|(k, n)| (k.as_str(), n.expose())),
        document_number,
        authority_name,
        authority_code,
        provider_name,
        provider_code,
        region,
        decided_on: *decided_on,
        basis: basis_out(basis_document),
        facts: facts_out(facts),
        fields: fields
            .iter()
            .map(|(key, value)| (key.as_str(), value.expose()))
            .collect(),
    };
    let mut buffer = Wiping::with_capacity(2048);
    serde_json::to_writer(&mut buffer, &wire).map_err(|_| VaultError::Encode)?;
    Ok(buffer.0)
}

/// The record of a payload, packed or not.
pub(super) fn decode(id: &str, payload: &[u8]) -> Result<RawRecord, VaultError> {
    let refused = |cause: String| VaultError::Payload {
        id: id.to_owned(),
        cause,
    };
    let mut room = Zeroizing::default();
    let plain =
        unpack(payload, &mut room).ok_or_else(|| refused("it does not unpack".to_owned()))?;
    // the category only: the text of the error could quote the payload
    let wire: Wire<String> =
        serde_json::from_slice(plain).map_err(|e| refused(format!("{:?} error", e.classify())))?;
    let Wire {
        list,
        kind,
        name,
        credit_code,
        identity,
        document_number,
        authority_name,
        authority_code,
        provider_name,
        provider_code,
        region,
        decided_on,
        basis,
        facts,
        fields,
    } = wire;
    Ok(RawRecord {
        list,
        subject: RawSubject {
            kind,
            name: RawText::new(name),
            credit_code,
            identity: identity.map(|(kind, number)| (kind, RawText::new(number))),
        },
        document_number,
        authority_name,
        authority_code,
        provider_name,
        provider_code,
        region,
        decided_on,
        basis_document: basis_in(basis),
        facts: facts_in(facts),
        fields: fields
            .into_iter()
            .map(|(key, value)| (key, RawText::new(value)))
            .collect(),
    })
}

fn basis_out(basis: &BasisDocument) -> WireBasis<&str> {
    let BasisDocument {
        kind,
        number,
        date,
        authority,
        status,
    } = basis;
    WireBasis {
        kind,
        number,
        date: *date,
        authority,
        status,
    }
}

fn basis_in(basis: WireBasis<String>) -> BasisDocument {
    let WireBasis {
        kind,
        number,
        date,
        authority,
        status,
    } = basis;
    BasisDocument {
        kind,
        number,
        date,
        authority,
        status,
    }
}

fn facts_out(facts: &Facts) -> WireFacts<&str> {
    let Facts {
        procedure,
        severity,
        domain,
        penalty_kinds,
        fine_micro_wan,
        confiscation_micro_wan,
        is_minor,
        flags,
        valid_from,
        valid_until,
        long_term,
        display_until_supplied,
        licence_status,
        performed_on,
        final_on,
        statutory_publication,
        hold_at_max,
        repaired_on,
        exited,
        consent,
    } = facts;
    WireFacts {
        procedure: procedure.map(|p| match p {
            Procedure::Summary => WireProcedure::Summary,
            Procedure::Ordinary => WireProcedure::Ordinary,
        }),
        severity: *severity,
        domain: *domain,
        penalty_kinds: penalty_kinds.iter().map(String::as_str).collect(),
        fine_micro_wan: *fine_micro_wan,
        confiscation_micro_wan: *confiscation_micro_wan,
        is_minor: *is_minor,
        flags: flags.iter().map(String::as_str).collect(),
        valid_from: *valid_from,
        valid_until: *valid_until,
        long_term: *long_term,
        display_until_supplied: *display_until_supplied,
        licence_status: licence_status.as_deref(),
        performed_on: *performed_on,
        final_on: *final_on,
        statutory_publication: statutory_publication.as_deref(),
        hold_at_max: hold_at_max.as_deref(),
        repaired_on: *repaired_on,
        exited: exited.as_ref().map(|(on, code)| (*on, code.as_str())),
        consent: consent.as_deref(),
    }
}

fn facts_in(facts: WireFacts<String>) -> Facts {
    let WireFacts {
        procedure,
        severity,
        domain,
        penalty_kinds,
        fine_micro_wan,
        confiscation_micro_wan,
        is_minor,
        flags,
        valid_from,
        valid_until,
        long_term,
        display_until_supplied,
        licence_status,
        performed_on,
        final_on,
        statutory_publication,
        hold_at_max,
        repaired_on,
        exited,
        consent,
    } = facts;
    Facts {
        procedure: procedure.map(|p| match p {
            WireProcedure::Summary => Procedure::Summary,
            WireProcedure::Ordinary => Procedure::Ordinary,
        }),
        severity,
        domain,
        penalty_kinds,
        fine_micro_wan,
        confiscation_micro_wan,
        is_minor,
        flags,
        valid_from,
        valid_until,
        long_term,
        display_until_supplied,
        licence_status,
        performed_on,
        final_on,
        statutory_publication,
        hold_at_max,
        repaired_on,
        exited,
        consent,
    }
}

/// A buffer that leaves no copy behind: when it grows, what it leaves is wiped.
struct Wiping(Zeroizing<Vec<u8>>);

impl Wiping {
    fn with_capacity(bytes: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(bytes)))
    }
}

impl Write for Wiping {
    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write(bytes).map(|_| ())
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Vec::with_capacity(needed.max(self.0.capacity() * 2));
            larger.extend_from_slice(&self.0);
            std::mem::swap(&mut *self.0, &mut larger);
            larger.zeroize();
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
