//! The samples of the views: rendered in every language, and looked through for what pages owe.

use maud::Markup;

use super::fixture::start;
use crate::domain::cases::{Procedure, Role};
use crate::domain::time::civil_date;
use crate::domain::workdays::{Due, Standing};
use crate::inside::desk::form::Wrong;
use crate::inside::desk::pages::frame::{DeskCtx, Place, Who, frame};
use crate::inside::desk::pages::{
    account, audit, calendar, calendar_year, catalogue, home, import, keys, messages, officers,
    provider, refusal, release, reports, review, setup, sign_in,
};
use crate::inside::desk::{Refused, rights};
use crate::inside::intake::ImportSummary;
use crate::inside::publish::{Coming, ComingChange};
use crate::inside::vault::{
    AuditEntry, CalendarDay, CalendarYear, DayKind, Officer, OfficerChange, StagedState, YearKind,
};
use crate::outside::store::ListedKey;
use crate::outside::web::parts::lang::Lang;

fn ctx(lang: Lang, role: Option<Role>) -> DeskCtx {
    DeskCtx {
        lang,
        large: false,
        here: "/desk".to_owned(),
        demo: true,
        who: role.map(|role| Who {
            name: "龘".repeat(60),
            role,
            authority: Some("局".repeat(100)),
        }),
        token: "TOKEN".to_owned(),
    }
}

/// Every sample: its name and the page.
fn samples(ctx: &DeskCtx) -> Vec<(&'static str, Markup)> {
    let waiting = home::Waiting {
        address: "/desk",
        zh: "待审核文本",
        en: "texts to be reviewed",
        count: 12_345,
        late: true,
    };
    let mut all = vec![
        ("home empty", home::page(ctx, &home::HomeView::default())),
        (
            "home",
            home::page(
                ctx,
                &home::HomeView {
                    waiting: vec![waiting; 5],
                },
            ),
        ),
        (
            "sign in",
            sign_in::page(ctx, &sign_in::SignInView::default()),
        ),
        (
            "sign in refused",
            sign_in::page(
                ctx,
                &sign_in::SignInView {
                    refused: true,
                    id: "\"><script>".to_owned(),
                    next: "/desk/audit".to_owned(),
                    demo: vec![("a.handler".to_owned(), Role::Handler, "测试局".to_owned())],
                    provider: Some("统一身份认证".repeat(10)),
                    way_out: Some("https://id.example.cn/out?client_id=desk".to_owned()),
                },
            ),
        ),
        (
            "setup",
            setup::page(
                ctx,
                &setup::SetupView {
                    uri: "otpauth://totp/x".to_owned(),
                    letters: "GEZDGNBVGY3TQOJQ".to_owned(),
                    without_password: false,
                    wrong: vec![("password", "密码过短"), ("code", "验证码不正确")],
                },
            ),
        ),
        (
            "setup without a password",
            setup::page(
                ctx,
                &setup::SetupView {
                    without_password: true,
                    ..setup::SetupView::default()
                },
            ),
        ),
        (
            "account",
            account::page(ctx, &account::AccountView::default()),
        ),
        (
            "account of the demonstration",
            account::page(
                ctx,
                &account::AccountView {
                    own: account::Own::Demo,
                    ..account::AccountView::default()
                },
            ),
        ),
        (
            "account refused",
            account::page(
                ctx,
                &account::AccountView {
                    done: Some(account::Done::Password),
                    wrong: vec![Wrong::new(
                        "old",
                        "请填写现在的密码",
                        "Enter your current password",
                    )],
                    ..account::AccountView::default()
                },
            ),
        ),
        (
            "another device",
            account::device(
                ctx,
                &account::DeviceView {
                    uri: "otpauth://totp/x".to_owned(),
                    letters: "GEZDGNBVGY3TQOJQ".to_owned(),
                    wrong: Vec::new(),
                },
            ),
        ),
        (
            "reviews empty",
            review::page(ctx, &review::ReviewView::default()),
        ),
        ("review", review::page(ctx, &reviewed(false))),
        ("review outdated", review::page(ctx, &reviewed(true))),
        (
            "imports empty",
            import::files(ctx, &import::ImportsView::default()),
        ),
        ("imports", import::files(ctx, &imports())),
        ("import preview", import::preview(ctx, &previewed(0))),
        (
            "import preview of others",
            import::preview(ctx, &previewed(7)),
        ),
        (
            "import to be proposed",
            import::preview(ctx, &between_two(false, false)),
        ),
        (
            "import proposed",
            import::preview(ctx, &between_two(true, false)),
        ),
        (
            "import proposed and changed",
            import::preview(ctx, &between_two(false, true)),
        ),
        ("import done", import::done(ctx, &ImportSummary::default())),
        ("release empty", release::page(ctx, &Coming::default())),
        ("release", release::page(ctx, &coming())),
        (
            "audit empty",
            audit::page(ctx, &audit::AuditView::default()),
        ),
        ("audit", audit::page(ctx, &audited())),
        (
            "officers empty",
            officers::page(ctx, &officers::OfficersView::default()),
        ),
        ("officers", officers::page(ctx, &staff())),
        (
            "officer made",
            officers::shown_once(ctx, "a.b", "aaaa-bbbb", Some("otpauth://totp/x")),
        ),
        (
            "keys empty",
            keys::page(ctx, &[], None, &keys::Typed::default()),
        ),
        (
            "keys",
            keys::page(ctx, &given(), Some("gsk_x"), &keys::Typed::default()),
        ),
        ("calendar", calendar::page(ctx, &days())),
        (
            "calendar empty",
            calendar::page(ctx, &calendar::CalendarView::default()),
        ),
        ("calendar refused", calendar::page(ctx, &days_refused())),
        (
            "calendar preview",
            calendar::preview(ctx, &days_previewed(false)),
        ),
        (
            "calendar preview again",
            calendar::preview(ctx, &days_previewed(true)),
        ),
        (
            "year to be called final",
            calendar_year::page(ctx, &year(Standing::Provisional)),
        ),
        (
            "final year",
            calendar_year::page(ctx, &year(Standing::Final)),
        ),
        (
            "year previewed",
            calendar_year::preview(ctx, &year_previewed(YearKind::Final)),
        ),
        (
            "year taken back",
            calendar_year::preview(ctx, &year_previewed(YearKind::Provisional)),
        ),
        ("late empty", reports::late(ctx, &[])),
        ("late", reports::late(ctx, &[late()])),
        ("ledgers", reports::ledgers(ctx, true)),
        ("ledgers of all", reports::ledgers(ctx, false)),
        ("refused", refusal::page(ctx, &Refused::TooMany(30), "id")),
        (
            "refused wrong",
            refusal::page(ctx, &Refused::wrong("<b>", "<b>"), ""),
        ),
    ];
    all.extend(messages::samples(ctx));
    all.extend(provider::samples(ctx));
    all.extend(catalogue::samples(ctx));
    all
}

