//! Codes, names and free text.

use gongshi::domain::fold::fold;
use gongshi::domain::kinds::SubjectKind;
use gongshi::domain::mask::scrub::{ScrubContext, scrub};
use gongshi::domain::mask::{address, name, number};
use gongshi::domain::subject::citizen_id::CitizenId;
use gongshi::domain::subject::credit_code::CreditCode;
use gongshi::domain::subject::lei::Lei;
use gongshi::domain::subject::org_code::OrgCode;
use gongshi::domain::subject::registration_number::RegistrationNumber;
use gongshi::domain::subject::{org_name, person_name};

/// A code that is read is written the same; what is proposed for a wrong one is right.
pub fn codes(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match CreditCode::parse(text) {
        Ok(code) => assert_eq!(
            CreditCode::parse(code.as_str()).expect("a code").as_str(),
            code.as_str()
        ),
        Err(error) => assert!(
            error
                .mends()
                .iter()
                .all(|m| CreditCode::parse(m.code.as_str()).is_ok())
        ),
    }
    if let Ok(id) = CitizenId::parse(text) {
        assert!(CitizenId::parse(id.expose()).is_ok());
    }
    if let Ok(lei) = Lei::parse(text) {
        assert!(Lei::parse(lei.as_str()).is_ok());
    }
    if let Ok(code) = OrgCode::parse(text) {
        assert!(OrgCode::parse(&code.hyphenated()).is_ok());
    }
    if let Ok(number) = RegistrationNumber::parse(text) {
        assert!(RegistrationNumber::parse(number.as_str()).is_ok());
    }
    let _ = org_name::comparison_form(text);
    let _ = org_name::is_placeholder(text);
    let _ = person_name::split_surname(&person_name::normalise(text));
    for masked in [
        number::mask_id_birth(text),
        number::mask_id_court(text),
        number::mask_id_strict(text),
        name::mask_name(text),
        address::mask_address(text, SubjectKind::NaturalPerson),
    ] {
        assert!(masked.len() <= 4 * text.len() + 64, "masking grows");
    }
}

/// Scrubbing twice is scrubbing once, and folding too.
pub fn text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let about = ScrubContext::new(SubjectKind::LegalPerson);
    let once = scrub(text, &about);
    let twice = scrub(&once.text, &about);
    assert_eq!(twice.text, once.text, "masked text is masked again");
    let folded = fold(text);
    assert_eq!(fold(&folded), folded);
}
