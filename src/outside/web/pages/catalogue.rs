//! The catalogue for readers: its layers and their editions, what of each list is public and why, and how each field is
//! masked, in plain words.

use maud::{Markup, html};

use crate::domain::catalogue::{BasisStatus, Catalogue, Exposure, Layer, ListEntry};
use crate::domain::kinds::SubjectKind;
use crate::outside::web::link;
use crate::outside::web::parts::breadcrumb::breadcrumb;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::terms;
use crate::outside::web::parts::text::{date, tone};

/// A text in Chinese and English.
type Pair = (&'static str, &'static str);

/// What an exposure does, in plain words, and an example of it (fictitious).
#[must_use]
pub const fn explained(exposure: Exposure) -> (Pair, &'static str) {
    match exposure {
        Exposure::Public => (("原样公开。", "Shown as it is."), "厦门海风贸易有限公司"),
        Exposure::MaskName => (
            (
                "保留姓氏，其余每个字以星号代替。",
                "The family name stays; a star stands for every other character.",
            ),
            "张三丰 → 张**",
        ),
        Exposure::MaskThirdPerson => (
            (
                "案件中提到的其他人，只写姓氏和「某」。",
                "Other people whom the case mentions: the family name and “某”.",
            ),
            "李四 → 李某",
        ),
        Exposure::MaskBusinessName => (
            (
                "字号中含有经营者姓名的，姓名部分脱敏；不含的，原样公开。",
                "A personal name inside the name of a business is masked; the rest is shown.",
            ),
            "思明区张三丰小吃店 → 思明区张**小吃店",
        ),
        Exposure::MaskIdBirth => (
            (
                "证件号码隐去出生年、月、日。",
                "The date of birth inside the number is hidden.",
            ),
            "440524********0014",
        ),
        Exposure::MaskIdCourt => (
            (
                "证件号码隐去出生月、日，与法院公布的一致。",
                "Month and day of birth are hidden, as on the courts' own site.",
            ),
            "4405241880****0014",
        ),
        Exposure::MaskIdStrict => (
            (
                "证件号码只留前三位和末一位。",
                "The first three characters and the last one stay.",
            ),
            "440**************4",
        ),
        Exposure::MaskAddress => (
            ("住址只留到区县。", "The address is kept to the district."),
            "福建省厦门市思明区**",
        ),
        Exposure::ScrubText => (
            (
                "逐字检查：证件号码、电话、账号、车牌、住址和他人姓名隐去；拿不准的先由人工复核，复核前不公示。",
                "Read through: numbers, telephones, accounts, plates, addresses and other people's names are hidden; what is doubtful waits for a person to look, and is not shown before.",
            ),
            "电话13800138000 → 电话[联系方式已隐去]",
        ),
        Exposure::ExactOnly => (
            (
                "不显示；只有输入完整内容的人才能检索到该记录。",
                "Never shown; the record is found only by who types the whole value.",
            ),
            "—",
        ),
        Exposure::Never => (
            (
                "不公开，不检索，不导出。",
                "Not shown, not searched, not exported.",
            ),
            "—",
        ),
    }
}

/// Class of a mark for an exposure.
const fn exposure_tone(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::Public => "good",
        Exposure::Never | Exposure::ExactOnly => "grave",
        _ => "caution",
    }
}

fn exposure_tag(lang: Lang, exposure: Exposure) -> Markup {
    html! { span.tag.{ (exposure_tone(exposure)) } { (lang.say(exposure.zh(), exposure.en())) } }
}

/// Whether a list is public, and why or why not.
fn verdict(lang: Lang, entry: &ListEntry) -> Markup {
    let scope = entry.attributes.scope;
    html! {
        @if entry.is_displayed() {
            span.tag.good { (lang.say("公开", "public")) }
        } @else if entry.attributes.disclosable {
            span.tag.caution { (lang.say("暂不公开", "not public at present")) }
            span.meta.line {
                (lang.say("名单依据的状态：", "Status of its basis: "))
                (lang.say(entry.basis_status.zh(), entry.basis_status.en()))
            }
        } @else {
            span.tag.grave { (lang.say("不公开", "not public")) }
            span.meta.line { (lang.say("范围：", "Scope: ")) (lang.say(scope.zh(), scope.en())) }
        }
    }
}

