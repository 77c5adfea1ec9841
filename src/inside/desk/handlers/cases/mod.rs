//! `/desk/cases`: applications as officers handle them; `/desk/replies`: texts to begin replies with.

pub mod act;
pub mod assign;
pub mod evidence;
pub mod paper;
pub mod queue;
pub mod templates;
pub mod view;

use actix_web::HttpRequest;

use super::super::Refused;
use crate::domain::cases::CaseKind;
use crate::inside::cases::CaseId;
use crate::inside::desk::pages::cases::link;
use crate::inside::desk::{DeskState, Seat, Stop};
use crate::inside::vault::ReplyTemplate;

/// Which case an address is of. An entry of a list has pages of its own.
fn asked(req: &HttpRequest, seat: &Seat) -> Result<CaseId, Stop> {
    let text = req.match_info().get("id").unwrap_or_default();
    let id = CaseId::parse(text).ok_or_else(|| Stop::from(seat.refuse(&Refused::NotHere)))?;
    if id.as_str().starts_with("MD-") {
        return Err(seat.go(&link(CaseKind::Entry, id.as_str())).into());
    }
    Ok(id)
}

/// Where an officer's own texts are kept: those of an authority with it, of others with the platform.
fn own_texts(seat: &Seat) -> String {
    seat.officer.scope().unwrap_or_default().to_owned()
}

/// The texts that an officer sees: those of the case's authority and of the platform.
fn texts(desk: &DeskState, authority: &str) -> Result<Vec<ReplyTemplate>, Refused> {
    Ok(desk.vault.reply_templates(authority)?)
}

/// The fields of a list's records by key, each with its name in the language of the page.
fn field_names(
    desk: &DeskState,
    list: &str,
    seat_lang: crate::outside::web::parts::lang::Lang,
) -> Vec<(String, String)> {
    let own = desk.catalogue.list(list).into_iter().flat_map(|entry| {
        entry
            .fields
            .iter()
            .map(|f| (f.key.clone(), seat_lang.plain(&f.name).into_owned()))
    });
    let of_record = [
        ("subject_name", "主体名称", "name of the subject"),
        ("authority_name", "作出决定的机关", "deciding authority"),
        ("source_name", "信息提供单位", "provider"),
    ];
    let mut out: Vec<(String, String)> = own.collect();
    for (key, zh, en) in of_record {
        if !out.iter().any(|(known, _)| known == key) {
            out.push((key.to_owned(), seat_lang.say(zh, en).to_owned()));
        }
    }
    out
}
