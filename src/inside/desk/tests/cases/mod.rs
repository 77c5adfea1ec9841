//! Cases at the desk: what officers see and do over HTTP, and what enemies try.

mod acts;
mod calendar;
mod evidence;
mod notices;
mod paper;
mod queue;
mod reports;
mod roles;
mod texts;

use sha2::{Digest as _, Sha256};

use super::fixture::{Browser, Seen, World};
use super::samples::labelled;
use crate::base::clock::Clock as _;
use crate::domain::forms::number::Number;
use crate::domain::forms::submission::{
    Addressed, FileNote, Purpose, Submission, Target, VERSION, route,
};
use crate::domain::forms::{Form, FormKind};
use crate::inside::cases::CaseId;
use crate::inside::cases::tests::penalty;
use crate::inside::raw::RawRecord;
use crate::inside::vault::{BatchMode, NewBatch};
use crate::outside::apply::{ApplyError, ApplyStore, Draft, Secret};

/// A file to be handed in: kind and bytes.
type Given<'a> = (&'a str, &'a [u8]);

impl World {
    fn today(&self) -> chrono::NaiveDate {
        crate::domain::time::civil_date(self.clock.now())
    }

    fn apply(&self) -> &ApplyStore {
        self.cases.apply.as_ref().unwrap()
    }

    /// Displays records; answers their ids.
    fn display(&self, records: &[RawRecord]) -> Vec<String> {
        let now = self.clock.now();
        let new = NewBatch {
            list: "penalty".into(),
            provider_code: super::fixture::OURS.into(),
            file_name: "p.csv".into(),
            file_sha256: "00".repeat(32),
            mode: BatchMode::Append,
        };
        let batch = self.vault.begin_batch(&new, now).unwrap();
        self.vault.put_records(&batch, records, now).unwrap();
        (self.state.publish)(now).unwrap();
        records.iter().map(|r| self.vault.record_id(r)).collect()
    }

    fn displayed(&self, number: u32) -> String {
        self.display(&[penalty(number, |_| ())]).remove(0)
    }

    /// Hands an application in and takes it in at the desk; its files are about all records.
    fn applied(&self, form: &Form, records: &[&str], files: &[Given<'_>]) -> (Number, Secret) {
        let noted = files.iter().enumerate();
        let noted: Vec<(FileNote, &[u8])> = noted
            .map(|(n, (kind, bytes))| (note(n, kind, bytes), *bytes))
            .collect();
        self.applied_with(form, records, &noted)
    }

    /// The same with files that say what they are about.
    fn applied_with(
        &self,
        form: &Form,
        records: &[&str],
        files: &[(FileNote, &[u8])],
    ) -> (Number, Secret) {
        let now = self.clock.now();
        let kind = match form {
            Form::Repair(_) => FormKind::Repair,
            Form::Objection(_) => FormKind::Objection,
            Form::Complaint(_) => FormKind::Complaint,
        };
        let draft = Draft {
            records: records.iter().map(|id| (*id).to_owned()).collect(),
            ..Draft::default()
        };
        let begun = self.apply().begin(kind, &draft, &self.intake, now);
        let (number, secret) = begun.unwrap();
        for (note, bytes) in files {
            self.apply()
                .add_file(&number, &secret, note.clone(), bytes, now)
                .unwrap();
        }
        let addressed = records.iter().map(|id| {
            let row = self.vault.get(id).unwrap().unwrap().record;
            Addressed {
                authority_code: row.authority_code,
                authority_name: row.authority_name,
                target: Target {
                    record: (*id).to_owned(),
                    list: row.list,
                    document_number: row.document_number,
                    forwarded: false,
                },
            }
        });
        let routes = route(addressed.collect());
        let make = |draft: &Draft| -> Result<_, ApplyError> {
            let submission = Submission {
                version: VERSION,
                number: number.as_str().to_owned(),
                kind,
                at: now,
                lang: "zh-Hans".into(),
                form: form.clone(),
                routes: routes.clone(),
                commitment: None,
                files: draft.files.clone(),
            };
            Ok((submission, vec![]))
        };
        self.apply()
            .hand_in(&number, &secret, now, None, make)
            .unwrap();
        self.cases.receive(now).unwrap();
        self.cases.after(now).unwrap();
        (number, secret)
    }

    /// State of a case: the code.
    fn state_of(&self, id: &CaseId) -> &'static str {
        let case = self.vault.case(id.as_str()).unwrap().unwrap();
        case.current.state().0
    }

