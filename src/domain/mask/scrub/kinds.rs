//! What the pipeline finds, why it doubts, why it refuses; and the placeholders that it sets.

use crate::domain::kinds::vocabulary;

vocabulary! {
    /// What a hit in free text is (the detectors of domain.md 4.2).
    HitKind {
        CitizenId = "citizen_id", "公民身份号码", "citizen id";
        Document = "document", "其他证件号码", "other identity document";
        Phone = "phone", "电话号码", "telephone number";
        Email = "email", "电子邮箱", "e-mail address";
        Account = "account", "社交账号", "social account";
        BankAccount = "bank_account", "银行账号", "bank account";
        Plate = "plate", "车牌", "number plate";
        HomeAddress = "home_address", "住址", "home address";
        BirthDate = "birth_date", "出生日期", "date of birth";
        KnownName = "known_name", "记录所载姓名", "name known to the record";
        Person = "person", "其他人员姓名", "other person";
        TradeSecret = "trade_secret", "商业秘密", "trade secret";
        Private = "private", "个人隐私", "private matter";
        Minor = "minor", "未成年人", "minor";
        Health = "health", "健康信息", "health";
        Criminal = "criminal", "犯罪记录", "criminal record";
        Garbage = "garbage", "占位或乱码", "placeholder or garbage";
    }
}

vocabulary! {
    /// Why a finding waits for a reviewer.
    DoubtReason {
        CheckFails = "check_fails", "18位号码校验不符,疑似证件号码", "18 digits whose check fails: perhaps an id";
        AmbiguousNumber = "ambiguous_number", "号码含义不明", "the number may be a code or a private number";
        PersonByCue = "person_by_cue", "依上下文识别的人名", "a name recognised by its context";
        MinorMentioned = "minor_mentioned", "涉及未成年人", "a minor is mentioned";
        HealthMentioned = "health_mentioned", "涉及健康信息", "health is mentioned";
        CriminalMentioned = "criminal_mentioned", "涉及犯罪记录", "a criminal record is mentioned";
        GarbageText = "garbage_text", "疑似占位或乱码", "placeholder or garbage";
        AddressUnclear = "address_unclear", "住址范围不明", "the extent of the address is unclear";
    }
}

vocabulary! {
    /// Why a text may not be published at all, whatever a reviewer says of its parts.
    Blocked {
        Minor = "minor", "涉及未成年人身份信息", "identifies a minor";
        Placeholder = "placeholder", "内容为占位符或乱码", "placeholder or garbage instead of content";
        TooLong = "too_long", "文本过长", "text too long";
        Unsettled = "unsettled", "脱敏结果不稳定", "masking does not settle";
    }
}

/// Set in place of identity document numbers.
pub const ID_HIDDEN: &str = "[证件号码已隐去]";
/// Set in place of telephones, e-mail addresses and social accounts.
pub const CONTACT_HIDDEN: &str = "[联系方式已隐去]";
/// Set in place of bank accounts.
pub const ACCOUNT_HIDDEN: &str = "[账号已隐去]";
/// Set in place of number plates.
pub const PLATE_HIDDEN: &str = "[车牌已隐去]";
/// Set in place of a home address of which no district is known.
pub const ADDRESS_HIDDEN: &str = "[住址已隐去]";
/// Set in place of dates of birth.
pub const BIRTH_HIDDEN: &str = "[出生日期已隐去]";
/// Set in place of spans that the provider has marked.
pub const SECRET_HIDDEN: &str = "[商业秘密,不予公开]";
/// Set in place of spans that the secrecy review has marked as private.
pub const PRIVATE_HIDDEN: &str = "[个人隐私,不予公开]";

/// All of them: a text that holds them has been scrubbed before.
pub(super) const PLACEHOLDERS: &[&str] = &[
    ID_HIDDEN,
    CONTACT_HIDDEN,
    ACCOUNT_HIDDEN,
    PLATE_HIDDEN,
    ADDRESS_HIDDEN,
    BIRTH_HIDDEN,
    SECRET_HIDDEN,
    PRIVATE_HIDDEN,
];

impl HitKind {
    /// What is set in its place, where that does not depend on what was found.
    pub(super) const fn placeholder(self) -> Option<&'static str> {
        match self {
            Self::CitizenId | Self::Document => Some(ID_HIDDEN),
            Self::Phone | Self::Email | Self::Account => Some(CONTACT_HIDDEN),
            Self::BankAccount => Some(ACCOUNT_HIDDEN),
            Self::Plate => Some(PLATE_HIDDEN),
            Self::HomeAddress => Some(ADDRESS_HIDDEN),
            Self::BirthDate => Some(BIRTH_HIDDEN),
            Self::TradeSecret => Some(SECRET_HIDDEN),
            Self::Private => Some(PRIVATE_HIDDEN),
            Self::KnownName
            | Self::Person
            | Self::Minor
            | Self::Health
            | Self::Criminal
            | Self::Garbage => None,
        }
    }
}
