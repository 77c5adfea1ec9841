//! The unified social credit code (统一社会信用代码) of GB 32100-2015: the identity of every subject
//! that is not a natural person.
//!
//! Position 1 registering authority, 2 kind, 3 to 8 region of the registrar, 9 to 17 body (an
//! organisation code with its own check character), 18 check character. A wrong check character is an
//! error with suggestions; a body that does not check by GB 11714 is only a finding (domain.md 3.4).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::citizen_id;
use super::mend::{self, Change, Mend};
use super::normal::{ascii, bytes_in, code_form};
use super::org_code::{self, OrgCode};
use crate::domain::kinds::SubjectKind;
use crate::domain::regions;

/// The 31 characters of the code; I, O, S, V and Z are left out because they are misread.
pub const CHARSET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 3^(i−1) mod 31.
const WEIGHTS: [u32; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];
const LENGTH: usize = 18;
const MOST_MENDS: usize = 5;

/// A unified social credit code with a right check character, in canonical form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode([u8; LENGTH]);

/// Why a text is no credit code. Positions are counted from 1 in the normalised input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Nothing was given.
    #[error("the unified social credit code is empty")]
    Empty,
    /// Not eighteen characters.
    #[error("a unified social credit code has 18 characters, not {found}{}", mend::did_you_mean(.mends))]
    Length {
        /// Characters in normal form.
        found: usize,
        /// What was probably meant, best first: only when one character is missing or too many.
        mends: Vec<Mend<CreditCode>>,
    },
    /// A character outside the code's alphabet.
    #[error("character {position} of the unified social credit code is {found}, which no code holds{}", mend::did_you_mean(.mends))]
    Character {
        /// The first such character.
        position: usize,
        /// What stands there.
        found: char,
        /// What was probably meant, best first.
        mends: Vec<Mend<CreditCode>>,
    },
    /// The check character does not fit the other seventeen.
    #[error("the check character of the unified social credit code is {found}, computed is {expected}{}", mend::did_you_mean(.mends))]
    Check {
        /// What stands at position 18.
        found: char,
        /// What the first seventeen give.
        expected: char,
        /// What was probably meant, best first.
        mends: Vec<Mend<CreditCode>>,
    },
    /// It looks like a citizen's number, so it is neither repeated nor mended.
    #[error("this looks like a citizen identity number, not like a unified social credit code")]
    CitizenNumber,
}

/// Something odd about a code that is valid by its check character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Position 17 is not the check character of the organisation code inside (GB 11714).
    BodyCheck {
        /// What stands at position 17.
        found: char,
        /// What positions 9 to 16 give.
        expected: char,
    },
    /// Positions 1 and 2 are none of the known kinds.
    UnknownClass,
    /// Not even the province of positions 3 to 8 is known.
    UnknownRegion,
    /// It is also a valid citizen's number: one in eleven all-numeric codes with a date inside.
    AlsoCitizenNumber,
}

/// A subject kind that does not go with the code: 92 ⇔ individual business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the code {code} does not go with the subject kind {}: 92 stands for individual businesses and for nothing else", .kind.code())]
pub struct KindMismatch {
    /// The code.
    pub code: CreditCode,
    /// The kind that was claimed.
    pub kind: SubjectKind,
}

