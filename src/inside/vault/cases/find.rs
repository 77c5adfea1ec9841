//! Finding cases: the queue, those of an application or a record, and those in which something is to be done.

use chrono::NaiveDate;
use diesel::dsl::{count_star, exists};
use diesel::prelude::*;

use super::row::CaseRow;
use super::{StoredCase, Vault, VaultError};
use crate::base::db::schema::vault::cases;
use crate::base::db::{Conn, page};
use crate::domain::cases::CaseKind;
use crate::inside::vault::Tx;

/// What a queue is of; what is none does not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// Authority of the case.
    pub authority: Option<String>,
    /// Kinds; every one when empty.
    pub kinds: Vec<CaseKind>,
    /// Code of a state.
    pub state: Option<String>,
    /// Kinds with codes of states, any of them; every one when empty.
    pub states: Vec<(CaseKind, &'static str)>,
    /// Open or closed.
    pub closed: Option<bool>,
    /// Due on a day or later.
    pub due_from: Option<NaiveDate>,
    /// Due before a day.
    pub due_before: Option<NaiveDate>,
    /// Number of an application.
    pub application: Option<String>,
    /// Record.
    pub record: Option<String>,
    /// List.
    pub list: Option<String>,
    /// Something is still to follow.
    pub pending: Option<bool>,
}

/// Place in a queue: the day, then the id. What is due on no day comes last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Day by which something must be done.
    pub due_on: Option<NaiveDate>,
    /// Id of the case.
    pub id: String,
}

/// How many cases there are of a kind, in a state, of an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Code of the kind.
    pub kind: String,
    /// Code of the state.
    pub state: String,
    /// Code of the authority.
    pub authority_code: String,
    /// Cases.
    pub cases: i64,
}

/// Cases that fell overdue, of an authority and a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// Code of the authority; empty while a case is routed to none.
    pub authority_code: String,
    /// Code of the procedure.
    pub procedure: String,
    /// Whether provisional calendars had a part in their days.
    pub provisional: bool,
    /// Cases.
    pub cases: i64,
    /// The earliest of their days.
    pub since: Option<NaiveDate>,
}

fn narrowed<'a>(ask: &'a Ask) -> cases::BoxedQuery<'a, <Conn as diesel::Connection>::Backend> {
    let mut query = cases::table.into_boxed();
    // before everything else: what follows is joined to all of it by "and"
    for (n, (kind, state)) in ask.states.iter().enumerate() {
        let one = cases::kind.eq(kind.code()).and(cases::state.eq(*state));
        query = if n == 0 {
            query.filter(one)
        } else {
            query.or_filter(one)
        };
    }
    if let Some(code) = &ask.authority {
        query = query.filter(cases::authority_code.eq(code));
    }
    match ask.kinds.as_slice() {
        [] => {}
        [one] => query = query.filter(cases::kind.eq(one.code())),
        [one, two] => {
            query = query.filter(cases::kind.eq(one.code()).or(cases::kind.eq(two.code())));
        }
        // one of four is missing
        some => {
            for kind in CaseKind::ALL.iter().filter(|k| !some.contains(k)) {
                query = query.filter(cases::kind.ne(kind.code()));
            }
        }
    }
    if let Some(state) = &ask.state {
        query = query.filter(cases::state.eq(state));
    }
    if let Some(closed) = ask.closed {
        query = query.filter(cases::closed.eq(closed));
    }
    if let Some(day) = ask.due_from {
        query = query.filter(cases::due_on.ge(day).assume_not_null());
    }
    if let Some(day) = ask.due_before {
        query = query.filter(cases::due_on.lt(day).assume_not_null());
    }
    if let Some(number) = &ask.application {
        query = query.filter(cases::application.eq(number).assume_not_null());
    }
    if let Some(record) = &ask.record {
        query = query.filter(cases::record_id.eq(record).assume_not_null());
    }
    if let Some(list) = &ask.list {
        query = query.filter(cases::list.eq(list));
    }
    if let Some(pending) = ask.pending {
        query = query.filter(cases::pending.eq(pending));
    }
    query
}

