//! One record, explained (P3): who decided, on what, since when, until when, what it leads to, how to get out, how to
//! object, whom to call.

use std::borrow::Cow;

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::catalogue::{BasisStatus, Catalogue, FieldType, ListEntry};
use crate::domain::forms::FormKind;
use crate::domain::forms::eligible::{self, Eligible};
use crate::domain::kinds::{Polarity, SubjectKind};
use crate::outside::web::link;
use crate::outside::web::params::last_day;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::seal::{self, Seal};
use crate::outside::web::parts::terms;
use crate::outside::web::parts::text::{date, tone};
use crate::outside::web::parts::timeline::{self, Event, Line};
use crate::record::{Note, PublicRecord};

/// The words of a note, and what it means, each in Chinese and English.
#[must_use]
pub const fn note_words(note: Note) -> (&'static str, &'static str, &'static str, &'static str) {
    match note {
        Note::UnderObjection => (
            "异议处理中",
            "Under objection",
            "有关主体对本条信息提出异议，正在核查。",
            "The subject objects to this entry; it is being examined.",
        ),
        Note::Corrected => (
            "已更正",
            "Corrected",
            "本条信息经核查已作更正。",
            "The entry was examined and corrected.",
        ),
        Note::HeldAtMaximum => (
            "届满后继续公示",
            "Held beyond the maximum",
            "最长公示期已满，因违法行为未纠正或者义务未履行，由行业主管部门决定继续公示。",
            "The maximum term is over; since nothing was corrected or fulfilled, the competent department decided to go on showing it.",
        ),
        Note::PublishedLate => (
            "迟延公示",
            "Published late",
            "本条信息的公示晚于规定的时限。",
            "The authority published this entry later than it had to.",
        ),
        Note::Reinstated => (
            "恢复公示",
            "Reinstated",
            "信用修复因材料不实被撤销，恢复公示。",
            "The repair was revoked because its material was false.",
        ),
        Note::MeasuresSuspended => (
            "暂停惩戒措施",
            "Measures suspended",
            "异议、投诉处理期间，暂停实施有关惩戒措施。",
            "While an objection or complaint is pending, its measures are not applied.",
        ),
    }
}

/// Class of the mark of a note: what says something about the authority and not about the subject is plain.
#[must_use]
pub const fn note_tone(note: Note) -> &'static str {
    match note {
        Note::PublishedLate | Note::Corrected | Note::MeasuresSuspended => "plain",
        Note::UnderObjection | Note::HeldAtMaximum | Note::Reinstated => "caution",
    }
}

/// What every page of a list's records says alike: from the catalogue alone, so that it is made once.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Legal basis and measures.
    before: Markup,
    /// Conditions and steps of the way out.
    way_out: Markup,
    /// Objection, remedies, contact.
    after: Markup,
}

impl Standing {
    /// The parts for records of a list about a kind of subject, in a language.
    #[must_use]
    pub fn new(lang: Lang, entry: &ListEntry, kind: SubjectKind) -> Self {
        Self {
            before: html! { (grounds(lang, entry)) (consequences(lang, entry, kind)) },
            way_out: html! {
                @if !entry.exit_conditions.is_empty() {
                    h3 { (lang.say("移出条件", "Exit conditions")) }
                    (terms::items(lang, &entry.exit_conditions))
                }
                (terms::repair(lang, &entry.repair))
                p.callout.free { (lang.say("信用修复不收取任何费用；任何单位和个人以「修复」名义收费的，都是骗局。", "Credit repair is free. Whoever asks money for it is a fraud.")) }
            },
            after: html! {
                (remedies(lang, entry))
                section #contact aria-labelledby="contact-h" {
                    h2 #contact-h { (lang.say("联系", "Contact")) }
                    (terms::contact(lang, &entry.contact))
                }
            },
        }
    }
}