/// Kinds by positions 1 and 2, in Chinese and English. Those after Y1 come from later amendments, from memory.
const CLASSES: [(&str, &str, &str); 37] = [
    ("11", "机关", "state organ"),
    ("12", "事业单位", "public institution"),
    ("13", "群众团体", "mass organisation"),
    (
        "19",
        "机构编制部门登记的其他机构",
        "other body of the establishment register",
    ),
    ("51", "社会团体", "social association"),
    ("52", "民办非企业单位", "private non-enterprise unit"),
    ("53", "基金会", "foundation"),
    (
        "59",
        "民政部门登记的其他组织",
        "other organisation of the civil affairs register",
    ),
    ("91", "企业", "enterprise"),
    ("92", "个体工商户", "individual business"),
    ("93", "农民专业合作社", "farmers' cooperative"),
    ("Y1", "其他组织", "other organisation"),
    ("21", "外国常驻新闻机构", "resident foreign news bureau"),
    (
        "29",
        "外交部门登记的其他组织",
        "other organisation of the foreign affairs register",
    ),
    ("31", "律师执业机构", "law firm"),
    ("32", "公证处", "notary office"),
    ("33", "基层法律服务所", "grassroots legal service office"),
    ("34", "司法鉴定机构", "forensic institution"),
    ("35", "仲裁委员会", "arbitration commission"),
    (
        "39",
        "司法行政部门登记的其他组织",
        "other organisation of the justice register",
    ),
    ("41", "外国在华文化中心", "foreign cultural centre"),
    (
        "49",
        "文化部门登记的其他组织",
        "other organisation of the culture register",
    ),
    ("61", "外国旅游部门常驻代表机构", "foreign tourism office"),
    (
        "62",
        "港澳台地区旅游部门常驻代表机构",
        "tourism office of Hong Kong, Macao or Taiwan",
    ),
    (
        "69",
        "旅游部门登记的其他组织",
        "other organisation of the tourism register",
    ),
    ("71", "宗教活动场所", "place of worship"),
    ("72", "宗教院校", "religious school"),
    (
        "79",
        "宗教部门登记的其他组织",
        "other organisation of the religious register",
    ),
    ("81", "基层工会", "trade union"),
    ("89", "工会系统的其他组织", "other trade union organisation"),
    ("A1", "军队事业单位", "military institution"),
    ("A9", "军队系统的其他组织", "other military organisation"),
    (
        "N1",
        "组级集体经济组织",
        "collective economic organisation of a group",
    ),
    (
        "N2",
        "村级集体经济组织",
        "collective economic organisation of a village",
    ),
    (
        "N3",
        "乡镇级集体经济组织",
        "collective economic organisation of a township",
    ),
    (
        "N9",
        "农业农村部门登记的其他组织",
        "other organisation of the agriculture register",
    ),
    (
        "99",
        "市场监管部门登记的其他组织",
        "other organisation of the market register",
    ),
];

/// The check character of seventeen characters: charset[(31 − Σ vᵢ·wᵢ mod 31) mod 31] (GB 32100-2015);
/// `None` when they are not seventeen of [`CHARSET`].
#[must_use]
pub fn check_character(body: &[u8]) -> Option<u8> {
    if body.len() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (b, weight) in body.iter().zip(WEIGHTS) {
        sum += value(*b)? * weight;
    }
    CHARSET.get(((31 - sum % 31) % 31) as usize).copied()
}

/// The place of a character in [`CHARSET`].
fn value(b: u8) -> Option<u32> {
    const VALUES: [u8; 128] = {
        let mut table = [255; 128];
        let mut i = 0;
        while i < CHARSET.len() {
            table[CHARSET[i] as usize] = i as u8;
            i += 1;
        }
        table
    };
    VALUES
        .get(usize::from(b))
        .filter(|v| **v != 255)
        .map(|v| u32::from(*v))
}

fn valid(bytes: &[u8]) -> bool {
    bytes.len() == LENGTH && check_character(&bytes[..LENGTH - 1]) == Some(bytes[LENGTH - 1])
}

fn body_checks(bytes: &[u8]) -> bool {
    bytes.len() == LENGTH && org_code::check_character(&bytes[8..16]) == Some(bytes[16])
}

