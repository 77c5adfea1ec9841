//! The columns of a record in a file: names, types, meanings.

/// A column: its name, its type in a table schema, its meaning in Chinese and English.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Stable name.
    pub name: &'static str,
    /// Type of Table Schema (Frictionless).
    pub kind: &'static str,
    /// Whether it is always filled.
    pub required: bool,
    /// Meaning in Chinese.
    pub zh: &'static str,
    /// Meaning in English.
    pub en: &'static str,
}

const fn column(
    name: &'static str,
    kind: &'static str,
    required: bool,
    zh: &'static str,
    en: &'static str,
) -> Column {
    Column {
        name,
        kind,
        required,
        zh,
        en,
    }
}

/// The columns, in their order. New ones are added at the end; none is ever renamed.
pub const COLUMNS: [Column; 24] = [
    column(
        "id",
        "string",
        true,
        "记录编号，稳定不变",
        "Stable id of the record",
    ),
    column(
        "seq",
        "integer",
        true,
        "最后一次变更的序号",
        "Sequence number of its last change",
    ),
    column(
        "list",
        "string",
        true,
        "名单代码，见 codes/lists.csv",
        "Code of the list, see codes/lists.csv",
    ),
    column(
        "subject_kind",
        "string",
        true,
        "主体类型，见 codes/subject_kinds.csv",
        "Kind of subject, see codes/subject_kinds.csv",
    ),
    column(
        "subject_name",
        "string",
        true,
        "主体名称（依规定脱敏的为脱敏后）",
        "Name as shown; masked where the rules require",
    ),
    column(
        "credit_code",
        "string",
        false,
        "统一社会信用代码（GB 32100）",
        "Unified social credit code (GB 32100)",
    ),
    column(
        "document_number",
        "string",
        false,
        "决定文书号",
        "Number of the decision",
    ),
    column(
        "authority_name",
        "string",
        true,
        "决定机关",
        "Deciding authority",
    ),
    column(
        "authority_code",
        "string",
        false,
        "决定机关统一社会信用代码",
        "Its unified social credit code",
    ),
    column(
        "provider_name",
        "string",
        false,
        "数据来源单位",
        "Provider of the record",
    ),
    column(
        "provider_code",
        "string",
        false,
        "数据来源单位统一社会信用代码",
        "Its unified social credit code",
    ),
    column(
        "region",
        "string",
        true,
        "行政区划代码（GB/T 2260）",
        "Region (GB/T 2260)",
    ),
    column(
        "decided_on",
        "date",
        true,
        "决定日期",
        "Date of the decision",
    ),
    column(
        "displayed_from",
        "date",
        true,
        "公示起始日期",
        "First day of display",
    ),
    column(
        "displayed_until",
        "date",
        false,
        "不再公示的第一天；空为没有固定截止日期",
        "First day on which it is no longer displayed; empty: no fixed end",
    ),
    column(
        "severity",
        "string",
        false,
        "失信程度，见 codes/severities.csv",
        "Severity, see codes/severities.csv",
    ),
    column(
        "earliest_repair",
        "date",
        false,
        "最早可申请信用修复的日期",
        "First day on which repair may be applied for",
    ),
    column(
        "measures_until",
        "date",
        false,
        "措施实施至（含当日）",
        "Last day of its measures",
    ),
    column(
        "state",
        "string",
        true,
        "状态，见 codes/states.csv",
        "State, see codes/states.csv",
    ),
    column(
        "notes",
        "string",
        false,
        "标注，以分号分隔",
        "Notes, separated by semicolons",
    ),
    column("rule", "string", true, "公示期规则", "Rule of the term"),
    column(
        "catalogue",
        "string",
        true,
        "发布时的目录版本",
        "Catalogue version it was published under",
    ),
    column(
        "masking",
        "integer",
        true,
        "脱敏规则版本",
        "Version of the masking rules",
    ),
    column(
        "fields",
        "object",
        true,
        "名单各自的公示项目（JSON 对象，键见 codes/fields.csv）",
        "Fields of its list (a JSON object; keys in codes/fields.csv)",
    ),
];

/// Place of a column; the number of columns when there is none of that name.
#[must_use]
pub fn place(name: &str) -> usize {
    let is_it = |c: &Column| c.name == name;
    COLUMNS.iter().position(is_it).unwrap_or(COLUMNS.len())
}
