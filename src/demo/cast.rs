//! The cast: invented organisations, individual businesses and persons. A subject follows from (seed, place,
//! serial) alone, so that one subject can have several records without being remembered.

use chrono::{Days, NaiveDate};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::places::Place;
use super::pools::{pick, pools};
use crate::domain::kinds::SubjectKind;
use crate::domain::subject::{CitizenId, CreditCode, RegistrationNumber, registration_number};

/// Rare characters (CJK extension B and beyond) that names really hold.
const RARE: [&str; 6] = ["𠮷", "𣲵", "𤋮", "𬍛", "𡌶", "𪣻"];

/// A subject.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    /// Kind.
    pub kind: SubjectKind,
    /// Name.
    pub name: String,
    /// Unified social credit code; empty for persons.
    pub credit_code: String,
    /// Registration number of the old form; mostly empty.
    pub registration_number: String,
    /// Legal representative, head or operator.
    pub head: Person,
    /// District: address and firm's word.
    pub district: &'static str,
}

/// A person.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// Name.
    pub name: String,
    /// Citizen's number with a county that no city has (`98`).
    pub id_number: String,
    /// Date of birth.
    pub born: NaiveDate,
    /// True for men.
    pub male: bool,
}

/// The subject of a serial.
pub(super) fn subject(seed: u64, place: &'static Place, serial: u64) -> Subject {
    let mut rng = rng_of(seed, place, serial);
    let (region, district, word) = district(&mut rng, place);
    let head = person(&mut rng, region, 22, 68);
    let pools = pools();
    let roll = rng.random_range(0..1000);
    let trade = pick(&mut rng, &pools.trade);
    let industry = pick(&mut rng, &pools.industry);
    let (kind, class, name) = match roll {
        0..180 => {
            let shop = pick(
                &mut rng,
                &[
                    "小吃店",
                    "便利店",
                    "五金店",
                    "理发店",
                    "水果店",
                    "餐饮店",
                    "汽修部",
                    "服装店",
                ],
            );
            let place = district_word(district);
            let name = match rng.random_range(0..20) {
                0..6 => format!("{place}{}{shop}", head.name),
                6 => head.name.clone(),
                _ => format!("{place}{trade}{shop}"),
            };
            (SubjectKind::IndividualBusiness, "92", name)
        }
        180..210 => (
            SubjectKind::LegalPerson,
            "93",
            format!("{word}{trade}种植农民专业合作社"),
        ),
        210..230 => (
            SubjectKind::LegalPerson,
            "52",
            format!("{word}{trade}培训学校"),
        ),
        230..240 => (
            SubjectKind::LegalPerson,
            "51",
            format!("{word}{industry}行业协会"),
        ),
        240..270 => (
            SubjectKind::UnincorporatedOrg,
            "91",
            format!("{word}{trade}{industry}中心（有限合伙）"),
        ),
        270..310 => (
            SubjectKind::UnincorporatedOrg,
            "91",
            format!(
                "{word}{trade}{industry}有限公司{}分公司",
                district_word(district)
            ),
        ),
        310..330 => (
            SubjectKind::LegalPerson,
            "91",
            format!("{trade}{industry}（{word}）有限公司"),
        ),
        330..390 => (
            SubjectKind::LegalPerson,
            "91",
            format!("{word}{trade}{industry}股份有限公司"),
        ),
        _ => (
            SubjectKind::LegalPerson,
            "91",
            format!("{word}{trade}{industry}有限公司"),
        ),
    };
    let registration_number = if rng.random_range(0..20) == 0 && class == "91" {
        registration(region, serial)
    } else {
        String::new()
    };
    Subject {
        kind,
        name: odd_name(&mut rng, name),
        credit_code: CreditCode::compose(class, region, &body_of(serial))
            .map(|c| c.as_str().to_owned())
            .unwrap_or_default(),
        registration_number,
        head,
        district,
    }
}

/// The natural person of a serial.
pub(super) fn natural_person(
    seed: u64,
    place: &'static Place,
    serial: u64,
    minor_before: Option<NaiveDate>,
) -> Subject {
    let mut rng = rng_of(seed ^ 0x70_65_72_73, place, serial);
    let (region, district, _) = district(&mut rng, place);
    let mut head = person(&mut rng, region, 19, 70);
    if let Some(day) = minor_before {
        let back = rng.random_range(14 * 365..17 * 365);
        let born = day.checked_sub_days(Days::new(back)).unwrap_or(day);
        head = person_born(&mut rng, region, born);
    }
    Subject {
        kind: SubjectKind::NaturalPerson,
        name: head.name.clone(),
        credit_code: String::new(),
        registration_number: String::new(),
        head,
        district,
    }
}

