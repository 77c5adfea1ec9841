//! One record, explained (P3): who decided, on what, since when, until when, what it leads to, how to get out, how to
//! object, whom to call.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::catalogue::{BasisStatus, Catalogue, FieldType, ListEntry};
use crate::domain::kinds::{Polarity, SubjectKind};
use crate::outside::web::link;
use crate::outside::web::params::last_day;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::terms;
use crate::outside::web::parts::text::{both, date, inline, long_date, paragraph, tone, words};
use crate::record::{Note, PublicRecord};

/// The words of a note, and what it means.
#[must_use]
pub const fn note_words(note: Note) -> (&'static str, &'static str, &'static str) {
    match note {
        Note::UnderObjection => (
            "异议处理中",
            "Under objection",
            "有关主体对本条信息提出异议，正在核查。",
        ),
        Note::Corrected => ("已更正", "Corrected", "本条信息经核查已作更正。"),
        Note::HeldAtMaximum => (
            "届满后继续公示",
            "Held beyond the maximum",
            "最长公示期已满，因违法行为未纠正或者义务未履行，由行业主管部门决定继续公示。",
        ),
        Note::PublishedLate => (
            "迟延公示",
            "Published late",
            "本条信息的公示晚于规定的时限。",
        ),
        Note::Reinstated => (
            "恢复公示",
            "Reinstated",
            "信用修复因材料不实被撤销，恢复公示。",
        ),
    }
}

/// Class of the mark of a note: what says something about the authority and not about the subject is plain.
#[must_use]
pub const fn note_tone(note: Note) -> &'static str {
    match note {
        Note::PublishedLate | Note::Corrected => "plain",
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
    /// The parts for records of a list about a kind of subject.
    #[must_use]
    pub fn new(entry: &ListEntry, kind: SubjectKind) -> Self {
        Self {
            before: html! { (grounds(entry)) (consequences(entry, kind)) },
            way_out: html! {
                @if !entry.exit_conditions.is_empty() { h3 { (both("移出条件", "Exit conditions")) } (terms::items(Lang::Hans, &entry.exit_conditions)) }
                (terms::repair(Lang::Hans, &entry.repair))
            },
            after: html! {
                (remedies(entry))
                section #contact aria-labelledby="contact-h" {
                    h2 #contact-h { (both("联系", "Contact")) }
                    (terms::contact(Lang::Hans, &entry.contact))
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
    /// Its list; `None` when the running catalogue no longer has it.
    pub entry: Option<&'a ListEntry>,
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
            entry: catalogue.list(&record.list),
            today,
        }
    }

    fn polarity(&self) -> Polarity {
        self.entry.map_or(Polarity::Neutral, |e| e.polarity)
    }

    fn list_name(&self) -> &'a str {
        self.entry.map_or(self.record.list.as_str(), |e| &e.name.zh)
    }
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &RecordView<'_>) -> Markup {
    let record = view.record;
    let is_person = record.subject_kind == SubjectKind::NaturalPerson;
    // A natural person's name stands on the page, not in histories and bookmarks.
    let title = if is_person {
        view.list_name().to_owned()
    } else {
        format!("{} · {}", record.subject_name, view.list_name())
    };
    let mut head = Head::new(title, Place::Elsewhere).with_twin(link::api_record(&record.id));
    if is_unindexed(record, view.entry) {
        head = head.unindexed();
    }
    let made = match (view.standing, view.entry) {
        (None, Some(entry)) => Some(Standing::new(entry, record.subject_kind)),
        _ => None,
    };
    let standing = view.standing.or(made.as_ref());
    let main = html! {
        article.record {
            (heading(view))
            (notes(record))
            (plain_words(view))
            (contents(view))
            (term(view))
            @if let (Some(entry), Some(standing)) = (view.entry, standing) {
                (standing.before)
                (way_out(view, entry, standing))
                (standing.after)
            }
            (disclaimer(ctx, view))
        }
    };
    frame(ctx, &head, &main)
}