/// Why, in a sentence.
fn reason(lang: Lang, entry: &ListEntry) -> &'static str {
    if entry.is_displayed() {
        lang.say(
            "向社会公开：下列依据有效，并且目录规定公开。",
            "Public: the bases below stand, and the catalogue says that it is disclosed.",
        )
    } else if !entry.attributes.disclosable {
        lang.say(
            "不向社会公开：目录规定只在下述范围内使用，本平台不显示任何一条。",
            "Not public: the catalogue keeps it within the scope below, and this portal shows none of it.",
        )
    } else if entry.basis_status == BasisStatus::Repealed {
        lang.say(
            "不公开：依据已经废止。",
            "Not public: its basis has been repealed.",
        )
    } else {
        lang.say(
            "暂不公开：依据正在清理修订，完成之前本平台不显示任何一条。",
            "Not public at present: its basis is under revision, and until that is done this portal shows none of it.",
        )
    }
}

/// The page of the whole catalogue.
#[must_use]
pub fn page(ctx: &Ctx, catalogue: &Catalogue) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("公共信用信息目录", "The catalogue");
    let lead = lang.say(
        "公示什么、为什么公示、公示多久、怎样脱敏，全部由目录规定。目录没有写的字段一律不公开。",
        "The catalogue says what is disclosed, why, for how long and how it is masked. A field that it does not name is not public.",
    );
    let head = Head::new(title, Place::Lists)
        .described(lead)
        .with_twin("/api/v1/catalogue");
    let shown = catalogue.displayed().count();
    let all = catalogue.lists.len();
    let main = html! {
        (breadcrumb(lang, &[("/lists", lang.say("公示名单", "Lists"))], title))
        header.page-head {
            h1 { (title) }
            p.lead { (lead) }
        }
        section {
            (facts(&[
                Fact::new(lang.say("目录版本", "Edition"), html! { code { (catalogue.version()) } }),
                Fact::new(lang.say("信息类别", "Kinds of information"), html! { span.num { (all) } }),
                Fact::new(lang.say("其中向社会公开", "Of these, public"), html! { span.num { (shown) } }),
            ]))
            p.meta {
                (lang.say(
                    "补充目录只能在基础目录之上增加或者从严，不能放宽。目录修订时先公开征求意见，草案由牵头部门发布；本版本没有在征求意见的草案。",
                    "A supplement may add to the base or be stricter, never wider. Drafts of a revision are published for comment by the leading department; this edition holds none.",
                ))
            }
        }
        @if catalogue.layers.is_empty() {
            p.empty { (lang.say("没有目录，因此没有公示。", "There is no catalogue, so nothing is displayed.")) }
        }
        @for layer in &catalogue.layers { (layer_section(lang, catalogue, layer)) }
        (methods(lang))
    };
    frame(ctx, &head, &main)
}

