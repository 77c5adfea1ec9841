//! Many days of publishing, correcting, taking back and ending: who follows the changes alone holds the full state of
//! every day, and so does a mirror.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Days, NaiveDate, TimeDelta};

use super::data::Files;
use super::fixture::{CODE, Portal, catalogue, org, person, today};
use super::{Site, app, get};
use crate::base::crypto::BlindKey;
use crate::base::db::testing::Scratch;
use crate::domain::kinds::SubjectKind;
use crate::domain::time::day_start;
use crate::outside::export::Format;
use crate::outside::export::tests::{ROWS, held, version_held};
use crate::outside::mirror::copy::Mirror;
use crate::outside::mirror::wire::Page;
use crate::outside::store::{Found, PublicStore, StateSum};
use crate::outside::web::follow::is_exported;
use crate::record::{PublicRecord, RecordParts, Why};

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

/// Who knows nothing but the feed.
#[derive(Default)]
struct Follower {
    since: i64,
    held: BTreeMap<String, i64>,
    state: serde_json::Value,
}

impl Follower {
    async fn read(&mut self, site: &Site, limit: usize) {
        loop {
            let address = format!("/api/v1/changes?since={}&limit={limit}", self.since);
            let page = get(site, &address).await.json();
            for item in page["items"].as_array().unwrap() {
                let id = item["id"].as_str().unwrap().to_owned();
                if item["op"] == "upsert" {
                    self.held.insert(id, item["seq"].as_i64().unwrap());
                } else {
                    self.held.remove(&id);
                }
            }
            for item in page["ended"].as_array().unwrap() {
                self.held.remove(item["id"].as_str().unwrap());
            }
            self.since = page["next_since"].as_i64().unwrap();
            if page["more"] == false {
                self.state = page["state"].clone();
                return;
            }
        }
    }

    fn check(&self, full: &BTreeMap<String, i64>, day: NaiveDate) {
        assert_eq!(&self.held, full, "{day}");
        let mut sum = StateSum::default();
        for (id, seq) in &self.held {
            sum.add(id, *seq);
        }
        assert_eq!(self.state["set_hash"], sum.hex(), "{day}");
        assert_eq!(self.state["count"], sum.count, "{day}");
        assert_eq!(self.state["day"], day.to_string());
    }
}

/// Who knows nothing but the files of changes.
#[derive(Default)]
struct Collector {
    since: i64,
    held: BTreeMap<String, i64>,
}

fn unpacked(bytes: &[u8]) -> String {
    use std::io::Read as _;

    let mut out = String::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes);
    reader.read_to_string(&mut out).unwrap();
    out
}

impl Collector {
    /// Applies what came since, by day or by release, in a form, and today's file at the end.
    async fn read(&mut self, site: &Site, dice: &mut Dice) -> serde_json::Value {
        let index = get(site, "/data/deltas/index.json").await.json();
        // only the last releases are listed one by one
        let reaches = index["releases"][0]["from"].as_i64() <= Some(self.since);
        let by = ["days", "releases"][if reaches { dice.below(2) } else { 0 }];
        let today = index["days"].as_array().unwrap().last().unwrap();
        let wanted = index[by].as_array().unwrap().iter();
        let since = self.since;
        let wanted = wanted.filter(|d| d["to"].as_i64().unwrap() > since);
        let mut expected = self.since;
        for delta in wanted.chain([today]) {
            assert!(delta["from"].as_i64().unwrap() <= expected, "a gap");
            expected = delta["to"].as_i64().unwrap();
            let form = dice.below(4);
            let path = delta["files"][form].as_str().unwrap();
            let file = get(site, &format!("/data/{path}")).await;
            assert_eq!(file.status, 200, "{path}");
            let text = match path.ends_with(".gz") {
                true => unpacked(&file.bytes),
                false => file.body,
            };
            if path.contains(".csv") {
                self.csv(&text);
            } else {
                self.lines(&text);
            }
        }
        self.since = index["seq"].as_i64().unwrap();
        assert_eq!(self.since, expected);
        index
    }