fn heading(view: &RecordView<'_>) -> Markup {
    let record = view.record;
    html! {
        header.page-head {
            p.crumbs { a href="/lists" { "公示名单" } " › " a href=(link::list(&record.list)) { (view.list_name()) } }
            h1 { (record.subject_name) }
            p.tags {
                span.tag.{ (tone(view.polarity())) } { (view.list_name()) }
                " " span.tag { (record.subject_kind.zh()) }
                @if let Some(severity) = record.severity { " " span.tag { "失信程度：" (severity.zh()) } }
                @for note in &record.notes { " " span.tag.{ (note_tone(*note)) } { (note_words(*note).0) } }
            }
            @if let Some(code) = &record.credit_code {
                p.code-line { (both("统一社会信用代码", "Unified social credit code")) " " code { (code) } " · " a href=(link::subject(code)) { "查看信用档案" } }
            }
            @if record.name_masked {
                p.meta { (both("姓名已按规定作脱敏处理。", "The name is masked as the rules require.")) }
            }
        }
    }
}

fn notes(record: &PublicRecord) -> Markup {
    html! {
        @for note in &record.notes {
            @let (zh, en, meaning) = note_words(*note);
            (notice(Weight::Caution, &both(zh, en), &html! { p { (meaning) } }))
        }
    }
}

fn plain_words(view: &RecordView<'_>) -> Markup {
    let record = view.record;
    html! {
        section.plain aria-label="简要说明" {
            p {
                strong { (record.authority_name) } " 于 " strong { (long_date(record.decided_on)) } " 作出决定"
                @if !record.document_number.is_empty() { "（" (record.document_number) "）" }
                "，列于「" (view.list_name()) "」。自" (long_date(record.displayed_from)) "起公示，"
                @match record.displayed_until {
                    Some(until) => { strong { (long_date(last_day(until))) "为最后一天" } "，次日零时起不再公示。" }
                    None => { "没有固定的截止日期，至移出、失效或者修复时为止。" }
                }
                @match record.earliest_repair {
                    Some(first) if first <= view.today => { "现在可以申请信用修复。" }
                    Some(first) => { "最早可于" (long_date(first)) "申请信用修复。" }
                    None => {}
                }
            }
            p.en lang="en" {
                "Decided on " (record.decided_on) ", displayed from " (record.displayed_from)
                @match record.displayed_until {
                    Some(until) => { " through " (last_day(until)) "." }
                    None => { " without a fixed end." }
                }
                @if let Some(first) = record.earliest_repair { " Repair may be applied for from " (first) "." }
            }
        }
    }
}

fn field_value(value: &str, kind: Option<FieldType>) -> Markup {
    html! {
        @match kind {
            Some(FieldType::Amount) => { span.num { (value) } " 万元" }
            Some(FieldType::Code) => { code { (value) } }
            Some(FieldType::Choices) => {
                @for (i, part) in value.split([';', '；']).map(str::trim).filter(|p| !p.is_empty()).enumerate() { @if i > 0 { "、" } (part) }
            }
            Some(FieldType::LongText) => { span.long { (value) } }
            _ => { (value) }
        }
    }
}

fn contents(view: &RecordView<'_>) -> Markup {
    let record = view.record;
    let rows: Vec<Fact> = record
        .fields
        .iter()
        .filter(|field| !field.value.is_empty())
        .map(|field| {
            let rule = view.entry.and_then(|e| e.field(&field.key));
            let kind = rule.map(|r| r.kind);
            let name = rule.map_or_else(|| html! { (field.key) }, |r| Lang::Hans.words(&r.name));
            Fact {
                name,
                value: field_value(&field.value, kind),
                wide: field.value.chars().count() > 40,
            }
        })
        .collect();
    html! {
        section #contents aria-labelledby="contents-h" {
            h2 #contents-h { (both("公示内容", "What was decided")) }
            @if rows.is_empty() { p.meta { "该名单没有其他公示项目。" } } @else { (facts(&rows)) }
        }
    }
}

