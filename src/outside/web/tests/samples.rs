//! The samples of the views: empty, one, many, the longest names; rendered, and looked through for what pages owe.

use super::fixture::{CODE, Portal, catalogue, day, everybody, org, today};
use super::{app, get};
use crate::domain::cases::Limits;
use crate::domain::catalogue::Catalogue;
use crate::domain::forms::FormKind;
use crate::domain::forms::reply::{About as ReplyAbout, Can, Deadline, Letter, Reply};
use crate::domain::forms::submission::{FileNote, Purpose};
use crate::domain::rule::severity::SeverityTable;
use crate::domain::small::Persons;
use crate::domain::subject::CreditCode;
use crate::domain::workdays::WorkDays;
use crate::outside::apply::acts::Doing;
use crate::outside::apply::answers::Answer;
use crate::outside::apply::store::Standing;
use crate::outside::apply::{Entry, State};
use crate::outside::export::delta::{Delta, Deltas};
use crate::outside::index::{Match, SearchAnswer};
use crate::outside::report::claim::{About, Claim};
use crate::outside::report::party::PartyClaim;
use crate::outside::report::pdf;
use crate::outside::report::verdict::Verdict;
use crate::outside::store::Card;
use crate::outside::store::{Stored, TermTally};
use crate::outside::web::pages::apply::{answer, decision, entry, track};
use crate::outside::web::pages::{
    about, catalogue as catalogue_pages, deltas, design, feeds, guide, help, home, interface, list,
    lists, measures, notices, policy, record, refusal, report, search, sectors, stats, subject,
    verify,
};
use crate::outside::web::params::SearchParams;
use crate::outside::web::parts::frame::Ctx;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::seal::Seal;
use crate::outside::web::problem::{FieldError, Refusal};
use crate::outside::web::stats::Ended;
use crate::record::{PublicRecord, RecordParts, Why};

fn records(parts: Vec<RecordParts>) -> Vec<PublicRecord> {
    parts.into_iter().map(PublicRecord::restored).collect()
}

/// A name as long as the template allows, without a place to break.
fn longest() -> RecordParts {
    let mut parts = org("z9", &"龘".repeat(200), CODE);
    parts.document_number = "号".repeat(128);
    parts.authority_name = "局".repeat(200);
    for field in &mut parts.fields {
        field.value = "长".repeat(5000);
    }
    parts
}

/// What a report may turn out to be, with these records.
fn outcomes(records: &[PublicRecord]) -> Vec<(&'static str, verify::Outcome)> {
    use verify::Outcome;
    let rows: Vec<Stored> = (1..)
        .zip(records)
        .map(|(num, record)| Stored {
            num,
            seq: num,
            digest: String::new(),
            record: record.clone(),
        })
        .collect();
    let mut out = vec![
        ("nothing", Outcome::Nothing),
        ("unknown", Outcome::Unknown),
        ("file changed", Outcome::FileChanged),
        ("file unmarked", Outcome::FileUnmarked),
        ("ended", Outcome::Ended),
        (
            "party letter",
            Outcome::PartyLetter(PartyClaim::of(&before_an_entry()).unwrap()),
        ),
    ];
    for (name, verdict) in [
        ("unchanged", Verdict::Unchanged),
        ("added", Verdict::Added(2)),
        ("changed", Verdict::Changed),
    ] {
        let claim = Claim {
            about: About::Organisation(CreditCode::parse(CODE).unwrap()),
            day: today(),
            seq: 7,
            count: 3,
            digest: [0; 6],
        };
        let records = rows.clone();
        out.push((
            name,
            Outcome::Found {
                claim,
                verdict,
                records,
            },
        ));
    }
    out
}

/// A letter to the party before an entry.
pub fn before_an_entry() -> Letter {
    Letter {
        number: format!("MD-{}", "0123456789ABCDEF".repeat(2)),
        title_zh: "拟列入名单事先告知书".into(),
        title_en: "Notice".into(),
        to: "厦门海风贸易有限公司".into(),
        about: "拟将你（单位）列入某名单".into(),
        body: vec!["一、事由：尚未缴清".into()],
        remedies: vec![],
        authority: "某机关".into(),
        decided_on: today(),
        code: String::new(),
    }
}