    fn lines(&mut self, text: &str) {
        for line in text.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let id = line["id"].as_str().unwrap().to_owned();
            if line["op"] == "upsert" {
                assert_eq!(line["record"]["id"], line["id"]);
                assert_eq!(line["record"]["seq"], line["seq"]);
                self.held.insert(id, line["seq"].as_i64().unwrap());
            } else {
                self.held.remove(&id);
            }
        }
    }

    fn csv(&mut self, text: &str) {
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(&rows.headers().unwrap()[3], "id");
        for row in rows.records() {
            let row = row.unwrap();
            if &row[0] == "upsert" {
                self.held.insert(row[3].to_owned(), row[4].parse().unwrap());
            } else {
                assert_eq!(&row[0], "tombstone");
                self.held.remove(&row[3]);
            }
        }
    }
}

/// The ids and numbers of the full export, as it is downloaded.
async fn exported(site: &Site) -> BTreeMap<String, i64> {
    let file = get(site, "/data/all/records.jsonl").await;
    let lines = file.body.lines();
    lines
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let id = line["id"].as_str().unwrap().to_owned();
            (id, line["seq"].as_i64().unwrap())
        })
        .collect()
}

fn copied(parts: &RecordParts) -> RecordParts {
    let mut parts = parts.clone();
    parts.fields.retain(|field| field.export);
    let open = parts.subject_kind == SubjectKind::NaturalPerson && !parts.name_masked;
    if !open {
        parts.person_keys.clear();
    }
    parts
}

/// The versions of past days hold what was displayed on them and is as it was: of all of them on some days, of the last
/// on each.
fn dated(
    portal: &Portal,
    states: &BTreeMap<NaiveDate, BTreeMap<String, i64>>,
    now: &BTreeMap<String, i64>,
    day: NaiveDate,
    n: u64,
    dice: &mut Dice,
) {
    let history = portal.state.exports.history(day).unwrap();
    // there is none of a day before anything was published
    let published = states.iter().find(|(_, state)| !state.is_empty());
    let past = published.map(|(first, _)| states.range(*first..day));
    let past: Vec<_> = past.into_iter().flatten().collect();
    let known: Vec<_> = history.versions.keys().collect();
    let expected: Vec<_> = past.iter().map(|(of, _)| *of).collect();
    assert_eq!(known, expected, "the versions on {day}");
    let looked_at = if n.is_multiple_of(10) { known.len() } else { 1 };
    for (of, state) in past.into_iter().rev().take(looked_at) {
        let version = &history.versions[of];
        let mut left = state.clone();
        left.retain(|id, seq| now.get(id) == Some(seq));
        let mut sum = StateSum::default();
        left.iter().for_each(|(id, seq)| sum.add(id, *seq));
        assert_eq!(
            (version.rows, version.hash),
            (sum.count, sum.hash),
            "{of} on {day}"
        );
        assert_eq!(version.known.first_rows, state.len() as u64, "{of}");
        assert_eq!(
            version.left(),
            (state.len() - left.len()) as u64,
            "{of} on {day}"
        );
        if dice.below(20) == 0 {
            let at = dice.below(2);
            let rows = version_held(&history, version, at, Format::DATED[at]);
            assert_eq!(rows, left, "{of} on {day}");
        }
    }
}

/// What is displayed on a day, and may travel.
fn full(store: &PublicStore, day: NaiveDate) -> BTreeMap<String, (i64, RecordParts)> {
    let catalogue = catalogue();
    let rows = store.scan(0, 1_000_000).unwrap().into_iter();
    rows.filter(|row| row.record.displayed_on(day))
        .filter(|row| is_exported(&catalogue, &row.record.list, row.record.subject_kind))
        .map(|row| (row.record.id.clone(), (row.seq, copied(row.record.parts()))))
        .collect()
}

/// Records of all kinds, with terms of days or of ever.
fn record(dice: &mut Dice, number: usize, day: NaiveDate) -> RecordParts {
    let name = format!("厦门第{number}号有限公司");
    let id = format!("{number:06}");
    let mut parts = match dice.below(6) {
        0 => person(&id, "red_list", "李大白", "李大白"),
        1 => person(&id, "red_list", "王**", "王小二"),
        2 => person(&id, "judgment_defaulter", "欧阳明月", "欧阳明月"),
        _ => org(&id, &name, CODE),
    };
    parts.displayed_from = day;
    parts.displayed_until = match dice.below(5) {
        0 => None,
        _ => Some(day + Days::new(1 + dice.below(20) as u64)),
    };
    parts
}