/// Whether a page about this subject is kept from search engines: natural persons, unless their list allows it, and
/// individual businesses whose name is masked (domain.md 4.3).
#[must_use]
pub fn is_unindexed(record: &PublicRecord, entry: Option<&ListEntry>) -> bool {
    match record.subject_kind {
        SubjectKind::NaturalPerson => !entry.is_some_and(|e| e.persons.search_engines),
        SubjectKind::IndividualBusiness => record.name_masked,
        SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrg => false,
    }
}

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct RecordView<'a> {
    /// What the list's records say alike; made now when absent.
    pub standing: Option<&'a Standing>,
    /// The record.
    pub record: &'a PublicRecord,
    /// Its verification code; none on a node without the key.
    pub seal: Option<&'a Seal>,
    /// Its list; `None` when the running catalogue no longer has it.
    pub entry: Option<&'a ListEntry>,
    /// The day on which a bar of its subject ends, as far as what is displayed tells of one.
    pub barred_until: Option<NaiveDate>,
    /// The civil date in Asia/Shanghai.
    pub today: NaiveDate,
}

impl<'a> RecordView<'a> {
    /// The view of a record.
    #[must_use]
    pub fn new(record: &'a PublicRecord, catalogue: &'a Catalogue, today: NaiveDate) -> Self {
        Self {
            standing: None,
            record,
            seal: None,
            entry: catalogue.list(&record.list),
            barred_until: None,
            today,
        }
    }

    fn polarity(&self) -> Polarity {
        self.entry.map_or(Polarity::Neutral, |e| e.polarity)
    }

    fn list_name(&self, lang: Lang) -> Cow<'a, str> {
        self.entry
            .map_or(Cow::Borrowed(self.record.list.as_str()), |e| {
                Cow::Owned(lang.plain(&e.name).into_owned())
            })
    }
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &RecordView<'_>) -> Markup {
    let lang = ctx.lang;
    let record = view.record;
    let is_person = record.subject_kind == SubjectKind::NaturalPerson;
    let list_name = view.list_name(lang);
    // A natural person's name stands on the page, not in histories and bookmarks.
    let title = if is_person {
        list_name.into_owned()
    } else {
        format!("{} · {list_name}", record.subject_name)
    };
    let mut head = Head::new(title, Place::Elsewhere).with_twin(link::api_record(&record.id));
    if is_unindexed(record, view.entry) {
        head = head.unindexed();
    } else {
        head = head.described(description(lang, view));
    }
    let made = match (view.standing, view.entry) {
        (None, Some(entry)) => Some(Standing::new(lang, entry, record.subject_kind)),
        _ => None,
    };
    let standing = view.standing.or(made.as_ref());
    let main = html! {
        article.record {
            (heading(lang, view))
            (notes(lang, record))
            (plain_words(lang, view))
            (life(lang, view))
            (contents(lang, view))
            (term(lang, view))
            @if let (Some(entry), Some(standing)) = (view.entry, standing) {
                (standing.before)
                (way_out(lang, view, entry, standing))
                (standing.after)
            }
            @if let Some(seal) = view.seal { (seal::seal(lang, seal)) }
            (disclaimer(ctx, view))
        }
    };
    frame(ctx, &head, &main)
}

fn description(lang: Lang, view: &RecordView<'_>) -> String {
    let record = view.record;
    let list = view.list_name(lang);
    if lang == Lang::En {
        format!(
            "Entry on {list}: {}, decided by {} on {}.",
            record.subject_name, record.authority_name, record.decided_on
        )
    } else {
        let text = lang.script("决定日期");
        format!(
            "{}，{list}，{}，{text} {}",
            record.subject_name, record.authority_name, record.decided_on
        )
    }
}

fn heading(lang: Lang, view: &RecordView<'_>) -> Markup {
    let record = view.record;
    let list_name = view.list_name(lang);
    html! {
        header.page-head {
            nav.crumbs aria-label=(lang.say("位置", "Breadcrumb")) {
                a href="/lists" { (lang.say("公示名单", "Lists")) } " › " a href=(link::list(&record.list)) { (list_name) }
            }
            h1 { (record.subject_name) }
            p.tags {
                span.tag.{ (tone(view.polarity())) } { (list_name) }
                " " span.tag { (lang.say(record.subject_kind.zh(), record.subject_kind.en())) }
                @if let Some(severity) = record.severity { " " span.tag { (lang.say("失信程度：", "Severity: ")) (lang.say(severity.zh(), severity.en())) } }
                @for note in &record.notes { @let (zh, en, ..) = note_words(*note); " " span.tag.{ (note_tone(*note)) } { (lang.say(zh, en)) } }
            }
            @if let Some(code) = &record.credit_code {
                p.code-line { (lang.say("统一社会信用代码", "Unified social credit code")) " " code { (code) } " · " a href=(link::subject(code)) { (lang.say("查看信用档案", "Credit file")) } }
            }
            @if record.name_masked {
                p.meta { (lang.say("姓名已按规定作脱敏处理。", "The name is masked as the rules require.")) }
            }
        }
    }
}

