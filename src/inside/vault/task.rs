//! What officers are to look at about list entries: a task stands until it is done, and the same cause never makes two.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{Vault, VaultError, audit};
use crate::base::db::schema::vault::entry_tasks;
use crate::base::db::{Conn, Stamp, page};
use crate::domain::kinds::vocabulary;
use crate::domain::time::Moment;

vocabulary! {
    /// What an officer is to look at.
    TaskKind {
        Contradicted = "contradicted", "守信名单主体被列入其他名单，请研究是否移出", "a red-list subject entered another list";
        TellUnit = "tell_unit", "不予公开的名单，请告知所在单位或者主管部门", "tell the unit or department of an entry that is not published";
        Expiry = "expiry", "即将到期，请向认定会议报告", "it expires: report to the deciding meeting";
        AnnounceExit = "announce_exit", "请经原渠道发布移出公告", "publish the exit notice by the original channel";
        Publish = "publish", "已签发，请在期限内公布", "signed: publish it in time";
        Objection = "objection", "列入前异议待核实答复", "an objection before listing waits for its answer";
    }
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its id: the same cause never makes two.
    pub id: String,
    /// What is to be looked at.
    pub kind: TaskKind,
    /// The case, where there is one.
    pub case: Option<String>,
    /// The record, where there is one.
    pub record_id: Option<String>,
    /// The other record, of a contradiction.
    pub other: Option<String>,
    /// List.
    pub list: String,
    /// Authority that is to look.
    pub authority: String,
    /// Since when.
    pub opened_at: Moment,
    /// Last day, where there is one.
    pub due_on: Option<NaiveDate>,
    /// When and by whom it was done.
    pub done: Option<(Moment, String)>,
}

/// A task to open.
#[derive(Clone, Debug)]
pub(in crate::inside) struct NewTask<'a> {
    /// What is to be looked at.
    pub kind: TaskKind,
    /// The case.
    pub case: Option<&'a str>,
    /// The record.
    pub record_id: Option<&'a str>,
    /// The other record.
    pub other: Option<&'a str>,
    /// List.
    pub list: &'a str,
    /// Authority.
    pub authority: &'a str,
    /// Last day.
    pub due_on: Option<NaiveDate>,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = entry_tasks, treat_none_as_default_value = false)]
struct TaskRow {
    id: String,
    kind: String,
    case_id: Option<String>,
    record_id: Option<String>,
    other: Option<String>,
    list: String,
    authority_code: String,
    opened_at: Stamp,
    due_on: Option<NaiveDate>,
    done_at: Option<Stamp>,
    done_by: Option<String>,
}

