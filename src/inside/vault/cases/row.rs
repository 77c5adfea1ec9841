//! Rows of cases and acts.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::base::db::Stamp;
use crate::base::db::schema::vault::{case_events, cases};

#[derive(Queryable, Insertable, AsChangeset, Identifiable)]
#[diesel(table_name = cases, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct CaseRow {
    pub id: String,
    pub kind: String,
    pub application: Option<String>,
    pub part: i64,
    pub record_id: Option<String>,
    pub list: String,
    pub authority_code: String,
    pub state: String,
    pub opened_on: NaiveDate,
    pub updated_at: Stamp,
    pub due_on: Option<NaiveDate>,
    pub due_procedure: Option<String>,
    pub provisional: bool,
    pub closed: bool,
    pub version: i64,
    pub told_steps: i64,
    pub pending: bool,
    pub sync_seq: Option<i64>,
    pub opened: Vec<u8>,
    pub current: Vec<u8>,
    pub note: Option<Vec<u8>>,
    pub forgotten: bool,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = case_events, treat_none_as_default_value = false)]
pub(super) struct EventRow {
    pub case_id: String,
    pub step: i64,
    pub at: Stamp,
    pub on_day: NaiveDate,
    pub actor: String,
    pub role: String,
    pub authority: String,
    pub event: String,
    pub payload: Vec<u8>,
    pub effects: Vec<u8>,
}