fn term(view: &RecordView<'_>) -> Markup {
    let record = view.record;
    let mut rows = vec![
        Fact::new(
            Lang::Hans.say("决定日期", "Decided on"),
            date(record.decided_on),
        ),
        Fact::new(
            Lang::Hans.say("公示起始", "Displayed from"),
            date(record.displayed_from),
        ),
        Fact::new(
            Lang::Hans.say("公示截止", "Displayed through"),
            html! {
                @match record.displayed_until {
                    Some(until) => { (date(last_day(until))) span.meta { "当日24时" } }
                    None => { "无固定截止日期" }
                }
            },
        ),
    ];
    if let Some(first) = record.earliest_repair {
        rows.push(Fact::new(
            Lang::Hans.say("最早可申请修复", "Repair possible from"),
            date(first),
        ));
    }
    if let Some(until) = record.measures_until {
        rows.push(Fact::new(
            Lang::Hans.say("措施实施至", "Measures until"),
            date(until),
        ));
    }
    if let Some(severity) = record.severity {
        rows.push(Fact::new(
            Lang::Hans.say("失信程度", "Severity"),
            both(severity.zh(), severity.en()),
        ));
    }
    rows.push(Fact {
        wide: true,
        ..Fact::new(
            Lang::Hans.say("公示期规则", "Rule"),
            html! { (record.rule_source) " " code { (record.rule) } },
        )
    });
    rows.push(Fact::new(
        Lang::Hans.say("依据文书", "Basis document"),
        html! { (record.document_number) },
    ));
    rows.push(Fact::new(
        Lang::Hans.say("决定机关", "Deciding authority"),
        html! { (record.authority_name) " " code { (record.authority_code) } },
    ));
    rows.push(Fact::new(
        Lang::Hans.say("数据来源单位", "Provider"),
        html! { (record.provider_name) " " code { (record.provider_code) } },
    ));
    rows.push(Fact::new(
        Lang::Hans.say("地区", "Region"),
        terms::region(Lang::Hans, &record.region),
    ));
    rows.push(Fact::new(
        Lang::Hans.say("目录版本", "Catalogue version"),
        html! { code { (record.catalogue) } },
    ));
    html! {
        section #term aria-labelledby="term-h" {
            h2 #term-h { (both("公示期限与依据文书", "Term and basis document")) }
            (facts(&rows))
        }
    }
}

fn grounds(entry: &ListEntry) -> Markup {
    html! {
        section #basis aria-labelledby="basis-h" {
            h2 #basis-h { (both("名单依据", "Legal basis of the list")) }
            (terms::bases(Lang::Hans, &entry.basis))
            p { a href=(link::list(&entry.code)) { "查看「" (entry.name.zh) "」的列入、移出条件和程序" } }
        }
    }
}

fn consequences(entry: &ListEntry, kind: SubjectKind) -> Markup {
    let applicable: Vec<_> = entry
        .measures
        .iter()
        .filter(|m| m.status == BasisStatus::Active && m.subject_kinds.contains(&kind))
        .collect();
    html! {
        section #measures aria-labelledby="measures-h" {
            h2 #measures-h { (both("可能适用的措施", "Measures that may follow")) }
            @if applicable.is_empty() {
                (paragraph("目录没有为该名单规定措施。任何单位不得据此自行采取限制措施。", "The catalogue provides no measures for this list; nobody may apply any on their own."))
            } @else {
                (paragraph("只能依照下列依据、由所列单位实施，不得增设或者加重。", "Only on the bases below, by the units named, and never more or heavier."))
                (terms::measures(Lang::Hans, "措施及依据", &applicable))
            }
        }
    }
}

fn way_out(view: &RecordView<'_>, entry: &ListEntry, standing: &Standing) -> Markup {
    html! {
        section #repair aria-labelledby="repair-h" {
            h2 #repair-h { (both("如何终止公示", "How to get out")) }
            @match view.record.earliest_repair {
                Some(first) if entry.repair.repairable => {
                    @let open = first <= view.today;
                    p.callout {
                        @if open { "已满最短公示期，可以申请信用修复。" span.en.line lang="en" { "The minimum term is over: repair may be applied for." } }
                        @else { "最早申请日期：" strong { (date(first)) } span.en.line lang="en" { "Repair may be applied for from that day." } }
                    }
                }
                _ => {}
            }
            (standing.way_out)
        }
    }
}

fn remedies(entry: &ListEntry) -> Markup {
    html! {
        section #objection aria-labelledby="objection-h" {
            h2 #objection-h { (both("异议与救济", "Objection and remedies")) }
            (terms::objection(Lang::Hans, entry))
            (terms::remedies(Lang::Hans, &entry.remedies))
        }
    }
}

fn disclaimer(ctx: &Ctx, view: &RecordView<'_>) -> Markup {
    html! {
        footer.disclaimer {
            p { "本页内容由" (view.record.authority_name) "负责；与该机关公布的不一致的，以该机关公布的为准。本页只反映本平台在 " (date(view.today)) " 依目录公示的信息，不是对主体信用状况的评价。" }
            @if let Some(entry) = view.entry { p.meta { (inline(&entry.name)) " · " (words(&entry.summary)) } }
            @if ctx.demo { p { strong { "演示数据：主体、文书、机关电话均为虚构。" } } }
            p.meta { "记录编号 " code { (view.record.id) } " · " a href=(link::api_record(&view.record.id)) { "JSON" } }
        }
    }
}
