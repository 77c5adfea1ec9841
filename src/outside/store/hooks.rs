//! Webhooks: where changes are told of, and how far each was told. The range that is being told is the whole queue: what
//! comes meanwhile is told with the next, so that a hook that was down for days gets one message and none is lost.

use diesel::prelude::*;

use super::meta::SEQ;
use super::{PublicStore, StoreError};
use crate::base::db::schema::public::{hooks, tombstones};
use crate::base::db::{Conn, Stamp, counter, on_each};
use crate::domain::time::Moment;

/// What a hook is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// That there are changes, and where to read them.
    Changes,
    /// What was taken back: opaque ids and kinds of reason.
    Withdrawals,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Changes, Self::Withdrawals];

    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Withdrawals => "withdrawals",
        }
    }

    /// The topic of a name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.code() == code)
    }
}

/// Where a hook stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookState {
    /// Its owner has not answered the challenge yet: it is told nothing.
    Unproved,
    /// It is told.
    Active,
    /// It failed for days and is told no more.
    Dead,
    /// It was taken out.
    Removed,
}

impl HookState {
    const ALL: [Self; 4] = [Self::Unproved, Self::Active, Self::Dead, Self::Removed];

    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unproved => "unproved",
            Self::Active => "active",
            Self::Dead => "dead",
            Self::Removed => "removed",
        }
    }
}

/// A hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Under what it is listed.
    pub id: String,
    /// Where it is told.
    pub url: String,
    /// Of what.
    pub topic: Topic,
    /// Where it stands.
    pub state: HookState,
    /// When it was added.
    pub made_at: Moment,
    /// When its owner answered the challenge.
    pub proved_at: Option<Moment>,
    /// Sequence number up to which it was told.
    pub told_to: i64,
    /// End of the range that is being told: the same at each attempt.
    pub sending_to: Option<i64>,
    /// Attempts that failed since the last success.
    pub failures: i64,
    /// Since when.
    pub failing_since: Option<Moment>,
    /// Not before when the next attempt is made.
    pub next_at: Moment,
    /// What the last attempt came to, in a word: a status, or a kind of failure.
    pub last_answer: String,
}

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Where the hook stands now.
    pub state: HookState,
    /// What it came to, in a word.
    pub answer: String,
    /// Up to which sequence number it was told, when it was.
    pub told_to: Option<i64>,
    /// When the next attempt is made.
    pub next_at: Moment,
    /// When it was made.
    pub at: Moment,
}

#[derive(Queryable)]
struct Row {
    id: String,
    url: String,
    topic: String,
    state: String,
    made_at: Stamp,
    proved_at: Option<Stamp>,
    _ended_at: Option<Stamp>,
    told_to: i64,
    sending_to: Option<i64>,
    failures: i64,
    failing_since: Option<Stamp>,
    next_at: Stamp,
    last_answer: String,
}

impl Row {
    fn hook(self) -> Result<Hook, StoreError> {
        let damaged = || StoreError::Damaged {
            num: 0,
            cause: "a hook of an unknown kind".to_owned(),
        };
        let state = HookState::ALL.into_iter().find(|s| s.code() == self.state);
        Ok(Hook {
            topic: Topic::from_code(&self.topic).ok_or_else(damaged)?,
            state: state.ok_or_else(damaged)?,
            id: self.id,
            url: self.url,
            made_at: self.made_at.into(),
            proved_at: self.proved_at.map(Into::into),
            told_to: self.told_to,
            sending_to: self.sending_to,
            failures: self.failures,
            failing_since: self.failing_since.map(Into::into),
            next_at: self.next_at.into(),
            last_answer: self.last_answer,
        })
    }
}

impl PublicStore {
    /// Adds a hook, which is told of what comes from now on once its owner has answered the challenge.
    ///
    /// # Errors
    /// Those of the database.
    pub fn add_hook(
        &self,
        id: &str,
        url: &str,
        topic: Topic,
        at: Moment,
    ) -> Result<(), StoreError> {
        self.db.write(|conn| {
            let seq = counter(conn, SEQ)?;
            let query = diesel::insert_into(hooks::table).values((
                hooks::id.eq(id),
                hooks::url.eq(url),
                hooks::topic.eq(topic.code()),
                hooks::state.eq(HookState::Unproved.code()),
                hooks::made_at.eq(Stamp::from(at)),
                hooks::told_to.eq(seq),
                hooks::failures.eq(0_i64),
                hooks::next_at.eq(Stamp::from(at)),
                hooks::last_answer.eq(""),
            ));
            on_each!(conn, c => query.execute(c))?;
            Ok(())
        })
    }

