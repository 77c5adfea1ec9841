//! What comes by HTTP: queries, forms, another portal's feed; and catalogues of a directory.

use chrono::NaiveDate;
use gongshi::domain::catalogue::load::build;
use gongshi::domain::forms::{Answers, Form, FormKind};
use gongshi::outside::mirror::wire;
use gongshi::outside::web::params::{SearchParams, Unknown};

use crate::files::CATALOGUE;

pub fn query(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for unknown in [Unknown::Refused, Unknown::Ignored] {
        match SearchParams::read(text, &CATALOGUE, unknown) {
            Ok(params) => {
                let address = params.first_page();
                let query = address.split_once('?').map_or("", |(_, query)| query);
                let again = SearchParams::read(query, &CATALOGUE, Unknown::Refused)
                    .expect("an address of ours is read");
                assert_eq!(
                    again.first_page(),
                    address,
                    "an address means the same again"
                );
            }
            Err(errors) => assert!(!errors.is_empty()),
        }
    }
}

/// Whatever is typed makes a form or faults that have words.
pub fn form(data: &[u8]) {
    let mut answers = Answers::default();
    for (name, value) in url::form_urlencoded::parse(data).take(400) {
        answers.set(&name, value);
    }
    let today = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
    for kind in [FormKind::Repair, FormKind::Objection, FormKind::Complaint] {
        match Form::parse(kind, &answers, true, today) {
            Ok(form) => assert!(!form.applicant().name.is_empty()),
            Err(faults) => {
                assert!(!faults.is_empty());
                assert!(faults.iter().all(|f| !f.zh.is_empty() && !f.en.is_empty()));
            }
        }
    }
}

pub fn feed(data: &[u8]) {
    let _ = wire::Page::read(data);
}

/// A catalogue of a directory is right or refused with words.
pub fn catalogue(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut files = gongshi::base::catalogue::embedded();
    files.insert("local/fuzz.toml".to_owned(), text.to_owned());
    if let Err(error) = build(&files) {
        assert!(!error.to_string().is_empty());
    }
}