/// Every sample in every language: its name, which ends with the tag of its language, and the page.
pub fn samples() -> Vec<(String, Lang, String)> {
    let mut out = Vec::new();
    for lang in Lang::ALL {
        let made = samples_in(lang).into_iter();
        out.extend(made.map(|(name, page)| (format!("{name} {}", lang.tag()), lang, page)));
    }
    out
}

/// How applications stand: nothing told yet, asked, decided in every way, the longest names, deleted.
fn tracked(catalogue: &Catalogue, ctx: &Ctx) -> Vec<(String, String)> {
    let (calendar, limits) = (WorkDays::embedded(), Limits::embedded().unwrap());
    let at = crate::domain::time::day_start(today());
    let told = |part: u32, state: &str, long: bool| {
        let times = if long { 120 } else { 1 };
        let letter = Letter {
            number: "号".repeat(4 * times),
            title_zh: "不予信用修复决定书".into(),
            title_en: "Refusal".into(),
            to: "龘".repeat(2 * times),
            about: "处罚".into(),
            body: vec!["理由".repeat(10 * times)],
            remedies: vec!["六十日内申请行政复议".into()],
            authority: "局".repeat(2 * times),
            decided_on: today(),
            code: String::new(),
        };
        let deadline = |due: Option<&str>, done: Option<&str>, resting| Deadline {
            procedure: "repair_decide".into(),
            zh: "作出决定".into(),
            en: "decision".into(),
            source: "规定".into(),
            due: due.map(day),
            done: done.map(day),
            overdue: false,
            resting,
            provisional: true,
        };
        Reply {
            version: 1,
            number: "XF-0000-0000-0000".into(),
            part,
            about: ReplyAbout {
                record: Some("a1000000000000000000".into()),
                list: Some("penalty".into()),
                document_number: Some("号".repeat(8 * times)),
                authority_name: "局".repeat(5 * times),
                authority_code: String::new(),
                files: vec![FileNote {
                    file: 1,
                    purpose: Purpose::Performance,
                    kind: "pdf".into(),
                    name: "证".repeat(20 * times),
                    bytes: 1 << 20,
                    sha256: String::new(),
                    about: None,
                }],
            },
            state: state.into(),
            on: today(),
            at,
            event: "x".into(),
            reasons: Some("<b>理由</b>".repeat(times)),
            items: vec!["缴款凭证".repeat(times)],
            place: (state == "misdirected").then(|| "某局".into()),
            deadlines: vec![
                deadline(Some("2026-11-01"), None, false),
                deadline(Some("2026-11-01"), Some("2026-11-03"), false),
                deadline(Some("2026-12-01"), None, false),
                deadline(None, None, true),
            ],
            letter: (state == "rejected").then_some(letter),
            sync: vec![("search".into(), Some(today())), ("feeds".into(), None)],
            can: vec![Can::Object, Can::Complain],
        }
    };
    let mut out = Vec::new();
    for (name, kind, long) in [
        ("repair", FormKind::Repair, false),
        ("objection", FormKind::Objection, false),
        ("complaint", FormKind::Complaint, false),
        ("longest", FormKind::Repair, true),
    ] {
        let states: Vec<State> = State::ALL.to_vec();
        let standing = Standing {
            kind,
            state: State::of_parts(kind, &states),
            submitted_at: Some(at),
            expires_on: None,
            parts: u32::try_from(states.len()).unwrap(),
            history: (0..)
                .zip(&states)
                .map(|(part, state)| Entry {
                    part,
                    state: *state,
                    at,
                    due_on: Some(today()),
                    provisional: true,
                })
                .collect(),
            done: vec![Doing {
                kind: "withdraw".into(),
                part: Some(2),
                at,
                fetched: false,
            }],
            erased_at: long.then_some(at),
        };
        let replies: Vec<Reply> = (0..)
            .zip(&states)
            .map(|(part, state)| told(part, state.code(), long))
            .collect();
        for (which, replies) in [("untold", &[][..]), ("told", &replies[..])] {
            let seals: Vec<Option<Seal>> = replies
                .iter()
                .map(|r| r.letter.as_ref().map(|_| Seal::new("0".repeat(56), "")))
                .collect();
            let view = track::TrackView {
                number: "XF-0000-0000-0000",
                token: "0",
                standing: &standing,
                replies,
                seals: &seals,
                catalogue,
                calendar: &calendar,
                limits: &limits,
                displayed: &|_| true,
                today: today(),
            };
            let page = track::page(ctx, &view);
            out.push((format!("track {name} {which}"), page.into_string()));
        }
        let view = answer::WithdrawView {
            number: "XF-0000-0000-0000",
            token: "0",
            part: long.then_some(1),
            which: if long { &[] } else { &[1, 2] },
            standing: &standing,
            replies: &replies,
        };
        let page = answer::withdraw(ctx, &view);
        out.push((format!("withdraw {name}"), page.into_string()));
        for reply in replies.iter().filter(|r| r.letter.is_some()) {
            let seal = Seal::new("0".repeat(56), "https://credit.example");
            let view = decision::LetterView {
                number: "XF-0000-0000-0000",
                part: 1,
                letter: reply.letter.as_ref().unwrap(),
                seal: (!long).then_some(&seal),
            };
            pdf::make(&decision::document(ctx, &view)).unwrap();
        }
    }
    for (name, text, fault) in [
        ("empty", String::new(), None),
        (
            "faulty",
            "长".repeat(4_000),
            Some(answer::Fault::text("错", "wrong")),
        ),
    ] {
        let draft = Answer {
            files: Vec::new(),
            last_file: 0,
            text,
        };
        let view = answer::AnswerView {
            number: "XF-0000-0000-0000",
            token: "0",
            part: 0,
            title: "文号",
            items: &["缴款凭证".to_owned()],
            answer: &draft,
            fault: fault.as_ref(),
        };
        out.push((
            format!("answer {name}"),
            answer::page(ctx, &view).into_string(),
        ));
        out.push((
            format!("answer check {name}"),
            answer::check(ctx, &view).into_string(),
        ));
    }
    for wrong in [false, true] {
        let view = entry::EntryView {
            number: "XF-0000-0000-0000",
            wrong,
        };
        out.push((
            format!("entry {wrong}"),
            entry::track(ctx, &view).into_string(),
        ));
        out.push((
            format!("resume {wrong}"),
            entry::resume(ctx, &view).into_string(),
        ));
    }
    out
}