    /// Every hook that there was, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn hooks(&self) -> Result<Vec<Hook>, StoreError> {
        self.db.read(|conn| {
            let rows: Vec<Row> = hooks::table.order((hooks::made_at, hooks::id)).load(conn)?;
            rows.into_iter().map(Row::hook).collect()
        })
    }

    /// Takes a hook out, or calls one back that is dead or whose challenge failed; `false` when there is none in a state
    /// from which that is possible.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_hook(&self, id: &str, to: HookState, at: Moment) -> Result<bool, StoreError> {
        let from: &[&str] = match to {
            HookState::Removed => &["unproved", "active", "dead"],
            HookState::Unproved => &["dead", "unproved"],
            HookState::Active | HookState::Dead => &[],
        };
        self.db.write(|conn| {
            let seq = counter(conn, SEQ)?;
            let hook = hooks::table.find(id).filter(hooks::state.eq_any(from));
            let ended = (to == HookState::Removed).then(|| Stamp::from(at));
            let query = diesel::update(hook).set((
                hooks::state.eq(to.code()),
                hooks::ended_at.eq(ended),
                hooks::told_to.eq(seq),
                hooks::sending_to.eq(None::<i64>),
                hooks::failures.eq(0_i64),
                hooks::failing_since.eq(None::<Stamp>),
                hooks::next_at.eq(Stamp::from(at)),
            ));
            let changed = on_each!(conn, c => query.execute(c))?;
            Ok(changed > 0)
        })
    }

    /// Hooks to which something is to be sent at an instant: a challenge, or what is new to them. What is about to be told
    /// is fixed by this, so that each attempt tells the same.
    ///
    /// # Errors
    /// Those of the database.
    pub fn due_hooks(&self, at: Moment) -> Result<Vec<Hook>, StoreError> {
        let due: Vec<Hook> = self.db.snapshot(|conn| {
            let seq = counter(conn, SEQ)?;
            let rows: Vec<Row> = hooks::table
                .filter(hooks::next_at.le(Stamp::from(at)))
                .filter(
                    hooks::state.eq(HookState::Unproved.code()).or(hooks::state
                        .eq(HookState::Active.code())
                        .and(hooks::told_to.lt(seq))),
                )
                .order((hooks::next_at, hooks::id))
                .load(conn)?;
            rows.into_iter()
                .map(Row::hook)
                .collect::<Result<_, StoreError>>()
        })?;
        let waits = |hook: &Hook| hook.state == HookState::Active && hook.sending_to.is_none();
        if !due.iter().any(waits) {
            return Ok(due);
        }
        self.db.write(|conn| {
            let seq = counter(conn, SEQ)?;
            let mut all = Vec::with_capacity(due.len());
            for mut hook in due {
                if waits(&hook) && !fix(conn, &mut hook, seq)? {
                    continue;
                }
                all.push(hook);
            }
            Ok(all)
        })
    }

    /// Writes down what an attempt came to, unless the hook was taken out meanwhile.
    ///
    /// # Errors
    /// Those of the database.
    pub fn attempted(&self, hook: &Hook, attempt: &Attempt) -> Result<(), StoreError> {
        let done = attempt.told_to.is_some() || attempt.state != hook.state;
        let done = done && attempt.state == HookState::Active;
        let stamp = Stamp::from(attempt.at);
        let since = hook.failing_since.map_or(stamp, Stamp::from);
        self.db.write(|conn| {
            let row = hooks::table
                .find(&hook.id)
                .filter(hooks::state.eq(hook.state.code()));
            let proved = match attempt.state {
                HookState::Active => hook.proved_at.map_or(stamp, Stamp::from).into(),
                _ => hook.proved_at.map(Stamp::from),
            };
            let query = diesel::update(row).set((
                hooks::state.eq(attempt.state.code()),
                hooks::proved_at.eq(proved),
                hooks::ended_at.eq((attempt.state == HookState::Dead).then_some(stamp)),
                hooks::told_to.eq(attempt.told_to.unwrap_or(hook.told_to)),
                hooks::sending_to.eq(if done { None } else { hook.sending_to }),
                hooks::failures.eq(if done { 0 } else { hook.failures + 1 }),
                hooks::failing_since.eq((!done).then_some(since)),
                hooks::next_at.eq(Stamp::from(attempt.next_at)),
                hooks::last_answer.eq(&attempt.answer),
            ));
            on_each!(conn, c => query.execute(c))?;
            Ok(())
        })
    }
}

/// Fixes the range that a hook is told next; `false` when there is nothing in it for its topic: then it counts as told.
fn fix(conn: &mut Conn, hook: &mut Hook, seq: i64) -> Result<bool, StoreError> {
    let empty = match hook.topic {
        Topic::Changes => false,
        Topic::Withdrawals => {
            let in_range = tombstones::table
                .filter(tombstones::seq.gt(hook.told_to))
                .filter(tombstones::seq.le(seq));
            let first: Option<i64> = in_range
                .select(tombstones::seq)
                .order(tombstones::seq)
                .first(conn)
                .optional()?;
            first.is_none()
        }
    };
    let row = hooks::table.find(&hook.id);
    if empty {
        let query = diesel::update(row).set(hooks::told_to.eq(seq));
        on_each!(conn, c => query.execute(c))?;
    } else {
        hook.sending_to = Some(seq);
        let query = diesel::update(row).set(hooks::sending_to.eq(Some(seq)));
        on_each!(conn, c => query.execute(c))?;
    }
    Ok(!empty)
}
