//! Addresses, kept as far as the kind of subject allows (domain.md 4.1).

use super::fold::plain;
use super::lexicon::{Level, divisions_at};
use crate::domain::kinds::SubjectKind;

/// An address: of a natural person up to the district (福建省厦门市思明区\*\*), of an individual business up to the
/// road without its number, of other organisations whole, as registered. An address of a person that names no
/// known division is starred whole. Source: domain.md 4.1.
#[must_use]
pub fn mask_address(address: &str, kind: SubjectKind) -> String {
    match kind {
        SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrg => address.to_owned(),
        SubjectKind::NaturalPerson => cut(address, false),
        SubjectKind::IndividualBusiness => cut(address, true),
    }
}

fn cut(address: &str, with_road: bool) -> String {
    let plain = plain(address);
    let chars: Vec<char> = plain.chars().collect();
    let (district, level) = divisions_at(&chars).unwrap_or((0, Level::Province));
    let road = if with_road && (level > Level::Province || district == 0) {
        road_end(&chars[district..])
    } else {
        0
    };
    let kept = district + road;
    let shown: String = chars[..kept].iter().collect();
    if kept == chars.len() {
        shown
    } else {
        shown + "**"
    }
}

/// Characters up to the end of the road or town, the number after it left out.
fn road_end(rest: &[char]) -> usize {
    let until = rest
        .iter()
        .position(|c| {
            c.is_alphanumeric() && !super::name::is_han(*c) || matches!(c, '*' | '(' | '（' | '#')
        })
        .unwrap_or(rest.len());
    rest[..until]
        .iter()
        .rposition(|c| matches!(c, '路' | '街' | '道' | '巷' | '弄' | '镇' | '乡'))
        .filter(|&end| end < 16)
        .map_or(0, |end| end + 1)
}
