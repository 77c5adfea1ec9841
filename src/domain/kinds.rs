//! The small closed vocabularies that every room shares, each with its code and its words in Chinese and English.

use serde::{Deserialize, Serialize};

/// Declares an enum whose variants travel as snake_case codes and show as Chinese and English words.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$vm:meta])* $variant:ident = $code:literal, $zh:literal, $en:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name { $($(#[$vm])* #[serde(rename = $code)] $variant,)+ }
        impl $name {
            /// Every value, in its natural order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The code that travels in files, URLs and databases.
            #[must_use] pub const fn code(self) -> &'static str { match self { $(Self::$variant => $code),+ } }
            /// The Chinese word on screen.
            #[must_use] pub const fn zh(self) -> &'static str { match self { $(Self::$variant => $zh),+ } }
            /// The English word on screen.
            #[must_use] pub const fn en(self) -> &'static str { match self { $(Self::$variant => $en),+ } }
            /// Reads a code; `None` when it is not one of this vocabulary.
            #[must_use] pub fn from_code(code: &str) -> Option<Self> { match code { $($code => Some(Self::$variant),)+ _ => None } }
        }
    };
}
pub(crate) use vocabulary;

vocabulary! {
    /// Kind of credit subject (信用主体).
    SubjectKind {
        LegalPerson = "legal_person", "法人", "legal person";
        UnincorporatedOrg = "unincorporated_org", "非法人组织", "unincorporated organisation";
        IndividualBusiness = "individual_business", "个体工商户", "individual business";
        NaturalPerson = "natural_person", "自然人", "natural person";
    }
}

vocabulary! {
    /// Severity of dishonesty information (失信信息: 轻微, 一般, 严重; R36).
    Severity {
        Minor = "minor", "轻微", "minor";
        General = "general", "一般", "general";
        Serious = "serious", "严重", "serious";
    }
}

vocabulary! {
    /// What being on a list says about the subject.
    Polarity {
        Positive = "positive", "守信激励", "positive";
        Neutral = "neutral", "中性", "neutral";
        Negative = "negative", "失信", "negative";
    }
}

vocabulary! {
    /// Key fields that S4 part 6 names, for special periods and filters.
    Domain {
        Food = "food", "食品", "food";
        Drugs = "drugs", "药品", "drugs";
        SpecialEquipment = "special_equipment", "特种设备", "special equipment";
        WorkSafety = "work_safety", "安全生产", "work safety";
        Fire = "fire", "消防", "fire protection";
        Environment = "environment", "生态环境", "environment";
        Engineering = "engineering", "工程质量", "engineering quality";
        HealthCare = "health_care", "医疗卫生", "health care";
        FundRaising = "fund_raising", "非法集资", "illegal fund-raising";
        Tax = "tax", "税收", "tax";
        DebtEvasion = "debt_evasion", "逃废债务", "debt evasion";
        Fraud = "fraud", "诈骗", "fraud";
        Price = "price", "价格垄断", "price monopoly";
        PublicSecurity = "public_security", "治安管理", "public security";
        MarketRegulation = "market_regulation", "市场监管", "market regulation";
        CivilAirDefence = "civil_air_defence", "人民防空", "civil air defence";
        Other = "other", "其他", "other";
    }
}

impl SubjectKind {
    /// Whether the subject is an organisation whose unified social credit code is public (L, U, I).
    #[must_use]
    pub const fn has_credit_code(self) -> bool {
        !matches!(self, Self::NaturalPerson)
    }
}

/// Text in Chinese, with English where it is given.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The Chinese text, always present.
    pub zh: String,
    /// The English text; empty when none is given, and then the Chinese stands for both.
    #[serde(default)]
    pub en: String,
}