async fn simulate(days: u64, seed: u64) {
    let mut dice = Dice(seed);
    let portal = Portal::new(vec![]);
    let site = app(&portal).await;
    let scratch = Scratch::sqlite();
    let copy = PublicStore::open(&scratch.url).unwrap();
    copy.become_copy("http://portal.example").unwrap();
    let mirror = Mirror {
        store: copy.clone(),
        catalogue: Arc::new(catalogue()),
        clock: Arc::new(portal.clock.clone()),
        blind: Some(Arc::new(BlindKey::fixed(7))),
    };
    let (mut daily, mut lazy) = (Follower::default(), Follower::default());
    let (mut collector, mut late) = (Collector::default(), Collector::default());
    let mut files = Files::of(&portal);
    let mut numbers = 0;
    let mut gone_before: Vec<RecordParts> = Vec::new();
    let (mut ended_early, mut taken_back, mut back_again, mut corrected) = (0, 0, 0, 0);
    // what was displayed at the end of each day
    let mut states: BTreeMap<NaiveDate, BTreeMap<String, i64>> = BTreeMap::new();
    for n in 0..days {
        let day = today() + Days::new(n);
        let store = &portal.state.store;
        // at midnight, before anything is published, and then up to three releases, or none at all
        let releases = if dice.below(6) == 0 {
            0
        } else {
            1 + dice.below(2)
        };
        for release in 0..=releases {
            let now = day_start(day) + TimeDelta::hours(i64::try_from(release).unwrap() * 3);
            portal.clock.set(now);
            if release > 0 {
                let rows = store.scan(0, 1_000_000).unwrap();
                let mut gone = Vec::new();
                let mut upserts = Vec::new();
                for row in rows {
                    let parts = row.record.parts().clone();
                    if !row.record.displayed_on(day) {
                        gone.push((parts.id, Why::Expired));
                        continue;
                    }
                    match dice.below(40) {
                        0 => {
                            let why = [Why::Repaired, Why::Delisted, Why::Withdrawn, Why::Removed];
                            gone.push((parts.id.clone(), why[dice.below(4)]));
                            gone_before.push(parts);
                        }
                        1 | 2 => {
                            let mut parts = parts;
                            parts.document_number.push('改');
                            upserts.push(parts);
                            corrected += 1;
                        }
                        3 => {
                            let mut parts = parts;
                            parts.displayed_until = Some(day + Days::new(3));
                            upserts.push(parts);
                        }
                        _ => {}
                    }
                }
                if dice.below(5) == 0 && !gone_before.is_empty() {
                    let mut back = gone_before.swap_remove(dice.below(gone_before.len()));
                    back.displayed_until = Some(day + Days::new(5));
                    if !gone.iter().any(|(id, _)| *id == back.id) {
                        upserts.push(back);
                        back_again += 1;
                    }
                }
                for _ in 0..dice.below(5) {
                    numbers += 1;
                    upserts.push(record(&mut dice, numbers, day));
                }
                taken_back += gone.len();
                let upserts: Vec<PublicRecord> =
                    upserts.into_iter().map(PublicRecord::restored).collect();
                store
                    .release(now, "national@2026.1", 1, &upserts, &gone)
                    .unwrap();
            }
            let limit = [1, 3, 100][dice.below(3)];
            let expected = full(store, day);
            let ids: BTreeMap<String, i64> = expected
                .iter()
                .map(|(id, (seq, _))| (id.clone(), *seq))
                .collect();
            if release == 0 {
                ended_early += daily
                    .held
                    .keys()
                    .filter(|id| !ids.contains_key(*id))
                    .count();
            }
            daily.read(&site, limit).await;
            daily.check(&ids, day);
            loop {
                let since = copy.position().unwrap().seq;
                let body = get(&site, &format!("/api/v1/changes?since={since}&limit=5")).await;
                if mirror
                    .take(Page::read(body.body.as_bytes()).unwrap())
                    .unwrap()
                    .records
                    .is_some()
                {
                    break;
                }
            }
            assert_eq!(full(&copy, day), expected, "the mirror on {day}");
            assert_eq!(copy.position().unwrap().seq, store.position().unwrap().seq);
            // when the day begins, and when it ends
            if release == releases || release == 0 {
                files.step(&portal);
                let made = portal.state.exports.on(day).unwrap();
                for format in ROWS {
                    assert_eq!(held(&made, "all", format), ids, "{format:?} on {day}");
                }
                if n % 20 == 0 {
                    assert_eq!(exported(&site).await, ids, "as it is downloaded on {day}");
                }
                dated(&portal, &states, &ids, day, n, &mut dice);
                let index = collector.read(&site, &mut dice).await;
                assert_eq!(collector.held, ids, "by files of changes on {day}");
                let state = &index["state"];
                assert_eq!(state["set_hash"], daily.state["set_hash"], "{day}");
                assert_eq!(state["count"], ids.len(), "{day}");
                if n % 31 == 30 {
                    late.read(&site, &mut dice).await;
                    assert_eq!(late.held, ids, "after a month");
                }
                if n % 50 == 20 {
                    let mut new = Collector::default();
                    new.read(&site, &mut dice).await;
                    assert_eq!(new.held, ids, "from the beginning");
                }
            }
            states.insert(day, ids.clone());
            if n % 7 == 6 {
                lazy.read(&site, 1000).await;
                lazy.check(&ids, day);
            }
        }
    }
    assert!(numbers > usize::try_from(days).unwrap(), "{numbers}");
    assert!(back_again > 0 && corrected > 0, "{back_again} {corrected}");
    assert!(
        ended_early > 0,
        "something ended at midnight before it was published"
    );
    assert!(taken_back > 0);
    // what was taken back is told alike by the portal and its mirror
    let told = |store: &PublicStore| store.withdrawals(0, 1_000_000).unwrap().0;
    let (portals, mut copied) = (told(&portal.state.store), told(&copy));
    // one that was put back and may not travel: the mirror was told of its end and of nothing since
    copied.retain(|w| {
        let rows = portal.state.store.scan(0, 1_000_000).unwrap();
        let back = rows.iter().find(|row| row.record.id == w.id);
        back.is_none_or(|r| is_exported(&catalogue(), &r.record.list, r.record.subject_kind))
    });
    assert_eq!(portals, copied);
}

