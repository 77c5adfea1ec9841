//! Desensitisation as the catalogue may set it (domain.md 4.1): what no list may expose, whatever it says.

use super::{About, Rule};
use crate::domain::catalogue::{
    BasisStatus, Exposure, FieldRule, FieldType, InstrumentKind, ListEntry,
};
use crate::domain::kinds::SubjectKind;

/// Numbers that identify a person: shown to nobody, except a natural person's own, masked, where a law orders it.
const IDENTIFIERS: [&str; 8] = [
    "legal_rep_id_number",
    "legal_rep_id_type",
    "subject_id_number",
    "subject_id_type",
    "responsible_person_id_number",
    "tax_number",
    "phone",
    "bank_account",
];

/// What only feeds the rules or is the provider's own.
const INTERNAL: [&str; 11] = [
    "remark",
    "procedure",
    "is_minor",
    "secret_flags",
    "consent",
    "usage_scope",
    "source_timestamp",
    "applicant",
    "proxy",
    "contact_person",
    "handling_officer",
];

/// Data about a person beside name and number.
const PERSONAL: [&str; 6] = [
    "sex",
    "age",
    "birth_date",
    "responsible_person",
    "responsible_person_sex",
    "ethnicity",
];

pub(super) fn entry(about: &mut About<'_>) {
    let entry = about.entry;
    for field in &entry.fields {
        identifier(about, entry, field);
        internal(about, field);
        free_text(about, field);
        address(about, field);
        export(about, field);
    }
    names(about, entry);
    exports_of_persons(about, entry);
    birth_date(about, entry);
}

const KINDS: [SubjectKind; 4] = [
    SubjectKind::LegalPerson,
    SubjectKind::UnincorporatedOrg,
    SubjectKind::IndividualBusiness,
    SubjectKind::NaturalPerson,
];

fn shown(exposure: Exposure) -> bool {
    !matches!(exposure, Exposure::Never | Exposure::ExactOnly)
}

fn is_id_mask(exposure: Exposure) -> bool {
    matches!(
        exposure,
        Exposure::MaskIdBirth | Exposure::MaskIdCourt | Exposure::MaskIdStrict
    )
}

/// Whether a law or regulation orders persons of this list to be shown.
fn ordered_by_law(entry: &ListEntry) -> bool {
    let orders = |k: InstrumentKind| {
        matches!(
            k,
            InstrumentKind::Law
                | InstrumentKind::AdministrativeRegulation
                | InstrumentKind::JudicialInterpretation
        )
    };
    entry.persons.published
        && entry
            .persons
            .basis
            .iter()
            .any(|b| b.status == BasisStatus::Active && orders(b.kind))
}

fn identifier(about: &mut About<'_>, entry: &ListEntry, field: &FieldRule) {
    if !IDENTIFIERS.contains(&field.key.as_str()) {
        return;
    }
    let allowed = |kind: SubjectKind| {
        let exposure = field.exposure_for(kind);
        let own = field.key == "subject_id_number" && kind == SubjectKind::NaturalPerson;
        let of_responsible = field.key == "responsible_person_id_number";
        exposure == Exposure::Never
            || (is_id_mask(exposure) && (own || of_responsible) && ordered_by_law(entry))
    };
    about.refuse(
        !KINDS.into_iter().all(allowed),
        Rule::IdentifierExposed,
        &field.key,
        (
            "标识字段对外公开或者可供检索",
            "an identifier is shown or can be searched",
        ),
        (
            "改为 never;法律规定公开自然人证件号码的,只能用证件号脱敏方式",
            "set it to never; where a law orders a person's number to be shown, use a mask for numbers",
        ),
    );
}

fn internal(about: &mut About<'_>, field: &FieldRule) {
    let out = KINDS
        .into_iter()
        .any(|k| field.exposure_for(k) != Exposure::Never);
    about.refuse(
        INTERNAL.contains(&field.key.as_str()) && out,
        Rule::InternalExposed,
        &field.key,
        ("内部字段被公开", "an internal field is exposed"),
        ("改为 never", "set it to never"),
    );
}