fn reviewed(outdated: bool) -> review::ReviewView {
    review::ReviewView {
        held: Some(review::Held {
            record_id: "q7515e6zwp71vkadnwsa".to_owned(),
            field_name: "违法事实".to_owned(),
            field: "violation_facts".to_owned(),
            text_hash: "00".to_owned(),
            list: "行政处罚".to_owned(),
            document_number: "号".repeat(128),
            authority: "局".repeat(100),
            raw: "当事人张三<script>".repeat(50),
            proposal: "当事人张某<script>".repeat(50),
            doubts: vec!["x".to_owned(), "y".to_owned()],
            opened_at: start(),
            outdated,
        }),
        waiting: 1,
        after: String::new(),
        wrong: Vec::new(),
    }
}

fn imports() -> import::ImportsView {
    let line = |state| import::FileLine {
        id: "i".to_owned(),
        name: "长".repeat(120),
        list: "行政处罚".to_owned(),
        officer: "a.clerk".to_owned(),
        at: start(),
        state,
    };
    import::ImportsView {
        files: StagedState::ALL.iter().map(|s| line(*s)).collect(),
        lists: vec![("penalty".to_owned(), "行政处罚".to_owned())],
        ..import::ImportsView::default()
    }
}

fn previewed(foreign: u64) -> import::PreviewView {
    let value = |shown: Option<&str>| import::Value {
        name: "违法事实".to_owned(),
        raw: "<b>张三</b>".to_owned(),
        shown: shown.map(str::to_owned),
    };
    import::PreviewView {
        id: "i".to_owned(),
        file_name: "a.csv".to_owned(),
        list: "行政处罚".to_owned(),
        sha256: "00".repeat(32),
        replace: true,
        outcome: Ok(ImportSummary {
            accepted: 3,
            dry_run: true,
            withheld: [("MINOR".to_owned(), 1)].into(),
            findings: [("bad_code".to_owned(), 1)].into(),
            ..ImportSummary::default()
        }),
        foreign,
        rejects: true,
        records: vec![import::Record {
            document_number: "号".repeat(128),
            verdict: "withheld:MINOR".to_owned(),
            values: vec![value(None), value(Some("张某"))],
        }],
        second: None,
        refused: None,
    }
}