impl Vault {
    /// Opens a task, unless the same cause has opened one before; says whether it did.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn open_task(
        &self,
        new: &NewTask<'_>,
        at: Moment,
    ) -> Result<bool, VaultError> {
        Ok(self.open_each_task(std::slice::from_ref(new), at)? == 1)
    }

    /// Opens tasks in one transaction, each unless the same cause has opened one before; says how many it opened.
    ///
    /// # Errors
    /// Those of the database: then none is opened.
    pub(in crate::inside) fn open_each_task(
        &self,
        new: &[NewTask<'_>],
        at: Moment,
    ) -> Result<u64, VaultError> {
        if new.is_empty() {
            return Ok(0);
        }
        self.db.write(|conn| {
            let mut opened = 0;
            for task in new {
                opened += u64::from(self.open_one(conn, task, at)?);
            }
            Ok(opened)
        })
    }

    fn open_one(&self, conn: &mut Conn, new: &NewTask<'_>, at: Moment) -> Result<bool, VaultError> {
        let key = &self.keys.id;
        let id = key.record_id(
            new.kind.code(),
            new.case.unwrap_or_default(),
            new.record_id.unwrap_or_default(),
            &format!(
                "{} {}",
                new.other.unwrap_or_default(),
                new.due_on.map(|d| d.to_string()).unwrap_or_default()
            ),
        );
        let known: i64 = entry_tasks::table
            .filter(entry_tasks::id.eq(&id))
            .count()
            .get_result(conn)?;
        if known > 0 {
            return Ok(false);
        }
        let own = |text: Option<&str>| text.map(ToOwned::to_owned);
        diesel::insert_into(entry_tasks::table)
            .values(&TaskRow {
                id: id.clone(),
                kind: new.kind.code().to_owned(),
                case_id: own(new.case),
                record_id: own(new.record_id),
                other: own(new.other),
                list: new.list.to_owned(),
                authority_code: new.authority.to_owned(),
                opened_at: at.into(),
                due_on: new.due_on,
                done_at: None,
                done_by: None,
            })
            .execute(conn)?;
        let detail = format!("{} {}", new.kind.code(), new.list);
        audit::append(conn, key, at, "system", "task.open", &id, &detail)?;
        Ok(true)
    }

    /// Open tasks of an authority, or of all, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn open_tasks(
        &self,
        authority: Option<&str>,
        most: usize,
    ) -> Result<Vec<Task>, VaultError> {
        let rows: Vec<TaskRow> = self.db.read(|conn| -> Result<_, VaultError> {
            let mut query = entry_tasks::table
                .filter(entry_tasks::done_at.is_null())
                .order((entry_tasks::opened_at, entry_tasks::id))
                .limit(page(most))
                .into_boxed();
            if let Some(authority) = authority {
                query = query.filter(entry_tasks::authority_code.eq(authority));
            }
            Ok(query.load(conn)?)
        })?;
        rows.into_iter().map(task).collect()
    }

    /// Open tasks of a kind of a case, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn tasks_of_case(
        &self,
        case: &str,
        kind: TaskKind,
    ) -> Result<Vec<Task>, VaultError> {
        let mut all = self.all_tasks_of_case(case)?;
        all.retain(|t| t.kind == kind && t.done.is_none());
        Ok(all)
    }

    /// All tasks of a case, open and done, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn all_tasks_of_case(&self, case: &str) -> Result<Vec<Task>, VaultError> {
        let rows: Vec<TaskRow> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(entry_tasks::table
                .filter(entry_tasks::case_id.eq(case))
                .order((entry_tasks::opened_at, entry_tasks::id))
                .load(conn)?)
        })?;
        rows.into_iter().map(task).collect()
    }

    /// A task by its id.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn task(&self, id: &str) -> Result<Option<Task>, VaultError> {
        let row: Option<TaskRow> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(entry_tasks::table.find(id).first(conn).optional()?)
        })?;
        row.map(task).transpose()
    }

    /// Ends an open task; says whether there was one.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn end_task(
        &self,
        id: &str,
        by: &str,
        at: Moment,
    ) -> Result<bool, VaultError> {
        self.db.write(|conn| {
            let ended = diesel::update(
                entry_tasks::table
                    .filter(entry_tasks::id.eq(id))
                    .filter(entry_tasks::done_at.is_null()),
            )
            .set((
                entry_tasks::done_at.eq(Some(Stamp::from(at))),
                entry_tasks::done_by.eq(Some(by)),
            ))
            .execute(conn)?;
            if ended == 1 {
                audit::append(conn, &self.keys.id, at, by, "task.done", id, "")?;
            }
            Ok(ended == 1)
        })
    }

    /// Ends the open tasks of a kind of a case; answers how many.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn end_tasks_of(
        &self,
        case: &str,
        kind: TaskKind,
        by: &str,
        at: Moment,
    ) -> Result<usize, VaultError> {
        let ids: Vec<String> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(entry_tasks::table
                .filter(entry_tasks::case_id.eq(case))
                .filter(entry_tasks::kind.eq(kind.code()))
                .filter(entry_tasks::done_at.is_null())
                .select(entry_tasks::id)
                .load(conn)?)
        })?;
        for id in &ids {
            self.end_task(id, by, at)?;
        }
        Ok(ids.len())
    }
}

fn task(row: TaskRow) -> Result<Task, VaultError> {
    Ok(Task {
        kind: TaskKind::from_code(&row.kind).ok_or(VaultError::Word {
            table: "entry_tasks",
            column: "kind",
            word: row.kind,
        })?,
        id: row.id,
        case: row.case_id,
        record_id: row.record_id,
        other: row.other,
        list: row.list,
        authority: row.authority_code,
        opened_at: row.opened_at.into(),
        due_on: row.due_on,
        done: row.done_at.map(Into::into).zip(row.done_by),
    })
}
