//! What handlers share: the store, the index, the clock, and what changes only with a release.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use arc_swap::{ArcSwap, ArcSwapOption};
use chrono::{Days, NaiveDate};

use super::cache::Stamp;
use super::follow::Follow;
use super::handlers::deltas::Changed;
use super::kept::Kept;
use super::keys::Keys;
use super::limit::{Limits, Permits, Queue, Rates};
use super::origin::Network;
use super::pages::home::Figure;
use super::pages::record::Standing;
use super::parts::frame::Ctx;
use super::parts::lang::Lang;
use super::parts::seal::Seal;
use super::prefs::Prefs;
use super::problem::Refusal;
use super::reply::Reply;
use super::stats::{Stats, figures, first_month, handling};
use crate::base::calendar::Calendar;
use crate::base::clock::Clock;
use crate::base::crypto::{BlindKey, VerifyKey};
use crate::domain::catalogue::Catalogue;
use crate::domain::fold;
use crate::domain::forms::FormKind;
use crate::domain::kinds::SubjectKind;
use crate::domain::time::civil_date;
use crate::outside::apply::{Intake, handing};
use crate::outside::export::holder::Holder;
use crate::outside::index::{Filters, SearchError, SearchIndex, SearchRequest};
use crate::outside::report::claim::{About, Claim};
use crate::outside::report::content;
use crate::outside::store::{Card, Found, Position, PublicStore, Stored};
use crate::record::PublicRecord;

/// How old the known position of the store may be.
const POSITION_AGE: Duration = Duration::from_millis(100);
/// How old it may be for what is kept in memory to be shown.
const POSITION_LATEST: Duration = Duration::from_secs(1);
/// How old figures may be as to releases; as to the day they are never old.
const FIGURES_AGE: Duration = Duration::from_secs(2);
/// Hits kept in short: half a kilobyte each.
const KEPT_CARDS: usize = 8_192;
/// Whole records kept: some kilobytes each.
const KEPT_RECORDS: usize = 1_024;
/// Bytes of whole answers kept: some thousand pages, the larger of which take 25 KB with their compressed twin.
const KEPT_ANSWERS: usize = 26 << 20;
/// Changes that may wait for the index when a node begins to answer.
const FEW_CHANGES: u64 = 1_000;
/// Names of authorities looked up for one page.
const MOST_LOOKUPS: usize = 12;

/// What an operator sets.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether the data are fictitious, and every page says so.
    pub demo: bool,
    /// Address at which readers reach the site, without a slash at its end; empty when it is not known.
    pub base_url: Arc<str>,
    /// Hits on a page.
    pub page_size: usize,
    /// Allowances of one client.
    pub rates: Rates,
    /// How many times as much a client with a key may ask.
    pub key_factor: u32,
    /// Searches at one time.
    pub queue: Queue,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Days for which files of changes are listed.
    pub delta_days: u32,
    /// Days after its end for which an application is kept.
    pub keep_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            demo: false,
            base_url: "".into(),
            page_size: 10,
            rates: Rates::default(),
            key_factor: 10,
            queue: Queue::default(),
            trusted_proxies: Vec::new(),
            delta_days: 400,
            keep_days: 1_095,
        }
    }
}

/// What a node is made of, to be handed to [`WebState::new`].
pub struct Parts {
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
    /// The public store.
    pub store: PublicStore,
    /// The index.
    pub index: Arc<SearchIndex>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The calendar in force.
    pub calendar: Calendar,
    /// The key of blind terms; without one, natural persons are not found by name.
    pub blind: Option<Arc<BlindKey>>,
    /// The key of verification; without one, no report bears a code.
    pub verify: Option<Arc<VerifyKey>>,
    /// The files of open data.
    pub exports: Arc<Holder>,
    /// What takes applications in; none on a node that takes none.
    pub apply: Option<Arc<Intake>>,
    /// What the operator set.
    pub settings: Settings,
}

/// A record as it was read, with the sequence number of its last change.
#[derive(Debug)]
pub struct Shown {
    /// Sequence number of its last change.
    pub seq: i64,
    /// The record.
    pub record: PublicRecord,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    position: Position,
    checked: Instant,
}