fn samples_in(lang: Lang) -> Vec<(String, String)> {
    let catalogue = catalogue();
    let empty = Catalogue::default();
    let ctx = Ctx {
        demo: true,
        seq: 7,
        released_at: None,
        lang,
        ..Ctx::default()
    };
    let mut out = Vec::new();
    let mut add = |name: &str, page: maud::Markup| out.push((name.to_owned(), page.into_string()));
    let all = records(everybody());
    let long = records(vec![longest()]);
    let code = CreditCode::parse(CODE).unwrap();
    for (name, rows) in [
        ("empty", &[][..]),
        ("one", &all[..1]),
        ("many", &all[..]),
        ("longest", &long[..]),
    ] {
        let cards: Vec<Card> = rows.iter().map(Card::new).collect();
        let rows: Vec<search::Row<'_>> = cards
            .iter()
            .map(|card| search::Row {
                matched: Match::Fragment,
                card,
            })
            .collect();
        let answer = SearchAnswer {
            total: rows.len() as u64,
            total_is_exact: true,
            ..SearchAnswer::default()
        };
        let params = SearchParams {
            q: "龘龘".to_owned(),
            ..SearchParams::default()
        };
        let view = search::SearchView {
            params: &params,
            catalogue: &catalogue,
            answer: Some(&answer),
            rows: &rows,
            authority: &|_| None,
            asked_person: false,
        };
        add(&format!("search {name}"), search::page(&ctx, &view));
        let entry = catalogue.list("penalty").unwrap();
        let view = list::ListView {
            rows: Some(&rows),
            ..list::ListView::new(entry, &catalogue, "national@2026.1")
        };
        add(&format!("list {name}"), list::page(&ctx, &view));
    }
    for record in all.iter().chain(&long) {
        for (which, catalogue) in [("known", &catalogue), ("unknown list", &empty)] {
            let seal = Seal::new("0".repeat(56), "");
            let view = record::RecordView {
                seal: Some(&seal),
                barred_until: (which == "known").then(|| day("2029-09-01")),
                ..record::RecordView::new(record, catalogue, today())
            };
            add(
                &format!("record {} {which}", record.id),
                record::page(&ctx, &view),
            );
        }
    }
    for (name, records) in [
        ("empty", &[][..]),
        ("one", &all[..1]),
        ("many", &all[..]),
        ("longest", &long[..]),
    ] {
        let terms: Vec<TermTally> = (0..2)
            .map(|i| TermTally {
                list: "penalty".to_owned(),
                from: day("2020-02-29"),
                until: (i > 0).then(|| day("2029-01-01")),
                count: 2_500,
            })
            .collect();
        let view = subject::SubjectView {
            code,
            records,
            terms: if name == "many" { &terms } else { &[] },
            next: (name == "many").then_some(4),
            continued: false,
            catalogue: &catalogue,
            today: today(),
        };
        add(&format!("subject {name}"), subject::page(&ctx, &view));
        let seal = Seal::new("0".repeat(56), "https://credit.example");
        let view = report::ReportView {
            code,
            records,
            more: name == "many",
            catalogue: &catalogue,
            today: today(),
            seal: (name != "one").then_some(&seal),
        };
        add(&format!("report {name}"), report::page(&ctx, &view));
        if name != "many" {
            pdf::make(&report::document(&ctx, &view)).unwrap();
        }
        for (which, outcome) in outcomes(records) {
            let view = verify::VerifyView {
                typed: "0123 龘",
                outcome: &outcome,
                by_file: name == "many",
                able: which != "nothing" || name != "many",
                catalogue: &catalogue,
            };
            add(&format!("verify {which} {name}"), verify::page(&ctx, &view));
        }
    }
    for (name, catalogue) in [("empty", &empty), ("many", &catalogue)] {
        let view = lists::ListsView {
            catalogue,
            figures: &[],
        };
        add(&format!("lists {name}"), lists::page(&ctx, &view));
        let view = home::HomeView {
            catalogue,
            figures: &[],
        };
        add(&format!("home {name}"), home::page(&ctx, &view));
        add(&format!("measures {name}"), measures::page(&ctx, catalogue));
        add(&format!("feeds {name}"), feeds::page(&ctx, catalogue));
        let delta = |n: i64| Delta {
            name: format!("{n}-{}", n + 20),
            from: n,
            to: n + 20,
            day: day("2026-11-22"),
        };
        let some = if name == "empty" { 0 } else { 20 };
        let deltas = Deltas {
            seq: 400,
            days: (0..some).map(|n| delta(n * 20)).collect(),
            releases: (0..some).map(|n| delta(n * 20)).collect(),
        };
        add(
            &format!("files of changes {name}"),
            deltas::page(&ctx, &deltas, "https://credit.example"),
        );
        add(&format!("about {name}"), about::page(&ctx, catalogue));
        let known = interface::Known {
            id: "a1".to_owned(),
            code: super::fixture::CODE.to_owned(),
        };
        for (of, known) in [("", Some(&known)), (" of an empty portal", None)] {
            let view = interface::InterfaceView {
                base: "https://credit.example",
                catalogue,
                known,
            };
            add(
                &format!("interface{of} {name}"),
                interface::page(&ctx, &view),
            );
        }
        for (page, make) in [
            (
                "catalogue",
                catalogue_pages::page as fn(&Ctx, &Catalogue) -> _,
            ),
            ("repair guide", guide::repair),
            ("bankruptcy", guide::bankruptcy),
            ("objection", guide::objection),
        ] {
            add(&format!("{page} {name}"), make(&ctx, catalogue));
        }
        for entry in catalogue.lists.values() {
            let page = catalogue_pages::entry_page(&ctx, catalogue, entry);
            add(&format!("catalogue {} {name}", entry.code), page);
        }
        let table = SeverityTable::embedded().ok();
        let page = sectors::page(&ctx, catalogue, table.as_ref());
        add(&format!("sectors {name}"), page);
        let page = design::page(&ctx, catalogue, today());
        add(&format!("design {name}"), page);
        let endings = [Why::Repaired, Why::Expired, Why::NotAllowed].map(|why| Ended {
            day: today(),
            why,
            count: Persons::Told(12_345),
        });
        let board = super::notices::board();
        let view = notices::NoticesView {
            catalogue,
            notices: if name == "empty" { &[] } else { &board },
            takes_applications: true,
            endings: if name == "empty" { &[] } else { &endings },
            exits_from: today(),
            repairs_from: today(),
            today: today(),
            calendar: &WorkDays::embedded(),
        };
        add(&format!("notices {name}"), notices::page(&ctx, &view));
    }
    for (name, tallies) in super::stats::tallies() {
        let made = super::stats::made(&tallies);
        let view = stats::StatsView {
            catalogue: &catalogue,
            stats: &made,
        };
        add(&format!("stats {name}"), stats::page(&ctx, &view));
    }
    add("help", help::page(&ctx));
    add("privacy", policy::privacy(&ctx, 1_095));
    add("accessibility", policy::accessibility(&ctx));
    let error = FieldError::query("year", "not_a_year", "年份应为四位数字");
    for refusal in [
        Refusal::BadParameters(vec![error.clone(), error.clone()]),
        Refusal::BadCode {
            error,
            likely: vec![CODE.to_owned()],
        },
        Refusal::NotFound,
        Refusal::Gone,
        Refusal::Busy,
        Refusal::Internal,
        Refusal::TooLarge,
        Refusal::BatchTooLarge,
        Refusal::MediaType,
    ] {
        add(
            &format!("refusal {}", refusal.words().kind),
            refusal::page(&ctx, &refusal, "r1"),
        );
    }
    out.extend(tracked(&catalogue, &ctx));
    out
}