fn load(
    conn: &mut Conn,
    ask: &Ask,
    after: Option<&Place>,
    most: usize,
) -> Result<Vec<CaseRow>, VaultError> {
    let mut query = narrowed(ask);
    if let Some(Place { due_on, id }) = after {
        let later = cases::id.gt(id);
        query = match due_on {
            Some(day) => query.filter(
                cases::due_on
                    .gt(*day)
                    .assume_not_null()
                    .or(cases::due_on.eq(*day).assume_not_null().and(later))
                    .or(cases::due_on.is_null()),
            ),
            None => query.filter(cases::due_on.is_null().and(later)),
        };
    }
    Ok(query
        .order((cases::due_on.is_null(), cases::due_on, cases::id))
        .limit(page(most))
        .load(conn)?)
}

impl Vault {
    /// Cases in the order in which they are due, after a place.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub fn cases(
        &self,
        ask: &Ask,
        after: Option<&Place>,
        most: usize,
    ) -> Result<Vec<StoredCase>, VaultError> {
        let rows = self.db.read(|conn| load(conn, ask, after, most))?;
        rows.into_iter().map(|row| self.open_case(row)).collect()
    }

    /// How many cases there are of what is asked for.
    ///
    /// # Errors
    /// Those of the database.
    pub fn case_count(&self, ask: &Ask) -> Result<u64, VaultError> {
        let count: i64 = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(narrowed(ask).count().get_result(conn)?)
        })?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// The open cases whose day is over, by authority and procedure; of one authority when it is named.
    ///
    /// # Errors
    /// Those of the database.
    pub fn overdue_cases(
        &self,
        authority: Option<&str>,
        today: NaiveDate,
    ) -> Result<Vec<Overdue>, VaultError> {
        type Row = (String, Option<String>, bool, i64, Option<NaiveDate>);
        let rows: Vec<Row> = self.db.read(|conn| -> Result<_, VaultError> {
            // an empty name is that of a case which is routed to nobody, so "any" is told by a flag of its own
            let (every, code) = (authority.is_none(), authority.unwrap_or_default());
            let mine = cases::authority_code
                .eq(code)
                .or(every.into_sql::<diesel::sql_types::Bool>());
            Ok(cases::table
                .filter(cases::closed.eq(false))
                .filter(cases::due_on.lt(today).assume_not_null())
                .filter(mine)
                .group_by((
                    cases::authority_code,
                    cases::due_procedure,
                    cases::provisional,
                ))
                .select((
                    cases::authority_code,
                    cases::due_procedure,
                    cases::provisional,
                    count_star(),
                    diesel::dsl::min(cases::due_on),
                ))
                .order((
                    cases::authority_code,
                    cases::due_procedure,
                    cases::provisional,
                ))
                .load(conn)?)
        })?;
        let overdue = |(authority_code, procedure, provisional, cases, since)| Overdue {
            authority_code,
            procedure: Option::<String>::unwrap_or_default(procedure),
            provisional,
            cases,
            since,
        };
        Ok(rows.into_iter().map(overdue).collect())
    }

    /// How many cases a queue is of.
    ///
    /// # Errors
    /// Those of the database.
    pub fn case_tallies(&self) -> Result<Vec<Tally>, VaultError> {
        let rows: Vec<(String, String, String, i64)> =
            self.db.read(|conn| -> Result<_, VaultError> {
                Ok(cases::table
                    .group_by((cases::kind, cases::state, cases::authority_code))
                    .select((
                        cases::kind,
                        cases::state,
                        cases::authority_code,
                        count_star(),
                    ))
                    .order((cases::kind, cases::state, cases::authority_code))
                    .load(conn)?)
            })?;
        let tally = |(kind, state, authority_code, cases)| Tally {
            kind,
            state,
            authority_code,
            cases,
        };
        Ok(rows.into_iter().map(tally).collect())
    }
}

impl Tx<'_> {
    /// The cases of an application, by part.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub(in crate::inside) fn cases_of(
        &mut self,
        number: &str,
    ) -> Result<Vec<StoredCase>, VaultError> {
        let rows: Vec<CaseRow> = cases::table
            .filter(cases::application.eq(number))
            .order(cases::part)
            .load(self.conn)?;
        rows.into_iter()
            .map(|row| self.vault.open_case(row))
            .collect()
    }

    /// Whether an application for repair of a record is open.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn has_open_repair(&mut self, record: &str) -> Result<bool, VaultError> {
        let open = cases::table
            .filter(cases::record_id.eq(record))
            .filter(cases::kind.eq(CaseKind::Repair.code()))
            .filter(cases::closed.eq(false));
        Ok(diesel::select(exists(open)).get_result(self.conn)?)
    }
}