fn between_two(mine: bool, stale: bool) -> import::PreviewView {
    let wrong = Wrong::new("reason", "请填写退回的理由", "Enter why it is sent back");
    import::PreviewView {
        second: Some(import::Second {
            outcome: "00".repeat(32),
            proposed: (mine || stale).then(|| ("a.clerk".to_owned(), start())),
            stale,
            mine,
            returned: (!mine).then(|| ("operator2".to_owned(), "<b>理由".repeat(100))),
            wrong: if stale { vec![wrong] } else { Vec::new() },
            typed: "<script>".to_owned(),
        }),
        ..previewed(0)
    }
}

fn coming() -> Coming {
    let change = |what| ComingChange {
        id: "id".to_owned(),
        list: "penalty".to_owned(),
        document_number: "号".repeat(128),
        what,
        verdict: "ended:repaired".to_owned(),
    };
    Coming {
        judged: 3,
        withheld: [("MINOR".to_owned(), 1)].into(),
        changes: ["add", "change", "take_back"].map(change).to_vec(),
        ..Coming::default()
    }
}

fn audited() -> audit::AuditView {
    audit::AuditView {
        entries: vec![AuditEntry {
            seq: 1,
            at: start(),
            actor: "a".repeat(64),
            action: "look".to_owned(),
            object: "o".repeat(100),
            detail: "长".repeat(200),
        }],
        asked: ["\"><script>", "", "", "2026-11-25", ""].map(str::to_owned),
        next: Some("/desk/audit?before=1".to_owned()),
    }
}

fn staff() -> officers::OfficersView {
    let officer = |id: &str, disabled: bool| Officer {
        id: id.to_owned(),
        name: "名".repeat(60),
        role: Role::Handler,
        authority: Some("11210200MB0000001A".to_owned()),
        authority_name: "局".repeat(100),
        must_change: !disabled,
        demo: disabled,
        has_password: true,
        has_totp: true,
        oidc_subject: disabled.then(|| format!("https://id.example.cn {}", "长".repeat(80))),
        disabled_at: disabled.then(start),
        made_at: start(),
        made_by: "test".to_owned(),
        signed_in_at: disabled.then(start),
    };
    officers::OfficersView {
        officers: vec![officer("a", true), officer("b", false)],
        changes: [None, Some("https://id.example.cn zhang.san")]
            .map(|subject| OfficerChange {
                id: if subject.is_some() { "d" } else { "c" }.to_owned(),
                officer: "a".to_owned(),
                role: Role::Auditor,
                authority: Some("11210200MB0000001A".to_owned()),
                subject: subject.map(str::to_owned),
                reason: "长".repeat(200),
                asked_by: "b".to_owned(),
                asked_at: start(),
            })
            .to_vec(),
        provider: Some("统一身份认证".to_owned()),
        back: officers::Back::default(),
    }
}

fn given() -> Vec<ListedKey> {
    let key = |revoked: bool| ListedKey {
        id: "k".to_owned(),
        name: "名".repeat(100),
        made_at: start(),
        revoked_at: revoked.then(start),
    };
    vec![key(true), key(false)]
}

fn days() -> calendar::CalendarView {
    let day = civil_date(start());
    calendar::CalendarView {
        years: vec![(2026, Standing::Final), (2027, Standing::Provisional)],
        special: vec![
            (day, true, "国庆节".to_owned()),
            (day, false, String::new()),
        ],
        changes: vec![CalendarDay {
            day,
            version: 1,
            kind: DayKind::Holiday,
            name: "防汛".to_owned(),
            reference: "号".repeat(100),
            set_at: start(),
            set_by: "operator".to_owned(),
        }],
        ..calendar::CalendarView::default()
    }
}

fn days_refused() -> calendar::CalendarView {
    calendar::CalendarView {
        typed: calendar::Typed {
            day: "\"><script>".to_owned(),
            name: "\"><script>".to_owned(),
            ..calendar::Typed::default()
        },
        wrong: vec![
            Wrong::new("day", "日期应当真实存在", "Date must be a real date"),
            Wrong::new(
                "kind",
                "请选择放假、调休上班或者恢复为平日",
                "Select what the day is",
            ),
        ],
        ..days()
    }
}