/// Some person for a free text.
pub(super) fn somebody(rng: &mut impl Rng, place: &'static Place) -> Person {
    let (region, _, _) = district(rng, place);
    person(rng, region, 20, 65)
}

fn rng_of(seed: u64, place: &Place, serial: u64) -> ChaCha8Rng {
    let place = place
        .slug
        .bytes()
        .fold(0_u64, |h, b| h.wrapping_mul(131) + u64::from(b));
    let mixed = serial.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ place.rotate_left(32);
    ChaCha8Rng::seed_from_u64(seed ^ mixed)
}

fn district(
    rng: &mut impl Rng,
    place: &'static Place,
) -> (&'static str, &'static str, &'static str) {
    let at = rng.random_range(0..place.districts.len());
    place
        .districts
        .get(at)
        .copied()
        .unwrap_or(("100000", "", ""))
}

/// 福建省厦门市思明区 → 思明区.
fn district_word(address: &str) -> &str {
    address.rsplit_once('市').map_or(address, |(rest, last)| {
        // 江苏省…市…市: a county-level city ends in 市 itself
        if last.is_empty() {
            rest.rsplit_once('市').map_or(rest, |(_, l)| l)
        } else {
            last
        }
    })
}

/// Eight characters that no registrar assigns: `YX` and six that differ for every serial.
fn body_of(serial: u64) -> String {
    const CHARSET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const SPACE: u64 = 31_u64.pow(6);
    // an odd multiplier without factor 31 makes every serial land elsewhere
    let mut n = (serial % SPACE) * 387_420_489 % SPACE;
    let mut out = String::from("YX");
    for _ in 0..6 {
        let at = usize::try_from(n % 31).unwrap_or(0);
        out.push(CHARSET.get(at).map_or('0', |b| char::from(*b)));
        n /= 31;
    }
    out
}

fn registration(region: &str, serial: u64) -> String {
    let body = format!("{region}{:08}", 90_000_000 + serial % 10_000_000);
    registration_number::check_digit(body.as_bytes())
        .map(|d| format!("{body}{}", char::from(d)))
        .filter(|n| RegistrationNumber::parse(n).is_ok())
        .unwrap_or_default()
}

fn person(rng: &mut impl Rng, region: &str, youngest: u64, oldest: u64) -> Person {
    let base = NaiveDate::from_ymd_opt(2025, 6, 30).unwrap_or_default();
    let days = rng.random_range(youngest * 365..oldest * 365);
    let born = base.checked_sub_days(Days::new(days)).unwrap_or(base);
    person_born(rng, region, born)
}

fn person_born(rng: &mut impl Rng, region: &str, born: NaiveDate) -> Person {
    let city = region.get(..4).unwrap_or("1101");
    let sequence = rng.random_range(1..999_u16);
    let id_number = CitizenId::fictitious(&format!("{city}98"), born, sequence)
        .map(|id| id.expose().to_owned())
        .unwrap_or_default();
    let mut name = pick(rng, &pools().person).to_owned();
    if rng.random_range(0..400) == 0 {
        name.push_str(pick(rng, &RARE));
    }
    Person {
        name,
        id_number,
        born,
        male: sequence % 2 == 1,
    }
}

/// A few names are very long or hold rare characters.
fn odd_name(rng: &mut impl Rng, name: String) -> String {
    match rng.random_range(0..1000) {
        0..2 => {
            let rare = pick(rng, &RARE);
            let mut chars: Vec<char> = name.chars().collect();
            let at = chars.len().min(2);
            chars.splice(at..at, rare.chars());
            chars.into_iter().collect()
        }
        2..4 => {
            let pools = pools();
            let mut long = name;
            while long.chars().count() < 90 {
                long = format!(
                    "{long}{}{}",
                    pick(rng, &pools.trade),
                    pick(rng, &pools.industry)
                );
            }
            format!("{long}联合经营部")
        }
        _ => name,
    }
}
