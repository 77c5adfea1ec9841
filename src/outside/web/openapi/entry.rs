//! The forms of what the catalogue says, as JSON Schema: a list with its conditions, basis, measures and remedies.

use serde_json::{Map, Value, json};

use super::schema::{
    count, date, instant, kind, list_of, object, one_of, or_null, text, to, yes_no,
};
use crate::domain::catalogue::{
    BasisStatus, Category, Exposure, FieldType, Head, InstrumentKind, Level, LimitUnit,
    MeasureForce, Origin, PeriodKind, PeriodStart, RemedyKind, RepairChannel, RepairEffect,
    ShareScope,
};
use crate::domain::kinds::{Domain, Polarity, Severity};

macro_rules! codes {
    ($kind:ty, $words:expr) => {
        one_of(<$kind>::ALL.iter().map(|one| one.code()), $words)
    };
}

fn many(name: &str, words: &str) -> Value {
    list_of(&to(name), words)
}

fn basis() -> Value {
    object(&[
        (
            "kind",
            codes!(InstrumentKind, "文件种类 · kind of instrument"),
        ),
        ("title", to("Words")),
        ("article", text("条款 · article")),
        (
            "status",
            codes!(BasisStatus, "效力 · whether it may be relied on"),
        ),
        ("effective_from", or_null(date("施行日 · in force from"))),
        (
            "effective_until",
            or_null(date("失效日 · no longer in force from")),
        ),
        ("territory", text("适用地区 · region")),
    ])
}

fn measure() -> Value {
    object(&[
        ("code", text("代码 · code")),
        ("name", to("Words")),
        (
            "incentive",
            yes_no("激励为真，惩戒为假 · true for an incentive"),
        ),
        ("force", codes!(MeasureForce, "强制程度 · force")),
        (
            "subject_kinds",
            list_of(&kind(), "适用主体 · whom it may be applied to"),
        ),
        ("executing_unit", to("Words")),
        ("duration", to("Words")),
        ("months", or_null(count("月数 · months"))),
        (
            "basis_max_months",
            or_null(count("依据允许的最长月数 · months that its basis allows")),
        ),
        ("basis", many("Basis", "依据 · basis")),
        ("status", codes!(BasisStatus, "效力 · whether it stands")),
    ])
}

fn repair() -> Value {
    object(&[
        (
            "repairable",
            yes_no("可否修复 · whether repair is possible"),
        ),
        ("exclusion_basis", many("Basis", "不可修复的依据 · why not")),
        ("channel", codes!(RepairChannel, "向谁申请 · who decides")),
        (
            "external_url",
            text("办理地址 · address of the outside system"),
        ),
        (
            "effect",
            codes!(RepairEffect, "修复的效果 · what approval does"),
        ),
        ("conditions", many("Words", "条件 · conditions")),
        ("materials", many("Words", "材料 · what is handed in")),
        ("procedure", many("Words", "步骤 · steps")),
    ])
}

fn contact() -> Value {
    object(&[
        ("name", to("Words")),
        (
            "credit_code",
            text("统一社会信用代码 · unified social credit code"),
        ),
        ("unit", to("Words")),
        ("phone", text("电话 · telephone")),
        ("hours", to("Words")),
        ("address", to("Words")),
    ])
}

fn field_rule() -> Value {
    let exposure = codes!(Exposure, "怎样公开 · how it is shown");
    object(&[
        ("key", text("字段 · key")),
        ("name", to("Words")),
        ("type", codes!(FieldType, "类型 · type")),
        (
            "required",
            yes_no("是否必填 · whether a row without it is refused"),
        ),
        ("exposure", exposure.clone()),
        ("exposure_individual_business", or_null(exposure.clone())),
        ("exposure_natural_person", or_null(exposure)),
        ("export", yes_no("可否导出 · whether exports carry it")),
    ])
}

fn persons() -> Value {
    let exposure = codes!(Exposure, "怎样公开 · how it is shown");
    object(&[
        (
            "published",
            yes_no("是否公示自然人 · whether natural persons are published"),
        ),
        ("basis", many("Basis", "依据 · basis")),
        ("name", exposure.clone()),
        ("id_number", exposure),
        ("browse", yes_no("可否浏览 · whether they can be browsed")),
        ("export", yes_no("可否导出 · whether exports hold them")),
        (
            "search_engines",
            yes_no("搜索引擎可否收录 · whether search engines may index them"),
        ),
    ])
}