impl CreditCode {
    /// Reads a code in any spelling of `normal::code_form`: full width, spaced, hyphened, lower case.
    /// Look-alike letters are not replaced but suggested.
    ///
    /// # Errors
    /// [`CreditCodeError`] says which character is wrong and what was probably meant.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        // nearly every code in a file is canonical already
        if let Some(code) = <[u8; LENGTH]>::try_from(text.as_bytes())
            .ok()
            .filter(|c| valid(c))
        {
            return Ok(Self(code));
        }
        let chars = code_form(text);
        if chars.is_empty() {
            return Err(CreditCodeError::Empty);
        }
        let bytes = bytes_in(&chars, CHARSET);
        if let Some(code) = bytes
            .as_ref()
            .ok()
            .and_then(|b| <[u8; LENGTH]>::try_from(b.as_slice()).ok())
            && valid(&code)
        {
            return Ok(Self(code));
        }
        if resembles_citizen_number(&chars) {
            return Err(CreditCodeError::CitizenNumber);
        }
        let mends = best(near(&chars));
        if chars.len() != LENGTH {
            return Err(CreditCodeError::Length {
                found: chars.len(),
                mends,
            });
        }
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err((position, found)) => {
                return Err(CreditCodeError::Character {
                    position,
                    found,
                    mends,
                });
            }
        };
        match bytes.get(..LENGTH - 1).and_then(check_character) {
            Some(expected) => Err(CreditCodeError::Check {
                found: char::from(bytes[LENGTH - 1]),
                expected: char::from(expected),
                mends,
            }),
            None => Err(CreditCodeError::Length {
                found: bytes.len(),
                mends,
            }),
        }
    }

    /// The code of seventeen canonical characters, the check character computed.
    ///
    /// # Errors
    /// [`CreditCodeError::Length`] or [`CreditCodeError::Character`] when they are not seventeen of [`CHARSET`].
    pub fn from_body(first_17: &str) -> Result<Self, CreditCodeError> {
        let chars: Vec<char> = first_17.chars().collect();
        let bytes =
            bytes_in(&chars, CHARSET).map_err(|(position, found)| CreditCodeError::Character {
                position,
                found,
                mends: Vec::new(),
            })?;
        let check = check_character(&bytes).ok_or(CreditCodeError::Length {
            found: chars.len() + 1,
            mends: Vec::new(),
        })?;
        let mut code = [0; LENGTH];
        code[..LENGTH - 1].copy_from_slice(&bytes);
        code[LENGTH - 1] = check;
        Ok(Self(code))
    }

    /// The code of a kind (positions 1 and 2), a region (six digits) and eight characters of body, both
    /// check characters computed: for fictitious subjects.
    ///
    /// # Errors
    /// As [`CreditCode::from_body`].
    pub fn compose(class: &str, region: &str, body: &str) -> Result<Self, CreditCodeError> {
        let check = org_code::check_character(body.as_bytes()).ok_or(CreditCodeError::Length {
            found: class.len() + region.len() + body.len() + 2,
            mends: Vec::new(),
        })?;
        Self::from_body(&format!("{class}{region}{body}{}", char::from(check)))
    }

    /// Every valid code one slip away from the input, the likeliest first (some forty at most): for a
    /// search that knows which codes exist. Empty for an input that looks like a citizen's number.
    #[must_use]
    pub fn near(text: &str) -> Vec<Mend<Self>> {
        let chars = code_form(text);
        if resembles_citizen_number(&chars) {
            Vec::new()
        } else {
            near(&chars)
        }
    }

    /// The canonical form: eighteen characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }

    /// Positions 1 and 2: registering authority and kind.
    #[must_use]
    pub fn class_code(&self) -> &str {
        ascii(&self.0[..2])
    }

    /// The kind of positions 1 and 2 in Chinese and English; `None` when it is not known.
    #[must_use]
    pub fn class(&self) -> Option<(&'static str, &'static str)> {
        class_of(&self.0)
    }

    /// Positions 3 to 8: the GB/T 2260 code of the registrar's region. Not always digits in old or odd codes.
    #[must_use]
    pub fn region_code(&self) -> &str {
        ascii(&self.0[2..8])
    }

    /// Positions 9 to 17 as an organisation code; `None` when its check character is wrong.
    #[must_use]
    pub fn org_code(&self) -> Option<OrgCode> {
        OrgCode::from_body(ascii(&self.0[8..16])).filter(|_| body_checks(&self.0))
    }

    /// Whether the code is that of an individual business (个体工商户): prefix 92.
    #[must_use]
    pub fn is_individual_business(&self) -> bool {
        self.class_code() == "92"
    }

    /// Whether the code and a subject kind go together: prefix 92 ⇔ individual business, and a natural
    /// person has no credit code (domain.md 3.1).
    ///
    /// # Errors
    /// [`KindMismatch`] with both.
    pub fn check_kind(&self, kind: SubjectKind) -> Result<(), KindMismatch> {
        let fits = match kind {
            SubjectKind::IndividualBusiness => self.is_individual_business(),
            SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrg => {
                !self.is_individual_business()
            }
            SubjectKind::NaturalPerson => false,
        };
        if fits {
            Ok(())
        } else {
            Err(KindMismatch { code: *self, kind })
        }
    }

    /// What is odd about the code although its check character is right: warnings for an import report.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut out = Vec::new();
        if let Some(expected) =
            org_code::check_character(&self.0[8..16]).filter(|c| *c != self.0[16])
        {
            out.push(Finding::BodyCheck {
                found: char::from(self.0[16]),
                expected: char::from(expected),
            });
        }
        if self.class().is_none() {
            out.push(Finding::UnknownClass);
        }
        if self.region_code() != regions::NATIONAL && regions::nearest(self.region_code()).is_none()
        {
            out.push(Finding::UnknownRegion);
        }
        if citizen_id::is_valid(&self.0) {
            out.push(Finding::AlsoCitizenNumber);
        }
        out
    }
}

