//! What the desk sends out: e-mail to applicants and authorities, the operator's webhook, results to other platforms. Rows
//! are made in the transaction of what they tell, under an id that says what that is: nothing is lost and nothing is told
//! twice when a node is cut off. A sender takes a row for a while; one that is not settled by then is taken again.

use chrono::{NaiveDate, TimeDelta};
use diesel::dsl::count_star;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Tx, Vault, VaultError, audit};
use crate::base::db::schema::vault::outbox;
use crate::base::db::{Conn, Stamp, on_each, page};
use crate::domain::kinds::vocabulary;
use crate::domain::time::Moment;

/// How long a sender may take with a row before another may take it.
const LEASE: TimeDelta = TimeDelta::minutes(10);

vocabulary! {
    /// Kind of message.
    Kind {
        Mail = "mail", "给申请人的邮件", "e-mail to the applicant";
        Digest = "digest", "给机关的邮件", "e-mail to the authority";
        Webhook = "webhook", "回调通知", "webhook";
        Push = "push", "推送结果", "result to a platform";
    }
}

vocabulary! {
    /// How far a message is.
    Standing {
        Waiting = "waiting", "待发送", "waiting";
        Sending = "sending", "发送中", "being sent";
        Sent = "sent", "已发送", "sent";
        Refused = "refused", "被对方拒绝", "refused by the other side";
        Dead = "dead", "多次失败，已停止", "given up after many failures";
    }
}

/// What a message says; sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Content {
    /// That the state of an application has changed.
    Changed {
        /// Address.
        to: String,
        /// Language (BCP 47).
        lang: String,
        /// Number of the application.
        number: String,
    },
    /// How many cases of an authority are due.
    Due {
        /// Address.
        to: String,
        /// Overdue.
        overdue: u64,
        /// Due within the next working days.
        soon: u64,
        /// As of when.
        on: NaiveDate,
    },
    /// The state of one part of an application.
    State {
        /// Number of the application.
        number: String,
        /// Part, from 0.
        part: u32,
        /// Code of the state.
        state: String,
        /// When.
        at: Moment,
    },
    /// What was decided about a record.
    Result {
        /// Record.
        record: String,
        /// List.
        list: String,
        /// Document number, as it was displayed.
        document_number: Option<String>,
        /// Code of the authority.
        authority: String,
        /// Code of the kind of case.
        kind: String,
        /// Code of the state.
        result: String,
        /// Code of the reason for which an entry has left its list.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// When.
        on: NaiveDate,
    },
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // addresses are personal data: they are not told by accident
        f.write_str("Content(…)")
    }
}

/// A new message.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// What it tells.
    pub id: String,
    /// Kind.
    pub kind: Kind,
    /// Platform.
    pub target: String,
    /// Case.
    pub case_id: Option<String>,
    /// Application.
    pub application: Option<String>,
    /// When it is to be sent.
    pub due_at: Moment,
    /// What it says.
    pub content: Content,
}

/// A message that a sender has taken.
#[derive(Clone, Debug)]
pub struct Taking {
    /// What it tells.
    pub id: String,
    /// A name for it that is the same at each attempt and says nothing of what it tells.
    pub name: String,
    /// Platform.
    pub target: String,
    /// When it was made.
    pub made_at: Moment,
    /// Since when it is tried.
    pub since: Moment,
    /// Attempts before this one.
    pub attempts: i64,
    /// What it says.
    pub content: Content,
}

/// A message as it is listed: nothing of what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it tells.
    pub id: String,
    /// Kind.
    pub kind: Kind,
    /// Platform; empty for what is no push.
    pub target: String,
    /// Case.
    pub case_id: Option<String>,
    /// How far it is.
    pub standing: Standing,
    /// When it was made.
    pub made_at: Moment,
    /// When it is tried next.
    pub due_at: Moment,
    /// Attempts.
    pub attempts: i64,
    /// When it was settled.
    pub ended_at: Option<Moment>,
    /// What the newest attempt came to, in a word.
    pub answer: String,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
struct Row {
    id: String,
    kind: String,
    target: String,
    case_id: Option<String>,
    application: Option<String>,
    state: String,
    made_at: Stamp,
    since: Stamp,
    due_at: Stamp,
    attempts: i64,
    ended_at: Option<Stamp>,
    answer: String,
    payload: Option<Vec<u8>>,
}

impl Row {
    fn message(self) -> Result<Message, VaultError> {
        let word = |column, word: &str| VaultError::Word {
            table: "outbox",
            column,
            word: word.to_owned(),
        };
        Ok(Message {
            kind: Kind::from_code(&self.kind).ok_or_else(|| word("kind", &self.kind))?,
            standing: Standing::from_code(&self.state).ok_or_else(|| word("state", &self.state))?,
            id: self.id,
            target: self.target,
            case_id: self.case_id,
            made_at: self.made_at.into(),
            due_at: self.due_at.into(),
            attempts: self.attempts,
            ended_at: self.ended_at.map(Into::into),
            answer: self.answer,
        })
    }
}

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It was taken.
    Sent,
    /// It failed, and is to be tried again.
    Again {
        /// When.
        at: Moment,
        /// Why, in a word.
        answer: String,
    },
    /// The other side refuses it for good.
    Refused {
        /// Why, in a word.
        answer: String,
    },
    /// It has failed for too long.
    Dead {
        /// Why, in a word.
        answer: String,
    },
}