fn notes(lang: Lang, record: &PublicRecord) -> Markup {
    html! {
        @for note in &record.notes {
            @let (zh, en, meaning_zh, meaning_en) = note_words(*note);
            (notice(Weight::Caution, &html! { (lang.say(zh, en)) }, &html! { p { (lang.say(meaning_zh, meaning_en)) } }))
        }
    }
}

fn plain_words(lang: Lang, view: &RecordView<'_>) -> Markup {
    let record = view.record;
    let day = |date: NaiveDate| html! { strong { (lang.long_date(date)) } };
    html! {
        section.plain aria-label=(lang.say("简要说明", "In short")) {
            p {
                strong { (record.authority_name) }
                (lang.say(" 于 ", " decided on ")) (day(record.decided_on)) (lang.say(" 作出决定", ""))
                @if !record.document_number.is_empty() { (lang.say("（", " (")) (record.document_number) (lang.say("）", ")")) }
                (lang.say("，列于「", ". It stands on the list “")) (view.list_name(lang)) (lang.say("」。", "”. "))
                (lang.say("自 ", "Shown from ")) (day(record.displayed_from))
                @match record.displayed_until {
                    Some(until) => {
                        (lang.say(" 起公示，", " to ")) (day(last_day(until)))
                        (lang.say(" 为最后一天，次日零时起不再公示。", ", its last day; gone at midnight after it."))
                    }
                    None => { (lang.say(" 起公示，没有固定的截止日期，至移出、失效或者修复时为止。", ", without a fixed end: until it is removed, expires or is repaired.")) }
                }
            }
            @match first_day(view) {
                Some(first) if first <= view.today => p { (lang.say("现在可以申请信用修复。", "Credit repair may be applied for now.")) },
                Some(first) => p { (lang.say("最早可申请信用修复的日期：", "Credit repair may be applied for from ")) (lang.long_date(first)) },
                None => {}
            }
            @if view.entry.is_some() { p { a href="#repair" { (lang.say("如何终止公示", "How to get off this list")) } " · " a href="#objection" { (lang.say("这是错的？", "Is this wrong?")) } } }
        }
    }
}

/// The days of a record's life, in their order.
fn life(lang: Lang, view: &RecordView<'_>) -> Markup {
    let record = view.record;
    let mut events = vec![
        (record.decided_on, lang.say("作出决定", "Decided")),
        (record.displayed_from, lang.say("开始公示", "Shown since")),
    ];
    if let Some(first) = first_day(view) {
        events.push((first, lang.say("最早可申请修复", "Repair possible from")));
    }
    if let Some(until) = record.displayed_until {
        events.push((last_day(until), lang.say("公示最后一天", "Last day shown")));
    }
    events.sort_by_key(|(day, _)| *day);
    let line = Line {
        events: events
            .into_iter()
            .map(|(day, what)| Event {
                day,
                what: what.to_owned(),
            })
            .collect(),
        from: record.displayed_from,
        until: record.displayed_until,
        today: view.today,
    };
    html! {
        section aria-labelledby="life-h" {
            h2 #life-h { (lang.say("公示时间线", "Time line")) }
            (timeline::line(lang, &line))
        }
    }
}

fn field_value(lang: Lang, value: &str, kind: Option<FieldType>) -> Markup {
    html! {
        @match kind {
            Some(FieldType::Amount) => { span.num { (value) } (lang.say(" 万元", " × 10,000 yuan")) }
            Some(FieldType::Code) => { code { (value) } }
            Some(FieldType::Choices) => {
                @for (i, part) in value.split([';', '；']).map(str::trim).filter(|p| !p.is_empty()).enumerate() { @if i > 0 { "、" } (part) }
            }
            Some(FieldType::LongText) => { span.long { (value) } }
            _ => { (value) }
        }
    }
}