#[derive(Debug)]
struct Figures {
    seq: i64,
    today: NaiveDate,
    made: Instant,
    all: Vec<Figure>,
}

/// Statistics, and the mark of the calendar by which they were counted.
struct Counted {
    calendar: u64,
    stats: Arc<Stats>,
}

/// What handlers share.
pub struct WebState {
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
    /// The public store.
    pub store: PublicStore,
    /// The index.
    pub index: Arc<SearchIndex>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The calendar in force.
    pub calendar: Calendar,
    /// What the operator set.
    pub settings: Settings,
    /// Allowances.
    pub limits: Limits,
    /// Allowances of those who ask with a key.
    pub keyed: Limits,
    /// Keys of the API.
    pub keys: Keys,
    /// Permits for searching.
    pub permits: Permits,
    /// Whose turn it is to count the statistics.
    pub counting: Arc<tokio::sync::Mutex<()>>,
    /// What followers of the changes share.
    pub follow: Follow,
    blind: Option<Arc<BlindKey>>,
    /// The key of verification, where this node has one.
    pub verify: Option<Arc<VerifyKey>>,
    /// The files of open data.
    pub exports: Arc<Holder>,
    /// What takes applications in; none on a node that takes none.
    pub apply: Option<Arc<Intake>>,
    /// What changed, as files.
    pub changed: Changed,
    origin: Option<Arc<str>>,
    seen: ArcSwap<Seen>,
    asking: AtomicBool,
    caught_up: AtomicBool,
    figures: ArcSwapOption<Figures>,
    stats: ArcSwapOption<Counted>,
    rendered: Mutex<HashMap<String, (Stamp, Bytes)>>,
    cards: Kept<u64, Card>,
    records: Kept<String, Shown>,
    answers: Kept<String, (Stamp, Reply)>,
    standing: RwLock<HashMap<(Lang, String, SubjectKind), Arc<Standing>>>,
    authorities: RwLock<HashMap<String, Arc<str>>>,
}

impl std::fmt::Debug for WebState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebState")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// A lock whose holder panicked is still good here: what it guards is replaced whole.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes the cause of a failure to the log; the client learns that something failed and no more.
pub(super) fn failed(what: &'static str, cause: &dyn std::fmt::Display) -> Refusal {
    tracing::error!(what, cause = %cause, "a request failed");
    Refusal::Internal
}

/// What the client is told of a search that could not be made.
pub(super) fn not_searched(error: SearchError) -> Refusal {
    match error {
        SearchError::NotReady => Refusal::NotReady,
        error => failed("searching", &error),
    }
}