impl Tx<'_> {
    /// Puts a message into the queue, unless it is or was there; answers whether it is new.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn enqueue(
        &mut self,
        new: &NewMessage,
        now: Moment,
    ) -> Result<bool, VaultError> {
        if find(self.conn, &new.id)?.is_some() {
            return Ok(false);
        }
        let payload = self
            .vault
            .seal_for("outbox", &new.id, "payload", &new.content)?;
        let row = Row {
            id: new.id.clone(),
            kind: new.kind.code().to_owned(),
            target: new.target.clone(),
            case_id: new.case_id.clone(),
            application: new.application.clone(),
            state: Standing::Waiting.code().to_owned(),
            made_at: now.into(),
            since: now.into(),
            due_at: new.due_at.into(),
            attempts: 0,
            ended_at: None,
            answer: String::new(),
            payload: Some(payload),
        };
        diesel::insert_into(outbox::table)
            .values(&row)
            .execute(self.conn)?;
        Ok(true)
    }

    /// Whether a mail about an application waits that was not tried yet: it tells of what comes meanwhile, too.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn mail_waits(&mut self, application: &str) -> Result<bool, VaultError> {
        let waiting: i64 = outbox::table
            .filter(outbox::application.eq(application).assume_not_null())
            .filter(outbox::kind.eq(Kind::Mail.code()))
            .filter(outbox::state.eq(Standing::Waiting.code()))
            .select(count_star())
            .first(self.conn)?;
        Ok(waiting > 0)
    }
}

