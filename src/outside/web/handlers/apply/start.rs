//! `/apply`, `/apply/{kind}`: what is needed, whether it may be applied for, and the beginning of a draft.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;

use super::{Room, Sent, Session, Stop, enter_sent, go, kind_of, work};
use crate::domain::forms::eligible::{self, Eligible};
use crate::domain::forms::number::Number;
use crate::domain::forms::{self, FormKind, ObjectionType};
use crate::domain::kinds::Words;
use crate::domain::subject::CreditCode;
use crate::outside::apply::handing::prefill;
use crate::outside::apply::{Draft, Intake, State};
use crate::outside::store::FoundNotice;
use crate::outside::web::cache::{Cache, Stamp};
use crate::outside::web::limit::Operation;
use crate::outside::web::link;
use crate::outside::web::pages::apply::start::{Choice, Looked, Open, StartView, overview, page};
use crate::outside::web::params;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply, begin, refuse};
use crate::outside::web::state::{WebState, failed};
use crate::record::{Note, PublicRecord};

/// Records of one organisation that are offered.
const MOST_OFFERED: usize = 200;
/// Records of one application.
const MOST_CHOSEN: usize = 50;
/// Characters of a record's id.
const ID: usize = 20;

/// The first page of applications.
pub async fn start(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::UntilBoundary) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let page = overview(&call.bare_ctx(), call.state.apply.is_some());
    call.end(Ok(Reply::page(page.into_string())))
}

/// The first page of one kind, with the records that it may be about.
pub async fn start_kind(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let Some(kind) = kind_of(&req) else {
        return refuse(&req, &Refusal::NotFound);
    };
    let call = match begin(req, state, Operation::Apply, Cache::Never) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    if call.state.apply.is_none() {
        let page = overview(&call.bare_ctx(), false);
        return call.end(Ok(Reply::page(page.into_string()).unindexed(true)));
    }
    let query = call.req.query_string();
    if kind == FormKind::Objection
        && let Some(id) = params::one(query, "notice").filter(|id| !id.is_empty())
    {
        return show_notice(call, id).await;
    }
    let asked = params::one(query, "record")
        .or_else(|| params::one(query, "code"))
        .unwrap_or_default();
    let given = given(kind, |name| params::one(query, name).unwrap_or_default());
    let asking = Asking {
        asked,
        given,
        ..Asking::default()
    };
    show(call, kind, asking).await
}

/// What is known before anything is typed, from the link of a page that knew it: answers by their fields. What is not
/// right is left out, and asked like everything else.
fn given(kind: FormKind, sent: impl Fn(&str) -> String) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    match kind {
        FormKind::Objection => {
            if let Some(of) = ObjectionType::from_code(&sent("type")) {
                out.push(("type", of.code().to_owned()));
            }
            let about: String = sent("about").chars().take(40).collect();
            // the number of an application and its part
            let number = about.rsplit_once('-').and_then(|(n, p)| {
                let part: u32 = p.parse().ok()?;
                Some((Number::parse(n)?, part))
            });
            if let Some((number, part)) = number {
                out.push(("about", format!("{}-{part}", number.as_str())));
            }
        }
        FormKind::Complaint => {
            let number = Number::parse(&sent("objection"));
            if let Some(number) = number.filter(|n| n.kind() == FormKind::Objection) {
                out.push(("objection", number.as_str().to_owned()));
            }
            if let Ok(day) = sent("replied").parse::<chrono::NaiveDate>() {
                out.push(("replied", day.to_string()));
            }
        }
        FormKind::Repair => {}
    }
    out
}