impl WebState {
    /// The state of a node.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts {
            catalogue,
            store,
            index,
            clock,
            calendar,
            blind,
            verify,
            exports,
            apply,
            settings,
        } = parts;
        let authorities = catalogue
            .lists
            .values()
            .filter(|l| !l.contact.credit_code.is_empty())
            .map(|l| {
                (
                    l.contact.credit_code.clone(),
                    Arc::from(l.contact.name.zh.as_str()),
                )
            })
            .collect();
        let position = store.position().unwrap_or_default();
        // a store becomes a copy before anything is in it, and stays one
        let origin = store.origin().ok().flatten().map(Arc::from);
        Self {
            limits: Limits::new(settings.rates),
            keyed: Limits::new(settings.rates.times(settings.key_factor)),
            keys: Keys::default(),
            permits: Permits::new(settings.queue),
            changed: Changed::default(),
            origin,
            seen: ArcSwap::from_pointee(Seen {
                position,
                checked: Instant::now(),
            }),
            asking: AtomicBool::new(false),
            caught_up: AtomicBool::new(false),
            figures: ArcSwapOption::empty(),
            stats: ArcSwapOption::empty(),
            counting: Arc::default(),
            follow: Follow::default(),
            rendered: Mutex::default(),
            cards: Kept::new(KEPT_CARDS),
            records: Kept::new(KEPT_RECORDS),
            answers: Kept::weighing(KEPT_ANSWERS, |(_, reply)| reply.weight()),
            standing: RwLock::default(),
            authorities: RwLock::new(authorities),
            catalogue,
            store,
            index,
            clock,
            calendar,
            settings,
            blind,
            verify,
            exports,
            apply,
        }
    }

    /// Whether this portal is a copy of another.
    #[must_use]
    pub const fn is_copy(&self) -> bool {
        self.origin.is_some()
    }

    /// Where the store stands, at most a tenth of a second ago. One request in that time asks; the others take what is
    /// known.
    pub fn position(&self) -> Position {
        let seen = self.seen.load();
        if seen.checked.elapsed() < POSITION_AGE || self.asking.swap(true, Ordering::AcqRel) {
            return seen.position;
        }
        // When the store does not answer, the time of the last answer stays, and what is kept grows stale: see `kept`.
        let answer = self.store.position();
        if let Ok(position) = answer {
            self.seen.store(Arc::new(Seen {
                position,
                checked: Instant::now(),
            }));
        }
        self.asking.store(false, Ordering::Release);
        answer.unwrap_or_else(|error| {
            failed("position of the public store", &error);
            seen.position
        })
    }

    /// The sequence number under which what was kept may be shown: none when the store has not said lately that it still
    /// stands there, because something may have been taken back since (P4).
    fn kept_at(&self, stamp: Stamp) -> Option<i64> {
        (self.seen.load().checked.elapsed() < POSITION_LATEST).then_some(stamp.seq)
    }

    /// Whether the index has caught up with the store since the node started, but for a few changes. After that, a
    /// release that is being indexed does not take a node out of service: all nodes would go at once.
    #[must_use]
    pub fn is_caught_up(&self, position: Position, index_seq: u64) -> bool {
        let position = u64::try_from(position.seq).unwrap_or_default();
        if position.saturating_sub(index_seq) <= FEW_CHANGES {
            self.caught_up.store(true, Ordering::Release);
        }
        self.caught_up.load(Ordering::Acquire)
    }

    /// What an answer is made from at present.
    pub fn stamp(&self) -> Stamp {
        let position = self.position();
        Stamp {
            seq: position.seq,
            index_seq: self.index.seq().unwrap_or_default(),
            notices: position.notices,
            calendar: self.calendar.mark(),
            today: self.today(),
        }
    }

    /// The civil date in Asia/Shanghai.
    pub fn today(&self) -> NaiveDate {
        civil_date(self.clock.now())
    }

    /// The next civil date on which anything changes by itself: the next midnight is always one, because any page names
    /// the day.
    #[must_use]
    pub fn boundary(today: NaiveDate) -> NaiveDate {
        today.checked_add_days(Days::new(1)).unwrap_or(today)
    }

    /// What the frame of a page needs.
    pub fn ctx(&self, prefs: Prefs, here: String) -> Ctx {
        let position = self.position();
        Ctx {
            demo: self.settings.demo,
            seq: position.seq,
            released_at: position.at,
            lang: prefs.lang,
            large: prefs.large,
            here,
            base_url: Arc::clone(&self.settings.base_url),
            origin: self.origin.clone(),
        }
    }

    /// Figures of every list today. Blocking.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn figures(&self, stamp: Stamp) -> Result<Vec<Figure>, Refusal> {
        if let Some(known) = &*self.figures.load()
            && known.today == stamp.today
            && (known.seq == stamp.seq || known.made.elapsed() < FIGURES_AGE)
        {
            return Ok(known.all.clone());
        }
        let held = self
            .store
            .figures(stamp.today)
            .map_err(|e| failed("figures", &e))?;
        let all = figures(&self.catalogue, &held);
        self.figures.store(Some(Arc::new(Figures {
            seq: stamp.seq,
            today: stamp.today,
            made: Instant::now(),
            all: all.clone(),
        })));
        Ok(all)
    }

    /// The statistics of the stamp's day, of its release or a later one, when they were counted already.
    #[must_use]
    pub fn known_stats(&self, stamp: Stamp) -> Option<Arc<Stats>> {
        let known = self.stats.load();
        let Counted { calendar, stats } = known.as_deref()?;
        let holds = stats.as_of == stamp.today
            && stats.seq >= stamp.seq
            && *calendar == self.calendar.mark();
        holds.then(|| Arc::clone(stats))
    }

    /// Counts the statistics and keeps them. Blocking, and long: every record is looked at.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_stats(&self, stamp: Stamp) -> Result<Arc<Stats>, Refusal> {
        let began = Instant::now();
        let tallies = self
            .store
            .tallies(stamp.today, first_month(stamp.today))
            .map_err(|e| failed("counting statistics", &e))?;
        let names = |asked: &[(String, u64)]| {
            let nums: Vec<u64> = asked.iter().map(|(_, num)| *num).collect();
            // without names the codes stand for the authorities
            let read = self.store.cards(&nums, stamp.today).unwrap_or_default();
            read.into_iter()
                .map(|(_, card)| (card.authority_code, card.authority_name))
                .collect()
        };
        let calendar = self.calendar.mark();
        let days = self.calendar.in_force();
        let mut made = Stats::new(&tallies, stamp.today, &self.catalogue, days, &names);
        let figures = self
            .store
            .case_figures()
            .map_err(|e| failed("counting applications", &e))?;
        made.handling = handling(&figures);
        let made = Arc::new(made);
        tracing::debug!(
            seq = made.seq,
            took_ms = began.elapsed().as_millis(),
            "counted the statistics"
        );
        self.stats.store(Some(Arc::new(Counted {
            calendar,
            stats: Arc::clone(&made),
        })));
        Ok(made)
    }

    /// A page that was made from the same release, index and day.
    #[must_use]
    pub fn rendered(&self, key: &str, stamp: Stamp) -> Option<Bytes> {
        self.kept_at(stamp)?;
        let rendered = lock(&self.rendered);
        let (made_from, body) = rendered.get(key)?;
        (*made_from == stamp).then(|| body.clone())
    }

    /// Keeps a page for the next who asks. Keys name pages of the catalogue, so they are few.
    pub fn keep(&self, key: String, stamp: Stamp, body: Bytes) {
        lock(&self.rendered).insert(key, (stamp, body));
    }

    /// An answer that was made from the same release, index and day.
    #[must_use]
    pub fn kept_answer(&self, key: &str, stamp: Stamp) -> Option<Reply> {
        let kept = self.answers.get(self.kept_at(stamp)?, key)?;
        (kept.0 == stamp).then(|| kept.1.clone())
    }

    /// Keeps an answer for the next who asks.
    pub fn keep_answer(&self, key: String, stamp: Stamp, reply: Reply) {
        self.answers
            .put(stamp.seq, [(key, Arc::new((stamp, reply)))]);
    }

    /// The blind term of a full name as a person's, for the index; `None` without a key.
    #[must_use]
    pub fn person_key(&self, name: &str) -> Option<u64> {
        let term = self.blind.as_ref()?.term(&fold::key(name));
        u64::from_str_radix(&term, 16).ok()
    }

    /// The mark of a record about which an application is made: a keyed hash; `None` without a key.
    #[must_use]
    pub fn mark(&self, kind: FormKind, record: &str) -> Option<String> {
        Some(handing::mark(self.blind.as_ref()?, kind, record))
    }

    /// Records in short by row number, in the order asked, those displayed on the stamp's day. Blocking: what is not kept
    /// is read from the store in one go.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn cards(&self, nums: &[u64], stamp: Stamp) -> Result<Vec<(u64, Arc<Card>)>, Refusal> {
        let mut found = match self.kept_at(stamp) {
            Some(seq) => self.cards.get_all(seq, nums),
            None => vec![None; nums.len()],
        };
        let missing: Vec<u64> = nums
            .iter()
            .zip(&found)
            .filter(|(_, card)| card.is_none())
            .map(|(num, _)| *num)
            .collect();
        if !missing.is_empty() {
            let read: Vec<(u64, Arc<Card>)> = self
                .store
                .cards(&missing, stamp.today)
                .map_err(|e| failed("reading records", &e))?
                .into_iter()
                .map(|(num, card)| {
                    self.learn(&card.authority_code, &card.authority_name);
                    (num, Arc::new(card))
                })
                .collect();
            for (num, card) in nums.iter().zip(&mut found) {
                if card.is_none() {
                    let of_num = read.iter().find(|(n, _)| n == num);
                    *card = of_num.map(|(_, card)| Arc::clone(card));
                }
            }
            self.cards.put(stamp.seq, read);
        }
        let shown = nums.iter().copied().zip(found);
        Ok(shown
            .filter_map(|(num, card)| Some((num, card?)))
            .filter(|(_, card)| card.displayed_on(stamp.today))
            .collect())
    }

    /// A record that is kept, when it is displayed on the stamp's day.
    #[must_use]
    pub fn kept_record(&self, id: &str, stamp: Stamp) -> Option<Arc<Shown>> {
        let shown = self.records.get(self.kept_at(stamp)?, id)?;
        shown.record.displayed_on(stamp.today).then_some(shown)
    }

    /// The record of an id. Blocking.
    ///
    /// # Errors
    /// [`Refusal::Gone`], [`Refusal::NotFound`]; when the store cannot be read.
    pub fn record(&self, id: &str, stamp: Stamp) -> Result<Arc<Shown>, Refusal> {
        let found = self
            .store
            .find(id, stamp.today)
            .map_err(|e| failed("finding a record", &e))?;
        match found {
            Found::Shown(stored) => {
                let Stored { seq, record, .. } = *stored;
                self.learn(&record.authority_code, &record.authority_name);
                let shown = Arc::new(Shown { seq, record });
                self.records
                    .put(stamp.seq, [(id.to_owned(), Arc::clone(&shown))]);
                Ok(shown)
            }
            Found::Gone => Err(Refusal::Gone),
            Found::Unknown => Err(Refusal::NotFound),
        }
    }

    /// The code of a report, ready to be shown; `None` on a node without the key of verification.
    #[must_use]
    pub fn seal(&self, claim: &Claim) -> Option<Seal> {
        let code = claim.code(self.verify.as_deref()?)?;
        Some(Seal::new(code, &self.settings.base_url))
    }

    /// The code of the page of one record.
    #[must_use]
    pub fn record_seal(&self, record: &PublicRecord, stamp: Stamp) -> Option<Seal> {
        self.seal(&Claim {
            about: About::Record(record.id.clone()),
            day: stamp.today,
            seq: u32::try_from(stamp.seq).ok()?,
            count: 1,
            digest: content::digest([record]),
        })
    }

    /// What all records of a list about a kind of subject say alike.
    #[must_use]
    pub fn standing(&self, lang: Lang, list: &str, kind: SubjectKind) -> Option<Arc<Standing>> {
        let key = (lang, list.to_owned(), kind);
        let read = self.standing.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = read.get(&key) {
            return Some(Arc::clone(known));
        }
        drop(read);
        let made = Arc::new(Standing::new(lang, self.catalogue.list(list)?, kind));
        self.standing
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, Arc::clone(&made));
        Some(made)
    }

    /// Remembers the name of the authority of a record that is shown.
    pub fn learn(&self, code: &str, name: &str) {
        let read = self
            .authorities
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if read.contains_key(code) {
            return;
        }
        drop(read);
        self.authorities
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(code.to_owned(), Arc::from(name));
    }

    /// Whether nothing would have to be looked up to name these authorities.
    #[must_use]
    pub fn knows_authorities(&self, codes: &[(String, u64)]) -> bool {
        let known = self
            .authorities
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        codes.iter().all(|(code, _)| known.contains_key(code))
    }

    /// The name of an authority, when it is known.
    #[must_use]
    pub fn authority(&self, code: &str) -> Option<String> {
        self.authorities
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(code)
            .map(ToString::to_string)
    }

    /// Learns the names of authorities that stand in facets, from one record of each. Blocking; bounded.
    pub fn learn_authorities(&self, codes: &[(String, u64)], today: NaiveDate) {
        let unknown = codes
            .iter()
            .take(MOST_LOOKUPS)
            .filter(|(code, _)| self.authority(code).is_none());
        for (code, _) in unknown {
            let request = SearchRequest {
                filters: Filters {
                    authority: Some(code.clone()),
                    ..Filters::default()
                },
                page_size: 1,
                ..SearchRequest::new("", today)
            };
            let Ok(answer) = self.index.search(&request) else {
                return;
            };
            let nums: Vec<u64> = answer.hits.iter().map(|h| h.num).collect();
            if let Ok(cards) = self.store.cards(&nums, today) {
                for (_, card) in &cards {
                    self.learn(&card.authority_code, &card.authority_name);
                }
            }
        }
    }
}
