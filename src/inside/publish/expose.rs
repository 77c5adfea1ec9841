//! From a raw value to a published one, by the exposure that the catalogue gives: the field whitelist of domain.md 4.

use std::ops::Range;

use crate::domain::catalogue::{Exposure, FieldRule, FieldType, ListEntry};
use crate::domain::kinds::SubjectKind;
use crate::domain::mask::scrub::kinds::{PRIVATE_HIDDEN, SECRET_HIDDEN};
use crate::domain::mask::scrub::{Blocked, KnownName, Role, ScrubContext, scrub};
use crate::domain::mask::{FieldContext, MASKING_VERSION, mask_document, mask_field};
use crate::domain::rule::block::Block;
use crate::inside::publish::public::PublicField;
use crate::inside::raw::{MARKS, MarkKind, RawRecord, RawText};

/// Keys that travel in the head of a public record and are not repeated among its fields.
const HEAD: &[&str] = &[
    "subject_name",
    "subject_category",
    "credit_code",
    "document_number",
    "authority_name",
    "authority_code",
    "source_name",
    "source_code",
    "decided_on",
    "display_until_supplied",
];

/// A doubt that a reviewer must settle before the record may be published (domain.md 4.2).
#[derive(Debug)]
pub(in crate::inside) struct FieldDoubt {
    /// Canonical key of the field.
    pub field: String,
    /// What was read, under the version of the masking rules: an approval holds for exactly this.
    pub read: RawText,
    /// The text as it would be published; doubtful until approved.
    pub proposal: RawText,
    /// What is doubtful: codes of `DoubtReason`, without the raw value.
    pub reasons: Vec<&'static str>,
}

/// The published fields of a record, with what was found on the way.
pub(in crate::inside) struct Exposed {
    /// In the order of the catalogue.
    pub fields: Vec<PublicField>,
    /// Doubts, in the same order.
    pub doubts: Vec<FieldDoubt>,
    /// A text stops the whole record, whatever a reviewer says.
    pub blocked: Option<Block>,
}

/// Applies the whitelist. What the entry does not mention stays in the vault.
pub(in crate::inside) fn expose(record: &RawRecord, entry: &ListEntry) -> Exposed {
    let context = scrub_context(record, entry);
    let mut out = Exposed {
        fields: Vec::with_capacity(entry.fields.len()),
        doubts: Vec::new(),
        blocked: None,
    };
    for rule in &entry.fields {
        if HEAD.contains(&rule.key.as_str()) {
            continue;
        }
        let Some(raw) = record
            .fields
            .get(&rule.key)
            .map(|r| r.expose().trim())
            .filter(|v| !v.is_empty())
        else {
            continue;
        };
        if let Some(value) = exposed_value(rule, record, raw, &context, &mut out) {
            out.fields.push(PublicField {
                key: rule.key.clone(),
                value,
                export: rule.export,
            });
        }
    }
    out
}

fn exposed_value(
    rule: &FieldRule,
    record: &RawRecord,
    raw: &str,
    context: &ScrubContext<'_>,
    out: &mut Exposed,
) -> Option<String> {
    let exposure = rule.exposure_for(record.subject.kind);
    let free_text = matches!(exposure, Exposure::Public | Exposure::ScrubText)
        && rule.kind == FieldType::LongText;
    if free_text || exposure == Exposure::ScrubText {
        // long texts are free text whoever wrote the catalogue: they never leave unscrubbed
        return Some(scrubbed(rule, record, raw, context, out));
    }
    let is_id = matches!(
        exposure,
        Exposure::MaskIdBirth | Exposure::MaskIdCourt | Exposure::MaskIdStrict
    );
    if is_id && !holds_citizen_id(record) {
        return Some(mask_document(raw));
    }
    let shown = mask_field(
        exposure,
        raw,
        FieldContext {
            subject_kind: record.subject.kind,
            operator: operator(record),
        },
    )?;
    Some(without_marks(record, shown))
}

/// A value that is no free text, without the passages that the secrecy review has marked.
fn without_marks(record: &RawRecord, mut shown: String) -> String {
    for (kind, passage) in record.marks() {
        if shown.contains(passage) {
            let put = match kind {
                MarkKind::TradeSecret => SECRET_HIDDEN,
                MarkKind::Private => PRIVATE_HIDDEN,
            };
            shown = shown.replace(passage, put);
        }
    }
    shown
}