#[test]
fn every_sample_has_what_a_page_owes() {
    let id = regex::Regex::new(r#" id="([^"]+)""#).unwrap();
    let target = regex::Regex::new(r##"href="#([^"]+)""##).unwrap();
    let label = regex::Regex::new(r#"<label for="([^"]+)""#).unwrap();
    // for the eye: `GONGSHI_SAMPLES=DIR cargo test samples` leaves the pages there, to be opened beside static/
    let to_see = std::env::var_os("GONGSHI_SAMPLES").map(std::path::PathBuf::from);
    for (name, lang, page) in samples() {
        if let Some(dir) = &to_see {
            std::fs::write(dir.join(name.replace(' ', "_") + ".html"), &page).unwrap();
        }
        assert!(page.starts_with("<!DOCTYPE html>"), "{name}");
        assert_eq!(page.matches("<h1").count(), 1, "{name}: one first heading");
        assert_eq!(page.matches("<main").count(), 1, "{name}");
        assert!(
            page.contains(r##"href="#main""##)
                && page.contains(&format!(r#"<html lang="{}""#, lang.tag())),
            "{name}"
        );
        assert!(
            ["虚构", "虛構", "fictitious"]
                .iter()
                .any(|w| page.contains(w)),
            "{name}: a demonstration says so"
        );
        assert!(
            !super::without_own_script(&page).contains("<script")
                && !page.contains(" style=")
                && !page.contains(" onclick"),
            "{name}"
        );
        assert!(
            !page.contains("黑名单"),
            "{name}: the word is not used (domain.md 1)"
        );
        let mut ids: Vec<&str> = id
            .captures_iter(&page)
            .map(|c| c.get(1).unwrap().as_str())
            .collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name}: an id stands once");
        for target in target.captures_iter(&page) {
            assert!(
                ids.contains(&target.get(1).unwrap().as_str()),
                "{name}: #{} leads nowhere",
                &target[1]
            );
        }
        for label in label.captures_iter(&page) {
            assert!(
                ids.contains(&label.get(1).unwrap().as_str()),
                "{name}: a label of nothing"
            );
        }
    }
}

#[actix_web::test]
async fn every_link_of_every_page_leads_somewhere() {
    let portal = Portal::new(everybody());
    let _files = super::data::Files::of(&portal);
    let app = app(&portal).await;
    let href = regex::Regex::new(r#"(?:href|src|action)="(/[^"]*)""#).unwrap();
    let mut to_see = vec!["/".to_owned()];
    let mut seen: Vec<String> = Vec::new();
    while let Some(address) = to_see.pop() {
        let page = get(&app, &address).await;
        assert_eq!(page.status, 200, "{address}");
        for link in href.captures_iter(&page.body) {
            let link = link[1].split('#').next().unwrap().replace("&amp;", "&");
            if !seen.contains(&link) {
                seen.push(link.clone());
                to_see.push(link);
            }
        }
        assert!(seen.len() < 3000, "the portal is finite");
    }
    for wanted in [
        "/about",
        "/data/all/records.csv.gz",
        "/data/codes/fields.csv",
        "/lists/red_list",
        "/subjects/91350203MA2EXA019B",
        "/records/b1000000000000000000",
    ] {
        assert!(
            seen.iter().any(|s| s == wanted),
            "no link leads to {wanted}"
        );
    }
}