/// Takes what is known into the answers.
fn take_given(given: &[(&'static str, String)], draft: &mut Draft) {
    for (name, value) in given {
        match *name {
            "type" => draft.answers.set("objection_type", value.clone()),
            "about" => {
                let (number, part) = value.rsplit_once('-').unwrap_or((value, "1"));
                let target = format!("信用修复办件 {number} 第 {part} 项的办理结果");
                draft.answers.set("target", target);
            }
            "objection" => draft.answers.set("objection_number", value.clone()),
            "replied" => draft.answers.set("replied_on", value.clone()),
            _ => {}
        }
    }
}

/// What the first page of a kind is asked.
#[derive(Debug, Default)]
struct Asking {
    /// A code or an id.
    asked: String,
    /// Ids that were ticked.
    ticked: Vec<String>,
    /// Whether it was sent and could not begin.
    nothing_ticked: bool,
    /// What is known already.
    given: Vec<(&'static str, String)>,
}

async fn show(call: Call, kind: FormKind, asking: Asking) -> HttpResponse {
    let Asking {
        asked,
        ticked,
        nothing_ticked,
        given,
    } = asking;
    let stamp = call.stamp;
    let wanted = asked.clone();
    let looked = call
        .blocking(move |state| look(state, kind, &wanted, stamp))
        .await;
    let looked = match looked {
        Ok(looked) => looked,
        Err(refusal) => return call.end(Err(refusal)),
    };
    let ctx = call.state.ctx(call.prefs, link::apply(kind));
    let view = StartView {
        kind,
        asked: &asked,
        looked: &looked,
        ticked: &ticked,
        nothing_ticked,
        given: &given,
        today: call.today,
    };
    let reply = Reply::page(page(&ctx, &view).into_string()).unexpected(nothing_ticked);
    call.end(Ok(reply.unindexed(!asked.is_empty())))
}

/// The first page of an objection to a notice.
async fn show_notice(call: Call, id: String) -> HttpResponse {
    let today = call.today;
    let looked = call
        .blocking(move |state| look_notice(state, &id, today))
        .await;
    let looked = match looked {
        Ok(looked) => looked,
        Err(refusal) => return call.end(Err(refusal)),
    };
    let ctx = call.state.ctx(call.prefs, link::apply(FormKind::Objection));
    let view = StartView {
        kind: FormKind::Objection,
        asked: "",
        looked: &looked,
        ticked: &[],
        nothing_ticked: false,
        given: &[],
        today,
    };
    call.end(Ok(
        Reply::page(page(&ctx, &view).into_string()).unindexed(true)
    ))
}

fn look_notice(state: &WebState, id: &str, today: NaiveDate) -> Result<Looked, Refusal> {
    let found = state
        .store
        .notice(id, today)
        .map_err(|e| failed("finding a notice", &e))?;
    Ok(match found {
        FoundNotice::Open(notice) if notice.takes_objections() => {
            let list = state.catalogue.list(&notice.list);
            let name = list.map_or_else(Words::default, |l| l.name.clone());
            Looked::Notice(notice, name)
        }
        _ => Looked::NoNotice,
    })
}

fn look(state: &WebState, kind: FormKind, asked: &str, stamp: Stamp) -> Result<Looked, Refusal> {
    let asked = asked.trim();
    if asked.is_empty() || kind == FormKind::Complaint {
        return Ok(Looked::Nothing);
    }
    // an id, or the address of a record's page
    let last = asked
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    if last.len() == ID && last.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return match state.record(&last, stamp) {
            Ok(shown) => {
                let organisation = shown
                    .record
                    .credit_code
                    .as_deref()
                    .filter(|_| kind == FormKind::Repair);
                let mut records = match organisation {
                    Some(code) => of_code(state, code, stamp)?,
                    None => Vec::new(),
                };
                records.retain(|r| r.id != shown.record.id);
                records.insert(0, shown.record.clone());
                Ok(Looked::Found(choices(state, kind, records, stamp)?))
            }
            Err(Refusal::Gone) => Ok(Looked::Ended),
            Err(Refusal::NotFound) => Ok(Looked::Unknown),
            Err(refusal) => Err(refusal),
        };
    }
    let Ok(code) = CreditCode::parse(&asked.to_uppercase()) else {
        return Ok(Looked::BadCode);
    };
    let records = of_code(state, code.as_str(), stamp)?;
    if records.is_empty() {
        return Ok(Looked::Unknown);
    }
    Ok(Looked::Found(choices(state, kind, records, stamp)?))
}

fn of_code(state: &WebState, code: &str, stamp: Stamp) -> Result<Vec<PublicRecord>, Refusal> {
    let rows = state
        .store
        .by_credit_code(code, stamp.today, None, MOST_OFFERED)
        .map_err(|e| failed("reading a credit file", &e))?;
    Ok(rows.into_iter().map(|row| row.record).collect())
}

fn choices(
    state: &WebState,
    kind: FormKind,
    records: Vec<PublicRecord>,
    stamp: Stamp,
) -> Result<Vec<Choice>, Refusal> {
    let mut out = Vec::new();
    let barred = match kind {
        FormKind::Repair => barred_until(state, &records, stamp)?,
        _ => None,
    };
    for record in records {
        let Some(entry) = state.catalogue.list(&record.list) else {
            continue;
        };
        let eligible = match kind {
            FormKind::Repair => eligible::repair(entry, record.earliest_repair, stamp.today)
                .barred(barred, stamp.today),
            _ => Eligible::Here { forwarded: false },
        };
        if eligible == Eligible::NotNeeded {
            continue;
        }
        out.push(Choice {
            open: open(state, kind, &record.id)?,
            list_name: entry.name.clone(),
            record,
            eligible,
        });
    }
    Ok(out)
}

/// Until when false material bars the subject of some records, as far as it is displayed: a record that was restored says
/// from which day a repair is possible, and the bar holds for all of its subject's. What is not displayed is not told here,
/// to nobody: then the desk refuses, with the day (`inside::cases`).
pub(in crate::outside::web::handlers) fn barred_until(
    state: &WebState,
    records: &[PublicRecord],
    stamp: Stamp,
) -> Result<Option<NaiveDate>, Refusal> {
    let restored = |all: &[PublicRecord]| {
        let of = all.iter().filter(|r| r.notes.contains(&Note::Reinstated));
        of.filter_map(|r| r.earliest_repair).max()
    };
    let mut until = restored(records);
    let mut codes: Vec<&str> = records
        .iter()
        .filter_map(|r| r.credit_code.as_deref())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        until = until.max(restored(&of_code(state, code, stamp)?));
    }
    Ok(until)
}

/// Whether an application about the record is under way.
fn open(state: &WebState, kind: FormKind, record: &str) -> Result<Open, Refusal> {
    let (Some(mark), Some(intake)) = (state.mark(kind, record), &state.apply) else {
        return Ok(Open::None);
    };
    let states = intake
        .store
        .about(&mark)
        .map_err(|e| failed("applications about a record", &e))?;
    Ok(if states.iter().any(|s| s.is_being_handled()) {
        Open::Handled
    } else if states.iter().any(|s: &State| s.is_waiting()) {
        Open::Waiting
    } else {
        Open::None
    })
}

/// Begins a draft.
pub async fn begin_kind(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    let Some(kind) = kind_of(&req) else {
        return refuse(&req, &Refusal::NotFound);
    };
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let sent = Sent::read(&body);
    let given = given(kind, |name| sent.one(name).to_owned());
    let mut chosen: Vec<String> = sent.many("record").to_vec();
    chosen.sort();
    chosen.dedup();
    chosen.truncate(MOST_CHOSEN);
    if kind == FormKind::Repair && chosen.is_empty() {
        let asking = Asking {
            asked: sent.one("asked").to_owned(),
            nothing_ticked: true,
            ..Asking::default()
        };
        return show(call, kind, asking).await;
    }
    let notice = sent.one("notice").to_owned();
    let about_notice = kind == FormKind::Objection && !notice.is_empty();
    let (stamp, now) = (call.stamp, call.now);
    let (wanted, known) = (chosen.clone(), given.clone());
    let about = notice.clone();
    let begun = work(&call, move |state| {
        if about_notice {
            begin_against(state, &intake, &about, stamp, now)
        } else {
            begin_draft(state, &intake, kind, (wanted, &known), stamp, now)
        }
    })
    .await;
    if about_notice && matches!(begun, Err(Stop::Unknown)) {
        return show_notice(call, notice).await;
    }
    match begun {
        Ok(session) => go(
            &link::draft(session.number.as_str()),
            Some(session.cookie(&call.state, Room::Draft)),
        ),
        // what was ticked may not be applied for any more: the page says why
        Err(Stop::Unknown | Stop::HandedIn) => {
            let asked = chosen.first().cloned().unwrap_or_default();
            let asking = Asking {
                asked,
                ticked: chosen,
                nothing_ticked: true,
                given,
            };
            show(call, kind, asking).await
        }
        Err(Stop::Refused(refusal)) => call.end(Err(refusal)),
    }
}

fn begin_draft(
    state: &WebState,
    intake: &Intake,
    kind: FormKind,
    (chosen, given): (Vec<String>, &[(&'static str, String)]),
    stamp: Stamp,
    now: crate::domain::time::Moment,
) -> Result<Session, Stop> {
    let mut records = Vec::new();
    for id in &chosen {
        match state.record(id, stamp) {
            Ok(shown) => records.push(shown.record.clone()),
            Err(Refusal::Gone | Refusal::NotFound) => return Err(Stop::Unknown),
            Err(refusal) => return Err(refusal.into()),
        }
    }
    let subject = |r: &PublicRecord| r.credit_code.clone().ok_or_else(|| r.id.clone());
    // one application is about one subject
    if records
        .windows(2)
        .any(|two| subject(&two[0]) != subject(&two[1]))
    {
        return Err(Stop::Unknown);
    }
    let choices = choices(state, kind, records.clone(), stamp)?;
    let may = |c: &Choice| matches!(c.eligible, Eligible::Here { .. }) && c.open != Open::Handled;
    if choices.len() != records.len() || !choices.iter().all(may) {
        return Err(Stop::Unknown);
    }
    let mut draft = Draft {
        records: chosen,
        ..Draft::default()
    };
    prefill(&state.catalogue, kind, &records, &mut draft);
    take_given(given, &mut draft);
    let (number, secret) = intake.store.begin(kind, &draft, &intake.desk, now)?;
    Ok(Session { number, secret })
}

/// A draft against a notice: what it is about need not be typed, and who objects may be anybody.
fn begin_against(
    state: &WebState,
    intake: &Intake,
    notice: &str,
    stamp: Stamp,
    now: crate::domain::time::Moment,
) -> Result<Session, Stop> {
    let Looked::Notice(notice, list) = look_notice(state, notice, stamp.today)? else {
        return Err(Stop::Unknown);
    };
    let subject = match notice.subject.name.as_str() {
        "" => "自然人",
        name => name,
    };
    let about = format!("{}，{subject}，{}", list.zh, notice.authority_name);
    let mut draft = Draft::default();
    draft
        .answers
        .set("target", forms::notice::target(&notice.id, &about));
    let kind = FormKind::Objection;
    let (number, secret) = intake.store.begin(kind, &draft, &intake.desk, now)?;
    Ok(Session { number, secret })
}