/// Where marked passages stand in a text.
fn marked_spans(record: &RawRecord, raw: &str, wanted: MarkKind) -> Vec<Range<usize>> {
    record
        .marks()
        .into_iter()
        .filter(|(kind, _)| *kind == wanted)
        .flat_map(|(_, passage)| {
            raw.match_indices(passage)
                .map(|(at, found)| at..at + found.len())
        })
        .collect()
}

/// Whether the subject's identity document is a citizen id (type 01 身份证), whose digits the masks know.
fn holds_citizen_id(record: &RawRecord) -> bool {
    record
        .subject
        .identity
        .as_ref()
        .is_none_or(|(kind, _)| kind == "01" || kind.contains("身份证") && !kind.contains("永久"))
}

fn scrubbed(
    rule: &FieldRule,
    record: &RawRecord,
    raw: &str,
    context: &ScrubContext<'_>,
    out: &mut Exposed,
) -> String {
    let done = if record.fields.contains_key(MARKS) {
        let mut own = context.clone();
        own.trade_secrets = marked_spans(record, raw, MarkKind::TradeSecret);
        own.private = marked_spans(record, raw, MarkKind::Private);
        scrub(raw, &own)
    } else {
        scrub(raw, context)
    };
    if let Some(blocked) = done.blocked {
        out.blocked = out.blocked.or(Some(match blocked {
            Blocked::Minor => Block::Minor,
            Blocked::Placeholder => Block::PlaceholderText,
            Blocked::TooLong | Blocked::Unsettled => Block::TextUnsettled,
        }));
    }
    if !done.held.is_empty() {
        let mut reasons: Vec<&'static str> = done.held.iter().map(|d| d.reason.code()).collect();
        reasons.sort_unstable();
        reasons.dedup();
        out.doubts.push(FieldDoubt {
            field: rule.key.clone(),
            read: RawText::new(format!("{MASKING_VERSION} {raw}")),
            proposal: RawText::new(done.text.clone()),
            reasons,
        });
    }
    done.text
}

/// What the record itself knows: names and numbers that its free texts must not tell.
fn scrub_context<'r>(record: &'r RawRecord, entry: &ListEntry) -> ScrubContext<'r> {
    let kind = record.subject.kind;
    let real_name = entry.persons.name == Exposure::Public;
    let mut context = ScrubContext::new(kind);
    context.credit_code = record.subject.credit_code.as_deref();
    context.keep_codes.push(&record.document_number);
    for key in [
        "registration_number",
        "org_code",
        "institution_number",
        "social_org_number",
        "licence_number",
    ] {
        context.keep_codes.extend(value(record, key));
    }
    context.identity_numbers.extend(
        record
            .subject
            .identity
            .iter()
            .map(|(_, number)| number.expose()),
    );
    for key in ["legal_rep_id_number", "subject_id_number"] {
        context.identity_numbers.extend(value(record, key));
    }
    let representative = if kind == SubjectKind::IndividualBusiness {
        Role::Operator
    } else {
        Role::LegalRepresentative
    };
    let mut named = |name: Option<&'r str>, role| {
        context
            .names
            .extend(name.map(|n| KnownName::new(n, role, kind, real_name)));
    };
    if kind == SubjectKind::NaturalPerson {
        named(Some(record.subject.name.expose()), Role::Subject);
    }
    named(value(record, "legal_rep_name"), representative);
    for key in ["agent_name", "contact_name", "x_经办人", "x_联系人"] {
        named(value(record, key), Role::Proxy);
    }
    context
}

fn value<'r>(record: &'r RawRecord, key: &str) -> Option<&'r str> {
    record
        .fields
        .get(key)
        .map(|v| v.expose().trim())
        .filter(|v| !v.is_empty())
}

/// Name of the operator of an individual business (经营者), which stands in the legal representative's column.
pub(in crate::inside) fn operator(record: &RawRecord) -> &str {
    value(record, "legal_rep_name").unwrap_or("")
}
