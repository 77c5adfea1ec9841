//! The notices as JSON: what the board shows today, and which notices were taken back before their end.

use chrono::NaiveDate;
use serde::Serialize;

use super::wire::{bytes, instant, list_name};
use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::{SubjectKind, Words};
use crate::outside::store::TakenBack;
use crate::outside::web::link;
use crate::outside::web::problem::Refusal;
use crate::record::{PublicField, PublicNotice};

#[derive(Serialize)]
struct Subject<'a> {
    kind: SubjectKind,
    name: Option<&'a str>,
    name_masked: bool,
    credit_code: Option<&'a str>,
}

#[derive(Serialize)]
struct Unit<'a> {
    name: &'a str,
    code: &'a str,
}

#[derive(Serialize)]
struct Field<'a> {
    key: &'a str,
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct ProposalWire<'a> {
    reason: Vec<Field<'a>>,
    basis: &'a [String],
    measures: &'a [Words],
    objection: &'a [Words],
    repair: &'a [Words],
}

#[derive(Serialize)]
struct One<'a> {
    id: &'a str,
    kind: &'static str,
    list: &'a str,
    list_name: &'a str,
    subject: Subject<'a>,
    authority: Unit<'a>,
    document_number: Option<&'a str>,
    effective_on: Option<NaiveDate>,
    reason: Option<&'static str>,
    proposal: Option<ProposalWire<'a>>,
    open_from: NaiveDate,
    last_day: NaiveDate,
    provisional: bool,
    days_left: u64,
    objection_url: Option<String>,
}

/// Name of a field of a list, or its key.
#[must_use]
pub fn field_name<'a>(catalogue: &'a Catalogue, list: &str, key: &'a str) -> &'a Words {
    static NONE: Words = Words {
        zh: String::new(),
        en: String::new(),
    };
    let rule = catalogue.list(list).and_then(|l| l.field(key));
    rule.map_or(&NONE, |r| &r.name)
}

fn field<'a>(catalogue: &'a Catalogue, list: &str, one: &'a PublicField) -> Field<'a> {
    let name = field_name(catalogue, list, &one.key);
    Field {
        key: &one.key,
        name: if name.zh.is_empty() {
            &one.key
        } else {
            &name.zh
        },
        value: &one.value,
    }
}

fn one<'a>(catalogue: &'a Catalogue, notice: &'a PublicNotice, today: NaiveDate) -> One<'a> {
    One {
        id: &notice.id,
        kind: notice.kind.code(),
        list: &notice.list,
        list_name: list_name(catalogue, &notice.list),
        subject: Subject {
            kind: notice.subject.kind,
            name: Some(notice.subject.name.as_str()).filter(|n| !n.is_empty()),
            name_masked: notice.subject.name_masked,
            credit_code: notice.subject.credit_code.as_deref(),
        },
        authority: Unit {
            name: &notice.authority_name,
            code: &notice.authority_code,
        },
        document_number: notice.document_number.as_deref(),
        effective_on: notice.effective_on,
        reason: notice.reason.map(crate::domain::cases::ExitReason::code),
        proposal: notice.proposal.as_deref().map(|p| ProposalWire {
            reason: p
                .reason
                .iter()
                .map(|f| field(catalogue, &notice.list, f))
                .collect(),
            basis: &p.basis,
            measures: &p.measures,
            objection: &p.objection,
            repair: &p.repair,
        }),
        open_from: notice.open_from,
        last_day: notice.last_day(),
        provisional: notice.provisional,
        days_left: days_left(notice, today),
        objection_url: notice
            .takes_objections()
            .then(|| link::object_to(&notice.id)),
    }
}

/// Days that a notice is still shown, today included.
#[must_use]
pub fn days_left(notice: &PublicNotice, today: NaiveDate) -> u64 {
    u64::try_from((notice.open_until - today).num_days()).unwrap_or_default()
}

/// `GET /api/v1/notices`.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn notices(
    catalogue: &Catalogue,
    all: &[PublicNotice],
    taken_back: &[TakenBack],
    today: NaiveDate,
    demo: bool,
) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct Gone<'a> {
        id: &'a str,
        at: String,
    }
    #[derive(Serialize)]
    struct Wire<'a> {
        demo: bool,
        as_of: NaiveDate,
        items: Vec<One<'a>>,
        taken_back: Vec<Gone<'a>>,
    }
    bytes(&Wire {
        demo,
        as_of: today,
        items: all.iter().map(|n| one(catalogue, n, today)).collect(),
        taken_back: taken_back
            .iter()
            .map(|t| Gone {
                id: &t.id,
                at: instant(t.at),
            })
            .collect(),
    })
}