#[actix_web::test]
async fn who_follows_the_changes_alone_is_right_on_each_of_sixty_days() {
    for seed in [1, 2] {
        simulate(60, seed).await;
    }
}

#[actix_web::test]
async fn who_follows_the_changes_or_their_files_alone_is_right_on_each_of_four_hundred_days() {
    simulate(400, 10).await;
}

#[actix_web::test]
async fn a_mirror_takes_nothing_that_does_not_fit() {
    let portal = Portal::new(vec![
        org("a1", "厦门海风贸易有限公司", CODE),
        person("p1", "judgment_defaulter", "欧阳明月", "欧阳明月"),
    ]);
    let site = app(&portal).await;
    let scratch = Scratch::sqlite();
    let store = PublicStore::open(&scratch.url).unwrap();
    let mirror = Mirror {
        store: store.clone(),
        catalogue: Arc::new(catalogue()),
        clock: Arc::new(portal.clock.clone()),
        blind: None,
    };
    let good = get(&site, "/api/v1/changes").await.json();
    let take = |page: &serde_json::Value| mirror.take(Page::read(page.to_string().as_bytes())?);
    assert!(take(&good).is_err(), "a store that was not made a copy");
    store.become_copy("http://portal.example").unwrap();
    for (what, change) in [
        ("another form", serde_json::json!({"form": 2})),
        ("behind", serde_json::json!({"seq": -1})),
        (
            "changes beyond the page",
            serde_json::json!({"next_since": 0}),
        ),
    ] {
        let mut page = good.clone();
        for (key, value) in change.as_object().unwrap() {
            page[key] = value.clone();
        }
        assert!(take(&page).is_err(), "{what}");
    }
    let mut page = good.clone();
    page["items"][0]["record"]["subject"]["kind"] = "natural_person".into();
    page["items"][0]["record"]["list"] = "judgment_defaulter".into();
    page["items"][0]["seq"] = 2.into();
    assert!(take(&page).is_err(), "a person of a list that exports none");
    assert_eq!(
        store.position().unwrap().records,
        0,
        "what does not fit leaves nothing"
    );
    let mut page = good.clone();
    page["state"]["set_hash"] = "00".into();
    assert!(take(&page).is_err(), "another sum");
    let since = store.position().unwrap().seq;
    let address = format!("/api/v1/changes?since={since}");
    let rest = get(&site, &address).await.json();
    assert_eq!(take(&rest).unwrap().records, Some(1));
    assert_eq!(
        store.find(&org("p1", "", "").id, today()).unwrap(),
        Found::Unknown
    );
}
