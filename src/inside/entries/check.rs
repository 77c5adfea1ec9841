//! The cross-check of a red-list subject with the lists of dishonesty of city, province and state (S1 art. 8, R-026): what
//! was searched, up to which change, and what was found is kept as evidence, whatever came of it.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{Entries, EntryError, Held, dishonest, red};
use crate::domain::cases::entry::Checked;
use crate::domain::catalogue::{Catalogue, Level};
use crate::domain::time::{Moment, civil_date};
use crate::inside::publish::decide::Verdict;
use crate::inside::publish::release::{Publisher, judge_row};
use crate::inside::vault::VaultRow;
use crate::inside::vault::subject::Side;

/// Which level of the check a list of this level belongs to.
const fn checked(level: Level) -> Checked {
    match level {
        Level::National => Checked::Nation,
        Level::Province => Checked::Province,
        Level::City | Level::District => Checked::City,
    }
}

/// Whether a record speaks of its subject today: shown, or held back for a reason that does not end it.
pub(in crate::inside) fn is_active(
    publisher: &Publisher<'_>,
    row: &VaultRow,
    today: NaiveDate,
) -> bool {
    let rules = publisher.rules();
    let verdict = judge_row(publisher, &rules, row, row.displayed_from, today).verdict;
    match verdict {
        Verdict::Publish(_) | Verdict::Held(_) => true,
        Verdict::Ended(_) => false,
        Verdict::Withheld(block) => block.leaves_standing(),
    }
}

impl Entries {
    /// Makes the check and keeps the evidence. Answers the references of what was found.
    pub(super) fn cross_check(
        &self,
        entry: &Held,
        by: &str,
        now: Moment,
    ) -> Result<Vec<String>, EntryError> {
        let publisher = self.publisher();
        let vault = &self.cases.vault;
        let catalogue: &Catalogue = &self.cases.catalogue;
        let (red, dishonest) = (red(catalogue), dishonest(catalogue));
        let known = vault.follow_subjects(Side::Dishonest, &red, &dishonest)?;
        let today = civil_date(now);
        let key = vault.subject_key(&entry.record.subject);
        let mut hits = Vec::new();
        for row in vault.records_of_subject(Side::Dishonest, &key)? {
            if is_active(&publisher, &row, today) {
                hits.push(json!({
                    "record": row.id,
                    "list": row.record.list,
                    "authority": row.record.authority_code,
                    "decided_on": row.record.decided_on,
                }));
            }
        }
        let searched: Vec<Value> = dishonest
            .iter()
            .filter_map(|code| catalogue.list(code))
            .map(|l| json!({ "list": l.code, "level": checked(l.level).code(), "name": l.name.zh }))
            .collect();
        let refs = hits
            .iter()
            .filter_map(|hit| {
                Some(format!(
                    "{} {}",
                    hit["list"].as_str()?,
                    hit["record"].as_str()?
                ))
            })
            .collect();
        let evidence = (
            &json!({ "by": "subject", "lists": searched }),
            &Value::Array(hits),
        );
        vault.add_check(&entry.head.case, by, now, known, evidence)?;
        Ok(refs)
    }
}