fn free_text(about: &mut About<'_>, field: &FieldRule) {
    let open = KINDS
        .into_iter()
        .any(|k| field.exposure_for(k) == Exposure::Public);
    about.refuse(
        field.kind == FieldType::LongText && open,
        Rule::FreeTextUnscrubbed,
        &field.key,
        ("长文本未经脱敏即公开", "long text is shown as it came"),
        (
            "改为 scrub_text 或者 never",
            "set it to scrub_text or never",
        ),
    );
}

fn address(about: &mut About<'_>, field: &FieldRule) {
    let open = [SubjectKind::IndividualBusiness, SubjectKind::NaturalPerson]
        .into_iter()
        .any(|k| {
            let exposure = field.exposure_for(k);
            shown(exposure) && exposure != Exposure::MaskAddress
        });
    about.refuse(
        matches!(field.key.as_str(), "address" | "home_address") && open,
        Rule::AddressUnmasked,
        &field.key,
        (
            "自然人、个体工商户的住址未脱敏",
            "the address of a person or individual business is not masked",
        ),
        (
            "改为 mask_address 或者 never",
            "set it to mask_address or never",
        ),
    );
}

fn export(about: &mut About<'_>, field: &FieldRule) {
    let personal = IDENTIFIERS.contains(&field.key.as_str())
        || INTERNAL.contains(&field.key.as_str())
        || PERSONAL.contains(&field.key.as_str());
    about.refuse(
        personal && field.export,
        Rule::PersonalInExport,
        &field.key,
        (
            "个人信息字段允许进入批量下载",
            "a personal field may enter exports",
        ),
        ("改为 export = false", "set export = false"),
    );
}

fn exports_of_persons(about: &mut About<'_>, entry: &ListEntry) {
    about.refuse(
        entry.persons.export || (entry.persons.search_engines && !entry.persons.published),
        Rule::PersonalInExport,
        "persons.export",
        (
            "自然人记录允许进入批量下载",
            "records of natural persons may enter exports",
        ),
        (
            "改为 export = false;自然人只能逐条查询",
            "set export = false; persons can be looked up one by one only",
        ),
    );
}

fn names(about: &mut About<'_>, entry: &ListEntry) {
    let bare = |key: &str, kind: SubjectKind| {
        entry
            .field(key)
            .is_some_and(|f| f.exposure_for(kind) == Exposure::Public)
    };
    let business = SubjectKind::IndividualBusiness;
    let open = bare("subject_name", business) || bare("legal_rep_name", business);
    let person = bare("subject_name", SubjectKind::NaturalPerson)
        || (entry.persons.published && entry.persons.name == Exposure::Public)
        || KINDS.into_iter().any(|k| bare("responsible_person", k));
    about.refuse(
        open || (person && !ordered_by_law(entry)),
        Rule::NameUnmasked,
        "subject_name",
        (
            "个体工商户经营者姓名未脱敏,或者没有法律规定而公开自然人全名",
            "an operator's name is not masked, or persons are named in full without a law that orders it",
        ),
        (
            "个体工商户用 mask_business_name、mask_name,自然人用 mask_name",
            "use mask_business_name and mask_name for businesses, mask_name for persons",
        ),
    );
}

/// Court style leaves about 33 birth dates; with the date itself, or beside the birth style, it leaves one.
fn birth_date(about: &mut About<'_>, entry: &ListEntry) {
    let natural = |key: &str| {
        entry.field(key).map_or(Exposure::Never, |f| {
            f.exposure_for(SubjectKind::NaturalPerson)
        })
    };
    let numbered = entry.persons.published && is_id_mask(entry.persons.id_number);
    about.refuse(
        numbered && shown(natural("birth_date")),
        Rule::Reidentification,
        "birth_date",
        (
            "脱敏证件号码与出生日期同时公开",
            "a masked number and the date of birth are both shown",
        ),
        ("将 birth_date 改为 never", "set birth_date to never"),
    );
}