fn attributes() -> Value {
    object(&[
        ("disclosable", yes_no("可否公示 · whether it is displayed")),
        (
            "shareable",
            yes_no("可否共享 · whether it is shared between authorities"),
        ),
        ("scope", codes!(ShareScope, "共享范围 · with whom")),
        ("disclosure_period", to("Words")),
        ("retention_period", to("Words")),
    ])
}

fn limit() -> Value {
    object(&[
        ("id", text("编号 · identifier")),
        ("what", to("Words")),
        ("count", count("数量 · number of units")),
        ("unit", codes!(LimitUnit, "单位 · unit")),
        ("from", to("Words")),
        ("source", text("依据 · source")),
        ("at_least", yes_no("是否最短时限 · a least time")),
    ])
}

fn period() -> Value {
    let term = object(&[
        ("severity", or_null(codes!(Severity, "严重程度 · severity"))),
        (
            "domains",
            list_of(
                &codes!(Domain, "重点领域 · key field"),
                "重点领域 · key fields",
            ),
        ),
        ("displayed", yes_no("是否公示 · whether it is displayed")),
        (
            "min_months",
            count("最短公示月数 · months before repair may be asked for"),
        ),
        ("max_months", count("最长公示月数 · months of display")),
    ]);
    object(&[
        ("id", text("规则代码 · code of the regime")),
        (
            "decided_from",
            date("适用于此日起的决定 · governs decisions from"),
        ),
        ("decided_until", or_null(date("至此日前 · until"))),
        ("source", to("Words")),
        (
            "kind",
            codes!(PeriodKind, "期限怎样确定 · how the length is found"),
        ),
        ("starts", codes!(PeriodStart, "起算日 · from when it runs")),
        ("terms", list_of(&term, "期限 · terms")),
        (
            "earlier_end_with",
            or_null(text(
                "与此规则比较取早者 · the earlier end of the two counts",
            )),
        ),
    ])
}

/// Members of a list's entry, as `/api/v1/lists/{code}` gives it.
fn entry() -> Value {
    object(&[
        ("as_of", date("截至 · as of")),
        ("shown", count("正在公示的条数 · records displayed")),
        (
            "natural_persons_suppressed?",
            one_of(
                ["fewer_than_5", "withheld"],
                "自然人的条数为何不列 · why natural persons are left out",
            ),
        ),
        ("version", text("目录版本 · edition of the catalogue")),
        ("url", text("地址 · address on this site")),
        ("code", text("名单代码 · code")),
        ("layer", text("所属目录 · layer")),
        (
            "narrows",
            or_null(text("收紧的基础条目 · base entry that it narrows")),
        ),
        ("origin", codes!(Origin, "认定层级 · who decides")),
        ("name", to("Words")),
        ("summary", to("Words")),
        ("standard", to("Words")),
        ("category", codes!(Category, "规则类别 · rule family")),
        ("polarity", codes!(Polarity, "性质 · polarity")),
        ("level", codes!(Level, "层级 · level")),
        ("territory", text("适用地区 · region")),
        (
            "subject_kinds",
            list_of(&kind(), "主体类型 · kinds of subject"),
        ),
        ("basis_status", codes!(BasisStatus, "效力 · status")),
        ("basis", many("Basis", "依据 · basis")),
        (
            "head",
            or_null(codes!(Head, "四类情形 · one of the four heads")),
        ),
        ("attributes", to("Attributes")),
        ("template", text("报送模板 · template")),
        ("fields", many("FieldRule", "字段 · fields")),
        ("persons", to("PersonPolicy")),
        (
            "periods",
            list_of(&period(), "公示期限 · disclosure periods"),
        ),
        (
            "entry_conditions",
            many("Words", "列入条件 · entry conditions"),
        ),
        (
            "entry_procedure",
            many("Words", "列入程序 · entry procedure"),
        ),
        (
            "exit_conditions",
            many("Words", "移出条件 · exit conditions"),
        ),
        ("exit_procedure", many("Words", "移出程序 · exit procedure")),
        ("repair", to("Repair")),
        ("measures", many("Measure", "措施 · measures")),
        ("remedies", many("Remedy", "救济途径 · remedies")),
        (
            "prior_notice",
            object(&[
                (
                    "party_notice",
                    yes_no("是否告知当事人 · whether the party is told"),
                ),
                (
                    "public_notice_working_days",
                    count("公示的工作日数 · working days of public notice"),
                ),
                ("basis", text("依据 · source")),
            ]),
        ),
        (
            "objection",
            object(&[
                ("annotates_display", yes_no("是否标注 · shown with a note")),
                ("suspends_measures", yes_no("措施是否暂停 · measures rest")),
                (
                    "answer_working_days",
                    count("答复的工作日数 · working days to answer"),
                ),
                (
                    "complaint",
                    yes_no("可否投诉 · a complaint is possible afterwards"),
                ),
            ]),
        ),
        ("limits", many("TimeLimit", "办理时限 · time limits")),
        ("contact", to("Contact")),
        (
            "refresh_days",
            or_null(count("更新周期（日）· days within which it is refreshed")),
        ),
        (
            "publish_within_working_days",
            or_null(count("公示时限（工作日）· working days to publication")),
        ),
        (
            "final_only",
            yes_no("只收已生效的决定 · final decisions only"),
        ),
    ])
}

