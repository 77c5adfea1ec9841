//! What is handed in of a form and the records that it is about: to whom which record goes, its marks, and what the applicant
//! is told of each part when it is handed in. The same for what is filled in on screen and for what an officer enters.

use crate::base::crypto::BlindKey;
use crate::domain::cases::{Key, Rules};
use crate::domain::catalogue::{Catalogue, RepairChannel, RepairEffect};
use crate::domain::forms::next::{self, Next};
use crate::domain::forms::reply::{self, About, Can, Deadline, Reply};
use crate::domain::forms::steps::HAS_RECORDS;
use crate::domain::forms::submission::{Addressed, FileNote, Route, Submission, Target, route};
use crate::domain::forms::{ApplicantKind, FormKind, RepairWish};
use crate::domain::kinds::SubjectKind;
use crate::domain::time::civil_date;
use crate::outside::apply::store::{Handing, Receipt};
use crate::outside::apply::{Draft, State};
use crate::record::PublicRecord;

/// The mark by which applications about a record are found: a keyed hash.
#[must_use]
pub fn mark(blind: &BlindKey, kind: FormKind, record: &str) -> String {
    blind.term(&format!(
        "application about a record\n{}\n{record}",
        kind.code()
    ))
}

/// What a submission is made of beside what was typed.
#[derive(Clone, Copy, Debug)]
pub struct Making<'a> {
    /// Catalogue.
    pub catalogue: &'a Catalogue,
    /// Time limits and working days.
    pub rules: &'a Rules<'a>,
    /// The displayed records that it is about.
    pub records: &'a [PublicRecord],
}

impl Making<'_> {
    /// To whom which record goes.
    #[must_use]
    pub fn routes(&self, kind: FormKind) -> Vec<Route> {
        let forwarded = |record: &PublicRecord| {
            let entry = self.catalogue.list(&record.list);
            kind == FormKind::Repair
                && entry.is_some_and(|e| e.repair.channel == RepairChannel::Forward)
        };
        let addressed = self.records.iter().map(|record| Addressed {
            authority_code: record.authority_code.clone(),
            authority_name: record.authority_name.clone(),
            target: Target {
                record: record.id.clone(),
                list: record.list.clone(),
                document_number: record.document_number.clone(),
                forwarded: forwarded(record),
            },
        });
        route(addressed.collect())
    }

    /// A submission with its marks and receipts.
    #[must_use]
    pub fn handing(
        &self,
        submission: Submission,
        mark: impl Fn(&str) -> Option<String>,
    ) -> Handing {
        let targets = submission.routes.iter().flat_map(|r| &r.targets);
        let marks = targets.filter_map(|t| mark(&t.record)).collect();
        Handing {
            marks,
            receipts: self.receipts(&submission),
            submission,
        }
    }

    /// What the applicant is told of each part, in the order of the routes: what it is about, who decides, and by when.
    fn receipts(&self, submission: &Submission) -> Vec<Receipt> {
        let targets = submission
            .routes
            .iter()
            .flat_map(|r| r.targets.iter().map(move |t| (r, t)));
        let mut out: Vec<Receipt> = (0..)
            .zip(targets)
            .map(|(part, (route, target))| {
                let record = self.records.iter().find(|r| r.id == target.record);
                let about = About {
                    record: Some(target.record.clone()),
                    list: Some(target.list.clone()),
                    document_number: Some(target.document_number.clone()),
                    authority_name: route.authority_name.clone(),
                    authority_code: route.authority_code.clone(),
                    files: seen_with(submission, Some(&target.record)),
                };
                let key = record.map_or_else(Key::default, |r| self.key_of(r));
                self.receipt(submission, part, about, &key)
            })
            .collect();
        if out.is_empty() {
            let about = About {
                files: seen_with(submission, None),
                ..About::default()
            };
            out.push(self.receipt(submission, 0, about, &Key::default()));
        }
        out
    }

    fn receipt(&self, submission: &Submission, part: u32, about: About, key: &Key) -> Receipt {
        let day = civil_date(submission.at);
        let next = next::next(submission.kind, day, key, self.rules);
        let due = next.first().and_then(|n| n.due);
        let reply = Reply {
            version: reply::VERSION,
            number: submission.number.clone(),
            part,
            about,
            state: State::Submitted.code().to_owned(),
            on: day,
            at: submission.at,
            event: "submit".to_owned(),
            reasons: None,
            items: Vec::new(),
            place: None,
            deadlines: next.iter().map(Next::deadline).collect(),
            letter: None,
            sync: Vec::new(),
            can: vec![Can::Withdraw],
        };
        Receipt {
            reply: Some(reply),
            due: due.map(|d| (d.date, d.provisional)),
        }
    }

    /// What the time limits of a record are looked up by.
    fn key_of(&self, record: &PublicRecord) -> Key {
        let entry = self.catalogue.list(&record.list);
        let local = entry
            .and_then(|e| self.catalogue.layer_of(e))
            .filter(|layer| !layer.is_base);
        Key {
            category: entry.map_or("", |e| e.category.code()).to_owned(),
            list: record.list.clone(),
            jurisdiction: record.region.clone(),
            rule_set: local.map_or_else(|| record.rule.clone(), |layer| layer.code.clone()),
        }
    }
}

/// The files that who decides about a record may see.
fn seen_with(submission: &Submission, record: Option<&str>) -> Vec<FileNote> {
    let seen = submission.files.iter().filter(|f| f.is_seen_with(record));
    seen.cloned().collect()
}

/// The deadlines that are told when it is handed in, each once: of several parts the latest day, since the applicant waits
/// for all of them.
#[must_use]
pub fn latest<'a>(told: impl IntoIterator<Item = &'a Reply>) -> Vec<Deadline> {
    let mut out: Vec<Deadline> = Vec::new();
    for deadline in told.into_iter().flat_map(|reply| &reply.deadlines) {
        match out.iter_mut().find(|d| d.procedure == deadline.procedure) {
            Some(known) if known.due < deadline.due => *known = deadline.clone(),
            Some(_) => {}
            None => out.push(deadline.clone()),
        }
    }
    out
}

/// What the public record tells need not be typed.
pub fn prefill(catalogue: &Catalogue, kind: FormKind, records: &[PublicRecord], draft: &mut Draft) {
    let Some(first) = records.first() else {
        return;
    };
    let answers = &mut draft.answers;
    answers.set(HAS_RECORDS, "yes");
    let is_person = first.subject_kind == SubjectKind::NaturalPerson;
    if kind == FormKind::Repair || !is_person {
        let who = if is_person {
            ApplicantKind::Person
        } else {
            ApplicantKind::Organisation
        };
        answers.set("applicant_kind", who.code());
    }
    // a masked name is no name
    if !first.name_masked {
        answers.set("name", first.subject_name.clone());
    }
    if let Some(code) = &first.credit_code {
        answers.set("credit_code", code.clone());
    }
    if kind == FormKind::Repair {
        let entry = catalogue.list(&first.list);
        let wish = match entry.map(|e| (e.template.as_str(), e.repair.effect)) {
            Some((_, RepairEffect::Delist)) => RepairWish::Delist,
            Some(("penalty", _)) => RepairWish::EndPenalty,
            _ => RepairWish::Other,
        };
        answers.set("wish", wish.code());
    }
}