fn class_of(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let code = ascii(bytes.get(..2)?);
    CLASSES
        .iter()
        .find(|(c, _, _)| *c == code)
        .map(|(_, zh, en)| (*zh, *en))
}

/// Whether the text, or what its look-alikes leave, is so like a citizen's number that it must not be
/// repeated in an error: a number with O for 0 is as private as the right one.
fn resembles_citizen_number(chars: &[char]) -> bool {
    citizen_id::resembles(chars)
        || mend::replace_look_alikes(chars, |_| b"0123456789X").is_some_and(|(bytes, _)| {
            citizen_id::resembles(&bytes.into_iter().map(char::from).collect::<Vec<_>>())
        })
}

/// The first few of a list of candidates.
fn best(mut all: Vec<Mend<CreditCode>>) -> Vec<Mend<CreditCode>> {
    all.truncate(MOST_MENDS);
    all
}

/// Every valid code one slip away from what look-alikes leave, the likeliest first.
fn near(chars: &[char]) -> Vec<Mend<CreditCode>> {
    if chars.len() + 1 < LENGTH || chars.len() > LENGTH + 1 {
        return Vec::new();
    }
    let Some((given, letters)) = mend::replace_look_alikes(chars, |_| CHARSET) else {
        return Vec::new();
    };
    if let Some(code) = <[u8; LENGTH]>::try_from(given.as_slice())
        .ok()
        .filter(|c| valid(c))
    {
        return vec![Mend {
            code: CreditCode(code),
            changes: letters,
        }];
    }
    let mut found: Vec<(u32, Mend<CreditCode>)> = Vec::new();
    mend::each_neighbour(
        &given,
        LENGTH,
        |_| CHARSET,
        |text, change| {
            if let Some(code) = <[u8; LENGTH]>::try_from(text).ok().filter(|c| valid(c)) {
                let mut changes = letters.clone();
                changes.push(change);
                changes.sort_by_key(|c| c.position());
                found.push((
                    unlikelihood(&code, change),
                    Mend {
                        code: CreditCode(code),
                        changes,
                    },
                ));
            }
        },
    );
    found.sort_by_key(|(rank, mend)| (*rank, mend.code));
    found.into_iter().map(|(_, mend)| mend).collect()
}