fn head() -> Value {
    object(&[
        ("code", text("名单代码 · code")),
        ("name", to("Words")),
        ("summary", to("Words")),
        ("category", codes!(Category, "规则类别 · rule family")),
        ("polarity", codes!(Polarity, "性质 · polarity")),
        ("level", codes!(Level, "层级 · level")),
        ("territory", text("适用地区 · region")),
        ("version", text("目录版本 · edition of the catalogue")),
        ("shown", count("正在公示的条数 · records displayed")),
        (
            "natural_persons_suppressed?",
            one_of(
                ["fewer_than_5", "withheld"],
                "自然人的条数为何不列 · why natural persons are left out",
            ),
        ),
        ("changed_at", or_null(instant("最近更新 · last change"))),
        ("url", text("地址 · address on this site")),
    ])
}

fn catalogue_entry() -> Value {
    object(&[
        ("code", text("名单代码 · code")),
        ("layer", text("所属目录 · layer")),
        ("version", text("版本 · edition")),
        ("name", to("Words")),
        ("polarity", codes!(Polarity, "性质 · polarity")),
        (
            "subject_kinds",
            list_of(&kind(), "主体类型 · kinds of subject"),
        ),
        ("displayed", yes_no("是否公示 · whether it is displayed")),
        ("attributes", to("Attributes")),
        ("persons", to("PersonPolicy")),
        ("fields", many("FieldRule", "字段 · fields")),
        ("url", text("地址 · address on this site")),
    ])
}

fn layer() -> Value {
    object(&[
        ("code", text("代码 · code")),
        ("version", text("版本 · edition")),
        ("is_base", yes_no("是否国家基础目录 · the national base")),
        ("name", to("Words")),
        ("jurisdiction", text("地区 · region")),
        ("basis", many("Basis", "依据 · basis")),
        ("effective_from", date("施行日 · in force from")),
        (
            "effective_until",
            or_null(date("失效日 · no longer in force from")),
        ),
        (
            "all_days_are_working_days",
            yes_no("日均指工作日 · every day means a working day"),
        ),
        ("notes", many("Words", "说明 · notes")),
        ("limits", many("TimeLimit", "办理时限 · time limits")),
    ])
}

/// Every schema of the catalogue by its name.
pub fn all() -> Map<String, Value> {
    let explanation = object(&[
        ("basis", many("Basis", "依据 · basis")),
        ("measures", many("Measure", "措施 · measures")),
        (
            "exit_conditions",
            many("Words", "移出条件 · exit conditions"),
        ),
        ("repair", to("Repair")),
        ("remedies", many("Remedy", "救济途径 · remedies")),
        ("contact", to("Contact")),
    ]);
    let remedy = object(&[
        ("kind", codes!(RemedyKind, "途径 · kind")),
        ("place", to("Words")),
        ("limit", to("Words")),
        ("basis", text("依据 · source")),
    ]);
    let lists = object(&[
        ("as_of", date("截至 · as of")),
        ("items", list_of(&head(), "名单 · lists")),
    ]);
    let catalogue = object(&[
        ("version", text("各层版本 · editions of all layers")),
        (
            "layers",
            list_of(&layer(), "基础目录和补充目录 · base and supplements"),
        ),
        ("items", many("CatalogueEntry", "条目 · entries")),
    ]);
    let named = json!({
        "Basis": basis(), "Measure": measure(), "Repair": repair(), "Remedy": remedy, "Contact": contact(),
        "Explanation": explanation, "FieldRule": field_rule(), "PersonPolicy": persons(), "Attributes": attributes(),
        "TimeLimit": limit(), "List": entry(), "Lists": lists, "CatalogueEntry": catalogue_entry(), "Catalogue": catalogue,
    });
    named.as_object().cloned().unwrap_or_default()
}