fn contents(lang: Lang, view: &RecordView<'_>) -> Markup {
    let record = view.record;
    let rows: Vec<Fact> = record
        .fields
        .iter()
        .filter(|field| !field.value.is_empty())
        .map(|field| {
            let rule = view.entry.and_then(|e| e.field(&field.key));
            let kind = rule.map(|r| r.kind);
            let name = rule.map_or_else(|| html! { (field.key) }, |r| lang.words(&r.name));
            Fact {
                name,
                value: field_value(lang, &field.value, kind),
                wide: field.value.chars().count() > 40,
            }
        })
        .collect();
    html! {
        section #contents aria-labelledby="contents-h" {
            h2 #contents-h { (lang.say("公示内容", "What was decided")) }
            @if rows.is_empty() { p.meta { (lang.say("该名单没有其他公示项目。", "The list shows no further fields.")) } } @else { (facts(&rows)) }
        }
    }
}

fn term(lang: Lang, view: &RecordView<'_>) -> Markup {
    let record = view.record;
    let named = |zh, en, value| Fact::new(lang.say(zh, en), value);
    let mut rows = vec![
        named("决定日期", "Decided on", date(record.decided_on)),
        named("公示起始", "Shown from", date(record.displayed_from)),
        named(
            "公示截止",
            "Shown to the end of",
            html! {
                @match record.displayed_until {
                    Some(until) => { (date(last_day(until))) span.meta { (lang.say("当日24时", "24:00 that day")) } }
                    None => { (lang.say("无固定截止日期", "no fixed end")) }
                }
            },
        ),
    ];
    if let Some(first) = first_day(view) {
        rows.push(named("最早可申请修复", "Repair possible from", date(first)));
    }
    if let Some(until) = record.measures_until {
        rows.push(named("措施实施至", "Measures until", date(until)));
    }
    if let Some(severity) = record.severity {
        let words = lang.say(severity.zh(), severity.en());
        rows.push(named("失信程度", "Severity", html! { (words) }));
    }
    rows.push(Fact {
        wide: true,
        ..named(
            "公示期规则",
            "Rule of the term",
            html! { (lang.chinese(&record.rule_source)) " " code { (record.rule) } },
        )
    });
    for (zh, en, name, code) in [
        ("依据文书", "Basis document", &record.document_number, ""),
        (
            "决定机关",
            "Deciding authority",
            &record.authority_name,
            record.authority_code.as_str(),
        ),
        (
            "数据来源单位",
            "Provider",
            &record.provider_name,
            record.provider_code.as_str(),
        ),
    ] {
        let value = html! { (name) @if !code.is_empty() { " " code { (code) } } };
        rows.push(named(zh, en, value));
    }
    rows.push(named("地区", "Region", terms::region(lang, &record.region)));
    let catalogue = html! { code { (record.catalogue) } };
    rows.push(named("目录版本", "Catalogue version", catalogue));
    html! {
        section #term aria-labelledby="term-h" {
            h2 #term-h { (lang.say("公示期限与依据文书", "Term and basis document")) }
            (facts(&rows))
        }
    }
}

fn grounds(lang: Lang, entry: &ListEntry) -> Markup {
    html! {
        section #basis aria-labelledby="basis-h" {
            h2 #basis-h { (lang.say("名单依据", "Legal basis of the list")) }
            (terms::bases(lang, &entry.basis))
            p { a href=(link::list(&entry.code)) { (lang.say("查看该名单的列入、移出条件和程序", "Conditions and procedure of entry and exit of this list")) } }
        }
    }
}

fn consequences(lang: Lang, entry: &ListEntry, kind: SubjectKind) -> Markup {
    let applicable: Vec<_> = entry
        .measures
        .iter()
        .filter(|m| m.status == BasisStatus::Active && m.subject_kinds.contains(&kind))
        .collect();
    html! {
        section #measures aria-labelledby="measures-h" {
            h2 #measures-h { (lang.say("可能适用的措施", "Measures that may follow")) }
            @if applicable.is_empty() {
                p { (lang.say("目录没有为该名单规定措施。任何单位不得据此自行采取限制措施。", "The catalogue provides no measures for this list; nobody may apply any on their own.")) }
            } @else {
                p { (lang.say("只能依照下列依据、由所列单位实施，不得增设或者加重。", "Only on the bases below, by the units named, and never more or heavier.")) }
                (terms::measures(lang, lang.say("措施及依据", "Measures and their bases"), &applicable))
            }
        }
    }
}