    /// How often the audit log has an action about an object.
    fn logged(&self, line: &str) -> usize {
        self.log().iter().filter(|l| l.as_str() == line).count()
    }
}

fn note(n: usize, kind: &str, bytes: &[u8]) -> FileNote {
    FileNote {
        file: u32::try_from(n).unwrap(),
        purpose: Purpose::Performance,
        kind: kind.to_owned(),
        name: format!("<b>凭证{n}</b>.{kind}"),
        bytes: bytes.len() as u64,
        sha256: data_encoding::HEXLOWER.encode(&Sha256::digest(bytes)),
        about: None,
    }
}

fn first(number: &Number) -> CaseId {
    CaseId::of_part(number.as_str(), 0)
}

fn case_at(id: &CaseId) -> String {
    format!("/desk/cases/{id}")
}

fn act_at(id: &CaseId, act: &str) -> String {
    format!("/desk/cases/{id}/act/{act}")
}

impl Browser {
    /// Tells a purpose and sees the case.
    async fn look(&mut self, id: &CaseId) -> Seen {
        let at = case_at(id);
        let seen = self
            .act(&format!("{at}/purpose"), &[("purpose", "handle")])
            .await;
        assert_eq!(seen.header("location"), at, "{}", seen.body);
        sound(self.get(&at).await)
    }

    /// Goes from the form of an act to its end, as its pages lead.
    async fn does(&mut self, id: &CaseId, act: &str, fields: &[(&str, &str)]) -> Seen {
        self.look(id).await;
        let at = act_at(id, act);
        let form = sound(self.get(&at).await);
        assert!(form.is(200), "{act}: {}", form.status);
        let version = hidden(&form.body, "version");
        let mut all = vec![("version", version.as_str()), ("step", "check")];
        all.extend_from_slice(fields);
        let checked = self.act(&at, &all).await;
        if checked.is(303) {
            return checked;
        }
        let checked = sound(checked);
        assert!(
            checked.is(200),
            "{act}: {} {}",
            checked.status,
            checked.body
        );
        assert!(
            checked.body.contains("确认后立即生效"),
            "{act}: {}",
            checked.body
        );
        all[1] = ("step", "do");
        self.act(&at, &all).await
    }

    /// The same, which must succeed.
    async fn must(&mut self, id: &CaseId, act: &str, fields: &[(&str, &str)]) {
        let seen = self.does(id, act, fields).await;
        let done = format!("{}?done={act}", case_at(id));
        assert_eq!(seen.header("location"), done, "{}", seen.body);
        let page = sound(self.get(&done).await);
        assert!(page.body.contains("已办理："), "{}", page.body);
    }
}

/// The value of a hidden field of a page.
fn hidden(body: &str, name: &str) -> String {
    let mark = format!("type=\"hidden\" name=\"{name}\" value=\"");
    let rest = body.split(&mark).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// A page that owes nothing: one heading, labels, tokens, nothing of anybody's markup.
fn sound(seen: Seen) -> Seen {
    let (body, at) = (&seen.body, &seen.body);
    assert_eq!(body.matches("<h1").count(), 1, "{at}");
    assert_eq!(body.matches("<script").count(), 1, "{at}");
    assert!(
        !body.contains("style=\"") && !body.contains("<b>凭证"),
        "{at}"
    );
    assert!(!body.contains("黑名单"), "{at}");
    for form in body.split("<form").skip(1) {
        let form = form.split("</form>").next().unwrap();
        assert!(
            form.contains("method=\"get\"") || form.contains("name=\"token\""),
            "{form}"
        );
    }
    labelled(body, at);
    seen
}
