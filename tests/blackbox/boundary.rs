//! P2: a record is seen exactly within its window, on every surface, at every instant, also when nothing
//! was running at midnight.

use std::time::Duration;

use crate::files::{self, PENALTY, company_code};
use crate::harness::{Server, Site, eventually};
use crate::surfaces::Seen;

/// A general penalty decided on this day is shown for a year: `[.., 2026-09-02)` (R36).
const DECIDED: &str = "2025-09-01";
/// The last instant of its last day, and the first of the next.
const LAST_DAY: &str = "2026-09-01T12:00:00+08:00";
const BEFORE: &str = "2026-09-01T23:59:59.999+08:00";
const MIDNIGHT: &str = "2026-09-02T00:00:00+08:00";

struct Case {
    site: Site,
    id: String,
    name: String,
    code: String,
    other: String,
}

impl Case {
    /// One record that ends at midnight and one that does not, published on the last day.
    fn new() -> Self {
        let site = Site::empty();
        site.set_clock(LAST_DAY);
        site.run(&["init"]).expect(0);
        // the term is told by the provider, so that the day does not depend on the regime
        let mut ends = files::penalty(1, DECIDED);
        ends.insert("CF_GSJZQ".into(), "2026/09/01".into());
        let stays = files::penalty(2, "2026-08-01");
        let file = site.write("p.jsonl", files::jsonl(&[ends, stays]));
        site.import(PENALTY, &file);
        site.publish();
        let server = site.serve(&[]);
        let id_of = |n| {
            let (ids, total) = server.search(&company_code(n));
            assert_eq!((ids.len(), total), (1, 1));
            ids[0].clone()
        };
        let (id, other) = (id_of(1), id_of(2));
        let until = &server.api(&format!("/api/v1/records/{id}"))["displayed_until"];
        assert_eq!(until, "2026-09-02", "the case is about this midnight");
        Self {
            id,
            other,
            name: "厦门市虚构第1商贸有限公司".to_owned(),
            code: company_code(1),
            site,
        }
    }

    fn seen(&self) -> Seen<'_> {
        Seen {
            id: &self.id,
            name: &self.name,
            code: &self.code,
            list: PENALTY,
        }
    }

    #[track_caller]
    fn is_shown(&self, server: &Server) {
        let surfaces = server.surfaces(&self.seen());
        for surface in [
            "record",
            "api record",
            "search page",
            "api search by name",
            "api search by code",
            "subject",
            "api subject",
            "api changes",
        ] {
            assert!(surfaces.contains(&surface), "{surface}: {surfaces:?}");
        }
    }

    #[track_caller]
    fn is_gone(&self, server: &Server) {
        let surfaces = server.surfaces(&self.seen());
        assert!(surfaces.is_empty(), "{surfaces:?}");
        let page = server.get(&format!("/records/{}", self.id));
        assert_eq!(page.status, 410);
        let twin = server.get_as(&format!("/api/v1/records/{}", self.id), "application/json");
        assert_eq!(twin.status, 410);
        // what is left in the feed says which id, when and why, and nothing else
        let tombstone = server.tombstone(&self.id).expect("a tombstone");
        assert_eq!(tombstone["why"], "expired", "{tombstone}");
        // the other record stays
        assert_eq!(server.get(&format!("/records/{}", self.other)).status, 200);
    }
}

#[test]
fn a_running_server_lets_go_at_midnight() {
    let case = Case::new();
    let server = case.site.serve(&[]);
    case.is_shown(&server);
    case.site.set_clock(BEFORE);
    case.is_shown(&server);
    case.site.set_clock(MIDNIGHT);
    // at once: no release, no index commit, no wait
    case.is_gone(&server);
    // and the publisher writes it down by itself
    eventually(
        "the scheduler publishes at midnight",
        Duration::from_secs(20),
        || {
            let changes = server.changes();
            changes.len() == 2 && changes[1]["id"] == case.id.as_str() && changes[1]["seq"] == 3
        },
    );
    case.is_gone(&server);
    case.site.verify();
}

#[test]
fn a_stop_that_spans_midnight_shows_nothing_after_it() {
    let case = Case::new();
    let server = case.site.serve(&[]);
    case.is_shown(&server);
    assert_eq!(server.stop(), 0);
    case.site.set_clock(MIDNIGHT);
    // from the first request on, before anything could be published
    let server = case.site.start(&["--role", "public"]);
    eventually("ready", Duration::from_secs(30), || {
        server.get("/readyz").status == 200
    });
    case.is_gone(&server);
    assert_eq!(server.stop(), 0);
    let server = case.site.serve(&[]);
    case.is_gone(&server);
}

#[test]
fn caches_are_not_told_to_outlive_midnight() {
    let case = Case::new();
    let server = case.site.serve(&[]);
    case.site.set_clock("2026-09-01T23:59:50+08:00");
    for path in [
        format!("/records/{}", case.id),
        format!("/api/v1/records/{}", case.id),
        format!("/search?q={}", case.name),
        format!("/subjects/{}", case.code),
        format!("/lists/{PENALTY}"),
    ] {
        let answer = server.get(&path);
        let control = answer.header("cache-control").unwrap_or_default();
        for part in control.split(',') {
            let seconds = part
                .trim()
                .strip_prefix("max-age=")
                .or(part.trim().strip_prefix("s-maxage="));
            if let Some(seconds) = seconds {
                let seconds: u64 = seconds.parse().unwrap();
                assert!(seconds <= 10, "{path}: {control}");
            }
        }
        assert!(!control.contains("stale"), "{path}: {control}");
    }
    // an answer of before midnight is not confirmed after it
    let before = server.get(&format!("/records/{}", case.id));
    assert_eq!(before.status, 200);
    case.site.set_clock(MIDNIGHT);
    assert_eq!(server.get(&format!("/records/{}", case.id)).status, 410);
}