fn due(date: chrono::NaiveDate, provisional: bool) -> Due {
    Due { date, provisional }
}

fn days_previewed(again: bool) -> calendar::PreviewView {
    let day = civil_date(start());
    let line = calendar::MovedLine {
        case: "R2026112500000001-0".to_owned(),
        entry: again,
        list: "名".repeat(60),
        authority: "局".repeat(100),
        procedure: Procedure::RepairAccept,
        before: Some(due(day, false)),
        after: day.succ_opt().map(|day| due(day, again)),
    };
    calendar::PreviewView {
        lines: vec![line; 3],
        total: if again { 12_345 } else { 3 },
        again,
        ..calendar::PreviewView::default()
    }
}

fn year(standing: Standing) -> calendar_year::YearView {
    let is_final = standing == Standing::Final;
    let said = |standing| CalendarYear {
        year: 2027,
        standing,
        notice: "号".repeat(100),
        source: "\"><script>".to_owned(),
        set_at: start(),
        set_by: "operator".to_owned(),
    };
    calendar_year::YearView {
        year: 2027,
        standing,
        may: Some(if is_final {
            YearKind::Provisional
        } else {
            YearKind::Final
        }),
        special: vec![(civil_date(start()), false, "元旦".to_owned())],
        said: YearKind::ALL.iter().map(|k| said(*k)).collect(),
        typed: calendar_year::TypedYear {
            notice: "\"><script>".to_owned(),
            ..calendar_year::TypedYear::default()
        },
        wrong: vec![Wrong::new(
            "source",
            "请填写通知原文的出处",
            "Enter where the text of the notice stands",
        )],
    }
}

fn year_previewed(act: YearKind) -> calendar_year::YearPreview {
    let again = act == YearKind::Final;
    let days = days_previewed(again);
    calendar_year::YearPreview {
        view: year(Standing::Provisional),
        act,
        lines: if again { days.lines } else { Vec::new() },
        total: if again { days.total } else { 0 },
        again,
        seen: "00".to_owned(),
    }
}

fn late() -> reports::LateLine {
    reports::LateLine {
        month: "2026-11".to_owned(),
        authority: "局".repeat(100),
        code: "11210200MB0000001A".to_owned(),
        all: 3,
        late: 1,
    }
}

#[test]
fn every_page_is_sound_in_every_language_and_role() {
    for lang in Lang::ALL {
        for role in rights::ALL {
            let ctx = ctx(lang, Some(*role));
            for (name, main) in samples(&ctx) {
                let page = frame(&ctx, "题", Place::Home, &main).into_string();
                let at = format!("{name} {} {role:?}", lang.tag());
                assert_eq!(page.matches("<h1").count(), 1, "{at}");
                assert_eq!(page.matches("<main").count(), 1, "{at}");
                assert!(
                    !page.contains("style=\"") && !page.contains("onclick"),
                    "{at}"
                );
                assert_eq!(page.matches("<script").count(), 1, "{at}");
                assert!(
                    !page.contains("黑名单") && !page.to_lowercase().contains("blacklist"),
                    "{at}"
                );
                // a form that changes something carries the token of the session, but for the sign-in, which has none
                for form in page.split("<form").skip(1) {
                    let form = form.split("</form>").next().unwrap();
                    let open = form.contains("/desk/sign-in") || form.contains("method=\"get\"");
                    assert!(open || form.contains("name=\"token\""), "{at}: {form}");
                }
                labelled(&page, &at);
            }
        }
    }
}

/// Every field has a label, and no id stands twice.
pub(super) fn labelled(page: &str, at: &str) {
    let mut ids = std::collections::BTreeSet::new();
    for part in page.split(" id=\"").skip(1) {
        let id = part.split('"').next().unwrap();
        assert!(ids.insert(id), "{at}: id {id} twice");
    }
    for tag in ["<input", "<select", "<textarea"] {
        for field in page.split(tag).skip(1) {
            let field = field.split('>').next().unwrap();
            if field.contains("type=\"hidden\"") {
                continue;
            }
            let id = field
                .split(" id=\"")
                .nth(1)
                .and_then(|f| f.split('"').next());
            let labelled = field.contains("aria-label")
                || id.is_some_and(|id| page.contains(&format!("for=\"{id}\"")));
            assert!(labelled, "{at}: {tag}{field}");
        }
    }
}