fn way_out(lang: Lang, view: &RecordView<'_>, entry: &ListEntry, standing: &Standing) -> Markup {
    html! {
        section #repair aria-labelledby="repair-h" {
            h2 #repair-h { (lang.say("如何终止公示", "How to get off this list")) }
            @match first_day(view) {
                Some(first) if entry.repair.repairable => {
                    p.callout {
                        @if is_barred(view) { (lang.say("该主体的信用修复曾因材料不实被撤销，最早申请日期：", "A repair of this subject was revoked for false material; it may be applied for from ")) strong { (lang.long_date(first)) } }
                        @else if first <= view.today { (lang.say("已满最短公示期，可以申请信用修复。", "The minimum term is over: repair may be applied for.")) }
                        @else { (lang.say("最早申请日期：", "May be applied for from ")) strong { (lang.long_date(first)) } }
                    }
                }
                _ => {}
            }
            p.acts {
                @if may_apply(view, entry) {
                    a.button href=(link::apply_about(FormKind::Repair, &view.record.id)) { (lang.say("申请信用修复", "Apply for repair")) } " "
                }
                a.button.second href=(link::apply_about(FormKind::Objection, &view.record.id)) { (lang.say("提出异议", "Object")) }
            }
            (standing.way_out)
        }
    }
}

/// Whether its repair may be applied for here and today.
fn may_apply(view: &RecordView<'_>, entry: &ListEntry) -> bool {
    matches!(how(view, entry), Eligible::Here { .. })
}

fn how(view: &RecordView<'_>, entry: &ListEntry) -> Eligible {
    eligible::repair(entry, view.record.earliest_repair, view.today)
        .barred(view.barred_until, view.today)
}

/// Whether false material bars its subject today.
fn is_barred(view: &RecordView<'_>) -> bool {
    let how = view.entry.map(|entry| how(view, entry));
    matches!(how, Some(Eligible::Barred(_)))
}

/// The first day on which its repair may be applied for: that of the record itself, or a later one on which a bar of its
/// subject ends.
fn first_day(view: &RecordView<'_>) -> Option<NaiveDate> {
    match view.entry.map(|entry| how(view, entry)) {
        Some(Eligible::Barred(day)) => Some(day),
        _ => view.record.earliest_repair,
    }
}

fn remedies(lang: Lang, entry: &ListEntry) -> Markup {
    html! {
        section #objection aria-labelledby="objection-h" {
            h2 #objection-h { (lang.say("这是错的？异议与救济", "Is this wrong? Objection and remedies")) }
            (terms::objection(lang, entry))
            (terms::remedies(lang, &entry.remedies))
        }
    }
}

fn disclaimer(ctx: &Ctx, view: &RecordView<'_>) -> Markup {
    let lang = ctx.lang;
    html! {
        footer.disclaimer {
            p {
                (lang.say("本页内容由", "The contents are the responsibility of ")) (view.record.authority_name)
                (lang.say("负责；与该机关公布的不一致的，以该机关公布的为准。本页只反映本平台在 ", "; where its own publication differs, that one prevails. This page shows what the portal published by its catalogue on "))
                (date(view.today))
                (lang.say(" 依目录公示的信息，不是对主体信用状况的评价。", " and rates nobody."))
            }
            @if let Some(entry) = view.entry { p.meta { (lang.words(&entry.name)) " · " (lang.words(&entry.summary)) } }
            @if ctx.demo { p { strong { (lang.say("演示数据：主体、文书、机关电话均为虚构。", "Demonstration: subjects, documents and telephone numbers are fictitious.")) } } }
            p.meta { (lang.say("记录编号 ", "Record ")) code { (view.record.id) } " · " a href=(link::api_record(&view.record.id)) { "JSON" } }
        }
    }
}