/// How unlikely a candidate is. The body has a check character of its own, regions and kinds are known
/// sets: a candidate that satisfies them all is right much more often than one that does not; then
/// slips that people and scanners make come first.
fn unlikelihood(code: &[u8; LENGTH], change: Change) -> u32 {
    let region = ascii(&code[2..8]);
    let place = if regions::find(region).is_some() {
        0
    } else if regions::nearest(region).is_some() {
        12
    } else {
        30
    };
    let slip = match change {
        Change::Swap { .. } => 0,
        Change::Replace { found, with, .. } if mend::alike(found, with) => 1,
        Change::Replace {
            position: LENGTH, ..
        } => 2,
        Change::Insert { .. } | Change::Remove { .. } => 3,
        Change::Replace { .. } => 4,
    };
    let body = if body_checks(code) { 0 } else { 40 };
    let class = if class_of(code).is_some() { 0 } else { 20 };
    body + class + place + slip
}

impl CreditCodeError {
    /// What was probably meant, best first.
    #[must_use]
    pub fn mends(&self) -> &[Mend<CreditCode>] {
        match self {
            Self::Length { mends, .. }
            | Self::Character { mends, .. }
            | Self::Check { mends, .. } => mends,
            Self::Empty | Self::CitizenNumber => &[],
        }
    }

    /// The error in Chinese, with the way to mend it.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Empty => "统一社会信用代码为空".to_owned(),
            Self::Length { found, mends } => {
                format!(
                    "统一社会信用代码应为18位,现为{found}位{}",
                    mend::did_you_mean_zh(mends)
                )
            }
            Self::Character {
                position,
                found,
                mends,
            } => format!(
                "统一社会信用代码第{position}位“{found}”不合规则(不使用I、O、S、V、Z){}",
                mend::did_you_mean_zh(mends)
            ),
            Self::Check {
                found,
                expected,
                mends,
            } => format!(
                "统一社会信用代码校验码“{found}”不符,按前17位应为“{expected}”{}",
                mend::did_you_mean_zh(mends)
            ),
            Self::CitizenNumber => "填写的像是公民身份号码,不是统一社会信用代码".to_owned(),
        }
    }
}

impl Finding {
    /// The finding in Chinese.
    #[must_use]
    pub fn zh(self) -> String {
        match self {
            Self::BodyCheck { found, expected } => {
                format!(
                    "统一社会信用代码第17位(主体标识码校验位)为“{found}”,按规则应为“{expected}”"
                )
            }
            Self::UnknownClass => {
                "统一社会信用代码前2位不是已知的登记管理部门和机构类别".to_owned()
            }
            Self::UnknownRegion => "统一社会信用代码第3至8位不是已知的行政区划".to_owned(),
            Self::AlsoCitizenNumber => "统一社会信用代码同时符合公民身份号码规则,请核对".to_owned(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BodyCheck { found, expected } => {
                write!(
                    f,
                    "character 17 of the unified social credit code is {found}, computed is {expected}"
                )
            }
            Self::UnknownClass => f.write_str(
                "characters 1 and 2 of the unified social credit code are no known kind",
            ),
            Self::UnknownRegion => f.write_str(
                "characters 3 to 8 of the unified social credit code are no known region",
            ),
            Self::AlsoCitizenNumber => f.write_str(
                "the unified social credit code is also a valid citizen identity number",
            ),
        }
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreditCode({self})")
    }
}

impl FromStr for CreditCode {
    type Err = CreditCodeError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for CreditCode {
    type Error = CreditCodeError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> Self {
        code.as_str().to_owned()
    }
}

#[cfg(test)]
#[path = "credit_code_tests.rs"]
mod tests;