impl Vault {
    /// Takes messages that are due, oldest first, and none of a case before an older one to the same platform is settled.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub fn take_messages(
        &self,
        kinds: [Kind; 2],
        target: &str,
        now: Moment,
        most: usize,
    ) -> Result<Vec<Taking>, VaultError> {
        // who only looks does not write: an idle node leaves the disk alone
        let idle = self
            .db
            .read(|conn| due(conn, kinds, target, now, 1))?
            .is_empty();
        if idle {
            return Ok(Vec::new());
        }
        let rows = self.db.write(|conn| -> Result<_, VaultError> {
            let mut taken = Vec::new();
            for row in due(conn, kinds, target, now, most)? {
                if row.kind == Kind::Push.code() && is_behind(conn, &row)? {
                    continue;
                }
                let query = diesel::update(outbox::table.find(&row.id)).set((
                    outbox::state.eq(Standing::Sending.code()),
                    outbox::due_at.eq(Stamp::from(now + LEASE)),
                ));
                on_each!(conn, c => query.execute(c))?;
                taken.push(row);
            }
            Ok(taken)
        })?;
        rows.into_iter().map(|row| self.taking(row)).collect()
    }

    fn taking(&self, row: Row) -> Result<Taking, VaultError> {
        let payload = row.payload.as_deref().unwrap_or_default();
        Ok(Taking {
            content: self.open_for("outbox", &row.id, "payload", payload)?,
            name: self.message_name(&row.id),
            target: row.target,
            made_at: row.made_at.into(),
            since: row.since.into(),
            attempts: row.attempts,
            id: row.id,
        })
    }

    /// The name under which a message is known outside.
    fn message_name(&self, id: &str) -> String {
        let mut name = self.keys.id.hex("outbox", &[id.as_bytes()]);
        name.truncate(32);
        name
    }

    /// Notes what an attempt came to. What was sent keeps nothing of what it said; what was given up is told in the audit log.
    ///
    /// # Errors
    /// Those of the database.
    pub fn settle_message(&self, id: &str, came: &Attempt, now: Moment) -> Result<(), VaultError> {
        let (standing, due, answer) = match came {
            Attempt::Sent => (Standing::Sent, now, ""),
            Attempt::Again { at, answer } => (Standing::Waiting, *at, answer.as_str()),
            Attempt::Refused { answer } => (Standing::Refused, now, answer.as_str()),
            Attempt::Dead { answer } => (Standing::Dead, now, answer.as_str()),
        };
        let ended = (standing != Standing::Waiting).then(|| Stamp::from(now));
        self.db.write(|conn| {
            let query = diesel::update(outbox::table.find(id)).set((
                outbox::state.eq(standing.code()),
                outbox::due_at.eq(Stamp::from(due)),
                outbox::attempts.eq(outbox::attempts + 1),
                outbox::ended_at.eq(ended),
                outbox::answer.eq(answer),
            ));
            on_each!(conn, c => query.execute(c))?;
            match standing {
                Standing::Sent => {
                    let query = diesel::update(outbox::table.find(id))
                        .set(outbox::payload.eq(None::<Vec<u8>>));
                    on_each!(conn, c => query.execute(c))?;
                    Ok(())
                }
                Standing::Refused | Standing::Dead => {
                    let detail = json!({ "answer": answer }).to_string();
                    let action = format!("notify.{}", standing.code());
                    audit::append(conn, &self.keys.id, now, "system", &action, id, &detail)
                }
                Standing::Waiting | Standing::Sending => Ok(()),
            }
        })
    }

    /// Lets a message that was given up be tried again; answers whether there was one.
    ///
    /// # Errors
    /// Those of the database.
    pub fn retry_message(&self, id: &str, by: &str, now: Moment) -> Result<bool, VaultError> {
        self.db.write(|conn| {
            let stopped = outbox::table
                .find(id)
                .filter(outbox::state.eq_any([Standing::Refused.code(), Standing::Dead.code()]));
            let query = diesel::update(stopped).set((
                outbox::state.eq(Standing::Waiting.code()),
                outbox::since.eq(Stamp::from(now)),
                outbox::due_at.eq(Stamp::from(now)),
                outbox::ended_at.eq(None::<Stamp>),
            ));
            let done = on_each!(conn, c => query.execute(c))? > 0;
            if done {
                audit::append(conn, &self.keys.id, now, by, "notify.retry", id, "{}")?;
            }
            Ok(done)
        })
    }

    /// Messages, newest first: of one case or of all, and of these only those that were given up.
    ///
    /// # Errors
    /// Those of the database.
    pub fn messages(
        &self,
        case: Option<&str>,
        given_up: bool,
        most: usize,
    ) -> Result<Vec<Message>, VaultError> {
        let rows: Vec<Row> = self.db.read(|conn| -> Result<_, VaultError> {
            let mut query = outbox::table.into_boxed();
            if let Some(case) = case {
                query = query.filter(outbox::case_id.eq(case).assume_not_null());
            }
            if given_up {
                let (refused, dead) = (Standing::Refused.code(), Standing::Dead.code());
                query = query.filter(outbox::state.eq(refused).or(outbox::state.eq(dead)));
            }
            Ok(query
                .order((outbox::made_at.desc(), outbox::id.desc()))
                .limit(page(most))
                .load(conn)?)
        })?;
        rows.into_iter().map(Row::message).collect()
    }

    /// How many messages stand where.
    ///
    /// # Errors
    /// Those of the database.
    pub fn message_counts(&self) -> Result<Vec<(String, String, i64)>, VaultError> {
        self.db.read(|conn| {
            Ok(outbox::table
                .group_by((outbox::kind, outbox::state))
                .select((outbox::kind, outbox::state, count_star()))
                .order((outbox::kind, outbox::state))
                .load(conn)?)
        })
    }

    /// Deletes what was settled before an instant; answers how many.
    ///
    /// # Errors
    /// Those of the database.
    pub fn forget_messages(&self, before: Moment) -> Result<usize, VaultError> {
        self.db.write(|conn| {
            let query = diesel::delete(
                outbox::table.filter(outbox::ended_at.lt(Stamp::from(before)).assume_not_null()),
            );
            Ok(on_each!(conn, c => query.execute(c))?)
        })
    }
}

fn find(conn: &mut Conn, id: &str) -> Result<Option<String>, VaultError> {
    Ok(outbox::table
        .find(id)
        .select(outbox::id)
        .first(conn)
        .optional()?)
}

fn due(
    conn: &mut Conn,
    [one, other]: [Kind; 2],
    target: &str,
    now: Moment,
    most: usize,
) -> Result<Vec<Row>, VaultError> {
    let (waiting, sending) = (Standing::Waiting.code(), Standing::Sending.code());
    Ok(outbox::table
        .filter(
            outbox::kind
                .eq(one.code())
                .or(outbox::kind.eq(other.code())),
        )
        .filter(outbox::state.eq(waiting).or(outbox::state.eq(sending)))
        .filter(outbox::target.eq(target))
        .filter(outbox::due_at.le(Stamp::from(now)))
        .order((outbox::due_at, outbox::made_at, outbox::id))
        .limit(page(most))
        .load(conn)?)
}

/// Whether an older message of the same case to the same platform is not settled.
fn is_behind(conn: &mut Conn, row: &Row) -> Result<bool, VaultError> {
    let Some(case) = &row.case_id else {
        return Ok(false);
    };
    let (waiting, sending) = (Standing::Waiting.code(), Standing::Sending.code());
    let older: i64 = outbox::table
        .filter(outbox::case_id.eq(case).assume_not_null())
        .filter(outbox::kind.eq(&row.kind))
        .filter(outbox::target.eq(&row.target))
        .filter(outbox::state.eq(waiting).or(outbox::state.eq(sending)))
        .filter(outbox::made_at.lt(row.made_at))
        .select(count_star())
        .first(conn)?;
    Ok(older > 0)
}