fn layer_section(lang: Lang, catalogue: &Catalogue, layer: &Layer) -> Markup {
    let [list, public, subjects, period] = [
        ("信息类别", "Information"),
        ("是否公开", "Public"),
        ("主体", "Subjects"),
        ("公示期限", "Period of display"),
    ]
    .map(|(zh, en)| lang.say(zh, en));
    let caption = lang.plain(&layer.name);
    html! {
        section {
            h2 { (lang.words(&layer.name)) }
            p.meta {
                span.tag { (if layer.is_base { lang.say("基础目录", "Base catalogue") } else { lang.say("补充目录", "Supplement") }) }
                " " (terms::region(lang, &layer.jurisdiction)) " · " (terms::edition(lang, layer))
            }
            details {
                summary { (lang.say("依据和要求", "Bases and what it asks for")) }
                (terms::bases(lang, &layer.basis))
                @if !layer.notes.is_empty() { (terms::items(lang, &layer.notes)) }
            }
            section.table-wrap tabindex="0" aria-label=(caption) {
                table.catalogue {
                    caption.hidden { (caption) }
                    thead { tr { @for name in [list, public, subjects, period] { th scope="col" { (name) } } } }
                    tbody {
                        @for entry in catalogue.lists.values().filter(|l| l.layer == layer.code) {
                            tr {
                                th scope="row" {
                                    a href=(link::catalogue(&entry.code)) { (lang.words(&entry.name)) }
                                }
                                td data-label=(public) { (verdict(lang, entry)) }
                                td data-label=(subjects) { (terms::subjects(lang, &entry.subject_kinds)) }
                                td data-label=(period) { (lang.words(&entry.attributes.disclosure_period)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The methods of masking.
fn methods(lang: Lang) -> Markup {
    let name = lang.say("脱敏方法", "How values are masked");
    let [method, does, example] = [
        ("方法", "Method"),
        ("怎样处理", "What it does"),
        ("示例（虚构）", "Example (fictitious)"),
    ]
    .map(|(zh, en)| lang.say(zh, en));
    html! {
        section #masking {
            h2 { (name) }
            section.table-wrap tabindex="0" aria-label=(name) {
                table {
                    thead { tr { @for name in [method, does, example] { th scope="col" { (name) } } } }
                    tbody {
                        @for exposure in Exposure::ALL.iter().copied() {
                            @let ((zh, en), sample) = explained(exposure);
                            tr {
                                th scope="row" { (exposure_tag(lang, exposure)) }
                                td data-label=(does) { (lang.say(zh, en)) }
                                td data-label=(example) { @if sample == "—" { (sample) } @else { span lang="zh-Hans" { (sample) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The page of one entry.
#[must_use]
pub fn entry_page(ctx: &Ctx, catalogue: &Catalogue, entry: &ListEntry) -> Markup {
    let lang = ctx.lang;
    let name = lang.plain(&entry.name);
    let title = match lang {
        Lang::En => format!("Catalogue: {name}"),
        _ => lang
            .script(&format!("目录：{}", entry.name.zh))
            .into_owned(),
    };
    let head = Head::new(title, Place::Lists)
        .described(reason(lang, entry))
        .with_twin(link::api_catalogue(&entry.code));
    let catalogue_name = lang.say("公共信用信息目录", "The catalogue");
    let main = html! {
        (breadcrumb(lang, &[("/lists", lang.say("公示名单", "Lists")), ("/catalogue", catalogue_name)], &name))
        header.page-head {
            h1 { (lang.words(&entry.name)) }
            p.tags {
                span.tag.{ (tone(entry.polarity)) } { (lang.say(entry.polarity.zh(), entry.polarity.en())) }
                span.tag { (lang.say(entry.category.zh(), entry.category.en())) }
                span.tag { (lang.say(entry.level.zh(), entry.level.en())) }
            }
            p.lead { (lang.words(&entry.summary)) }
            @if entry.is_displayed() {
                p { a href=(link::list(&entry.code)) { (lang.say("查看该名单的条件、期限、措施和在公示的记录", "Conditions, periods, measures and what is displayed of it")) } }
            }
        }
        section {
            h2 { (lang.say("是否公开，为什么", "Public or not, and why")) }
            p { (reason(lang, entry)) }
            (terms::bases(lang, &entry.basis))
            (attributes(lang, catalogue, entry))
        }
        (persons(lang, entry))
        (fields(lang, entry))
    };
    frame(ctx, &head, &main)
}

fn attributes(lang: Lang, catalogue: &Catalogue, entry: &ListEntry) -> Markup {
    let of = &entry.attributes;
    let yes = |is: bool| {
        if is {
            lang.say("是", "yes")
        } else {
            lang.say("否", "no")
        }
    };
    let mut rows = vec![
        Fact::new(
            lang.say("向社会公开", "Public"),
            html! { (yes(entry.is_displayed())) },
        ),
        Fact::new(
            lang.say("部门间共享", "Shared between authorities"),
            html! { (yes(of.shareable)) },
        ),
        Fact::new(
            lang.say("范围", "Scope"),
            html! { (lang.say(of.scope.zh(), of.scope.en())) },
        ),
        Fact::new(
            lang.say("公示期限", "Period of display"),
            lang.words(&of.disclosure_period),
        ),
        Fact::new(
            lang.say("保存期限", "Period of keeping"),
            lang.words(&of.retention_period),
        ),
        Fact::new(
            lang.say("目录版本", "Edition"),
            html! { code { (catalogue.version_of(entry)) } },
        ),
    ];
    if let Some(layer) = catalogue.layer_of(entry) {
        rows.push(Fact::new(
            lang.say("施行日期", "In force from"),
            date(layer.effective_from),
        ));
    }
    if let Some(base) = entry.narrows.as_deref().and_then(|c| catalogue.list(c)) {
        rows.push(Fact::new(
            lang.say("在基础目录之上从严", "Stricter form of"),
            html! { a href=(link::catalogue(&base.code)) { (lang.words(&base.name)) } },
        ));
    }
    facts(&rows)
}

fn persons(lang: Lang, entry: &ListEntry) -> Markup {
    let policy = &entry.persons;
    html! {
        section {
            h2 { (lang.say("自然人", "Natural persons")) }
            @if policy.published && entry.is_displayed() {
                (facts(&[
                    Fact::new(lang.say("姓名", "Name"), exposure_tag(lang, policy.name)),
                    Fact::new(lang.say("证件号码", "Identity number"), exposure_tag(lang, policy.id_number)),
                    Fact::new(lang.say("逐页浏览", "Browsing"), html! { (permitted(lang, policy.browse)) }),
                    Fact::new(lang.say("批量导出", "Export"), html! { (permitted(lang, policy.export)) }),
                    Fact::new(lang.say("搜索引擎收录", "Search engines"), html! { (permitted(lang, policy.search_engines)) }),
                ]))
                h3 { (lang.say("公示自然人的依据", "Basis for disclosing natural persons")) }
                (terms::bases(lang, &policy.basis))
            } @else {
                p { (lang.say("不公示自然人。", "Natural persons are not disclosed.")) }
            }
        }
    }
}

fn permitted(lang: Lang, is: bool) -> &'static str {
    if is {
        lang.say("允许", "allowed")
    } else {
        lang.say("不允许", "not allowed")
    }
}

/// The fields, each with what is seen of it.
fn fields(lang: Lang, entry: &ListEntry) -> Markup {
    let name = lang.say("字段及其公开方式", "Fields and how each is shown");
    let kinds = [
        (SubjectKind::LegalPerson, lang.say("单位", "Organisations")),
        (
            SubjectKind::IndividualBusiness,
            lang.say("个体工商户", "Individual businesses"),
        ),
        (
            SubjectKind::NaturalPerson,
            lang.say("自然人", "Natural persons"),
        ),
    ];
    let has = |kind: SubjectKind| match kind {
        SubjectKind::NaturalPerson => {
            entry.subject_kinds.contains(&kind) && entry.persons.published
        }
        SubjectKind::LegalPerson => {
            entry.subject_kinds.contains(&kind)
                || entry
                    .subject_kinds
                    .contains(&SubjectKind::UnincorporatedOrg)
        }
        SubjectKind::UnincorporatedOrg | SubjectKind::IndividualBusiness => {
            entry.subject_kinds.contains(&kind)
        }
    };
    let columns: Vec<(SubjectKind, &str)> = kinds.into_iter().filter(|(k, _)| has(*k)).collect();
    let [field, kind, export] =
        [("字段", "Field"), ("类型", "Type"), ("导出", "Export")].map(|(zh, en)| lang.say(zh, en));
    html! {
        section #fields {
            h2 { (name) }
            p.meta {
                (lang.say("没有列出的字段一律不公开。方法的含义见", "A field that is not here is not public. What the methods do: "))
                a href="/catalogue#masking" { (lang.say("脱敏方法", "how values are masked")) } (lang.say("。", "."))
            }
            section.table-wrap tabindex="0" aria-label=(name) {
                table.catalogue {
                    thead {
                        tr {
                            th scope="col" { (field) } th scope="col" { (kind) }
                            @for (_, name) in &columns { th scope="col" { (name) } }
                            th scope="col" { (export) }
                        }
                    }
                    tbody {
                        @for rule in &entry.fields {
                            tr {
                                th scope="row" {
                                    (lang.words(&rule.name))
                                    @if rule.required { span.meta { (lang.say("（必填）", " (required)")) } }
                                    span.line { code.meta { (rule.key) } }
                                }
                                td data-label=(kind) { (lang.say(rule.kind.zh(), rule.kind.en())) }
                                @for (of, name) in &columns { td data-label=(name) { (exposure_tag(lang, rule.exposure_for(*of))) } }
                                td data-label=(export) { (permitted(lang, rule.export && rule.exposure != Exposure::Never)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
