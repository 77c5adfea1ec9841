//! Which files a sample is made of: place, list, form and column set, so that every form that intake reads
//! occurs, with both column sets and both encodings.

use chrono::{Datelike, NaiveDate};

use super::places::{PLACES, Place};

/// A column: header as it stands in the file, canonical key.
pub(super) type Column = (&'static str, &'static str);

/// Form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// csv in UTF-8.
    Csv,
    /// csv in UTF-8 with byte order mark.
    CsvBom,
    /// csv in GB 18030.
    CsvGb,
    /// Workbook with merged titles above the header.
    Xlsx,
    /// JSON lines.
    Jsonl,
}

/// What kind of row stands in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    Penalty,
    Licence,
    Defaulter,
    Tax,
    Serious,
    Red,
    Procurement,
    Abnormal,
    Commitment,
}

/// One file to make.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub file_name: String,
    pub list: &'static str,
    pub rows: Rows,
    pub place: &'static Place,
    pub records: u64,
    /// Records in the files before this one: document numbers run on, so that none occurs twice.
    pub first: u64,
    pub form: Form,
    pub columns: &'static [Column],
    /// A second header row with column codes under the Chinese one.
    pub codes_below: Option<&'static [Column]>,
}

impl Part {
    /// Number that makes this file's random numbers differ from those of the others.
    pub fn salt(&self) -> u64 {
        self.file_name.bytes().fold(0xCBF2_9CE4_8422_2325, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3)
        })
    }
}

struct Line {
    place: usize,
    list: &'static str,
    rows: Rows,
    /// Share of all records, in thousandths.
    share: u64,
    form: Form,
    columns: &'static [Column],
    codes_below: Option<&'static [Column]>,
}

const fn line(
    place: usize,
    list: &'static str,
    rows: Rows,
    share: u64,
    form: Form,
    columns: &'static [Column],
) -> Line {
    Line {
        place,
        list,
        rows,
        share,
        form,
        columns,
        codes_below: None,
    }
}

/// Rows that one workbook may hold: a worksheet ends at 1,048,576.
const WORKBOOK_ROWS: u64 = 200_000;

static LINES: &[Line] = &[
    line(0, "penalty", Rows::Penalty, 100, Form::CsvBom, PENALTY),
    line(
        0,
        "jiangsu_penalty",
        Rows::Penalty,
        70,
        Form::CsvGb,
        PENALTY,
    ),
    line(0, "licence", Rows::Licence, 60, Form::CsvGb, LICENCE_CODES),
    line(0, "jiangsu_licence", Rows::Licence, 60, Form::Csv, LICENCE),
    line(0, "jiangsu_red", Rows::Red, 10, Form::Csv, LIST),
    line(0, "list_tax", Rows::Tax, 12, Form::Csv, TAX),
    line(0, "list_wages", Rows::Serious, 10, Form::CsvGb, LIST),
    line(
        0,
        "judgment_defaulter",
        Rows::Defaulter,
        25,
        Form::CsvBom,
        DEFAULTER,
    ),
    line(
        0,
        "commitment",
        Rows::Commitment,
        8,
        Form::Jsonl,
        COMMITMENT,
    ),
    line(
        1,
        "ankang_penalty",
        Rows::Penalty,
        110,
        Form::CsvGb,
        PENALTY_CODES,
    ),
    line(
        1,
        "ankang_licence",
        Rows::Licence,
        90,
        Form::Jsonl,
        LICENCE_CODES,
    ),
    line(
        1,
        "ankang_commitment",
        Rows::Commitment,
        10,
        Form::CsvBom,
        COMMITMENT,
    ),
    line(1, "ankang_red", Rows::Red, 8, Form::Jsonl, LIST),
    line(
        1,
        "judgment_defaulter",
        Rows::Defaulter,
        18,
        Form::Xlsx,
        DEFAULTER,
    ),
    line(
        1,
        "abnormal_operations",
        Rows::Abnormal,
        20,
        Form::Csv,
        ABNORMAL,
    ),
    line(
        1,
        "list_procurement",
        Rows::Procurement,
        6,
        Form::CsvBom,
        PROCUREMENT,
    ),
    Line {
        place: 2,
        list: "xiamen_mfkf_penalty",
        rows: Rows::Penalty,
        share: 45,
        form: Form::Xlsx,
        columns: PENALTY,
        codes_below: Some(PENALTY_CODES),
    },
    line(
        2,
        "xiamen_mfkf_licence",
        Rows::Licence,
        45,
        Form::CsvBom,
        LICENCE,
    ),
    line(2, "xiamen_mfkf_red", Rows::Red, 14, Form::Xlsx, LIST),
    line(
        2,
        "xiamen_mfkf_serious",
        Rows::Serious,
        8,
        Form::Jsonl,
        LIST,
    ),
    line(2, "xiamen_mfkf_watch", Rows::Serious, 4, Form::Csv, LIST),
    line(
        3,
        "mianyang_penalty",
        Rows::Penalty,
        80,
        Form::Csv,
        PENALTY_OLD,
    ),
    line(
        3,
        "mianyang_licence",
        Rows::Licence,
        50,
        Form::CsvGb,
        LICENCE_OLD,
    ),
    line(3, "mianyang_red", Rows::Red, 12, Form::CsvBom, LIST),
    line(3, "list_tax", Rows::Tax, 8, Form::Xlsx, TAX),
    line(
        3,
        "abnormal_operations",
        Rows::Abnormal,
        15,
        Form::CsvGb,
        ABNORMAL,
    ),
    line(
        4,
        "dalian_gxq_penalty",
        Rows::Penalty,
        65,
        Form::Jsonl,
        PENALTY_CODES,
    ),
    line(
        4,
        "dalian_gxq_licence",
        Rows::Licence,
        45,
        Form::Xlsx,
        LICENCE,
    ),
    line(4, "dalian_gxq_red", Rows::Red, 6, Form::CsvBom, LIST),
    line(
        4,
        "judgment_defaulter",
        Rows::Defaulter,
        12,
        Form::Jsonl,
        DEFAULTER,
    ),
    line(4, "commitment", Rows::Commitment, 6, Form::Csv, COMMITMENT),
];

/// The catalogue lists that samples go into.
#[must_use]
pub fn lists() -> Vec<&'static str> {
    let mut lists: Vec<&str> = LINES.iter().map(|l| l.list).collect();
    lists.sort_unstable();
    lists.dedup();
    lists
}

/// The files of a sample of a size; their records sum up to it exactly.
pub(super) fn parts(records: u64, today: NaiveDate) -> Vec<Part> {
    let total: u64 = LINES.iter().map(|l| l.share).sum();
    let mut left = records;
    let mut parts = Vec::new();
    for (at, line) in LINES.iter().enumerate().rev() {
        // the first line, the largest, takes what rounding leaves
        let mut rows = if at == 0 {
            left
        } else {
            (records * line.share / total).min(left)
        };
        left -= rows;
        let Some(place) = PLACES.get(line.place) else {
            continue;
        };
        let mut volume = 1;
        while rows > 0 {
            let here = if line.form == Form::Xlsx {
                rows.min(WORKBOOK_ROWS)
            } else {
                rows
            };
            rows -= here;
            let extension = match line.form {
                Form::Csv | Form::CsvBom | Form::CsvGb => "csv",
                Form::Xlsx => "xlsx",
                Form::Jsonl => "jsonl",
            };
            let list = short_name(line, place);
            let part = if volume == 1 {
                String::new()
            } else {
                format!("-{volume}")
            };
            parts.push(Part {
                file_name: format!("{}-{list}-{}{part}.{extension}", place.slug, today.year()),
                list: line.list,
                rows: line.rows,
                place,
                records: here,
                first: 0,
                form: line.form,
                columns: line.columns,
                codes_below: line.codes_below,
            });
            volume += 1;
        }
    }
    parts.reverse();
    let mut first = 0;
    for part in &mut parts {
        part.first = first;
        first += part.records;
    }
    parts
}

/// What a file name says of its list: `penalty` for the place's own, `national-penalty` for the national one.
fn short_name(line: &Line, place: &Place) -> String {
    let own = line
        .list
        .strip_prefix(place.slug)
        .map(|rest| rest.trim_start_matches("_mfkf").trim_start_matches("_gxq"))
        .map(|rest| rest.trim_start_matches('_'));
    let name = match own {
        Some(own) => own.to_owned(),
        None if matches!(line.list, "penalty" | "licence") => format!("national-{}", line.list),
        None => line.list.trim_start_matches("list_").to_owned(),
    };
    name.replace('_', "-")
}

/// Penalties, merged newer form, Chinese headers.
static PENALTY: &[Column] = &[
    ("行政相对人名称(必填)", "subject_name"),
    ("行政相对人类别(必填)", "subject_category"),
    ("行政相对人代码_1(统一社会信用代码)", "credit_code"),
    ("行政相对人代码_2(工商注册号)", "registration_number"),
    ("行政相对人代码_3(组织机构代码)", "org_code"),
    ("行政相对人代码_4(税务登记号)", "tax_number"),
    ("行政相对人代码_5(事业单位证书号)", "institution_number"),
    ("行政相对人代码_6(社会组织登记证号)", "social_org_number"),
    ("法定代表人", "legal_rep_name"),
    ("法定代表人证件类型", "legal_rep_id_type"),
    ("法定代表人证件号码", "legal_rep_id_number"),
    ("证件类型", "subject_id_type"),
    ("证件号码", "subject_id_number"),
    ("行政处罚决定书文号(必填)", "document_number"),
    ("违法行为类型(必填)", "violation_type"),
    ("违法事实(必填)", "violation_facts"),
    ("处罚依据(必填)", "penalty_basis"),
    ("处罚类别(必填)", "penalty_kinds"),
    ("处罚内容(必填)", "penalty_content"),
    ("罚款金额(万元)", "fine_amount"),
    (
        "没收违法所得、没收非法财物的金额(万元)",
        "confiscation_amount",
    ),
    ("暂扣或吊销证照名称及编号", "revoked_licence"),
    ("处罚决定日期(必填)", "decided_on"),
    ("处罚有效期(必填)", "valid_until"),
    ("公示截止期", "display_until_supplied"),
    ("处罚机关(必填)", "authority_name"),
    ("处罚机关统一社会信用代码(必填)", "authority_code"),
    ("数据来源单位(必填)", "source_name"),
    ("数据来源单位统一社会信用代码(必填)", "source_code"),
    ("备注", "remark"),
    ("处罚程序", "procedure"),
    ("重点领域", "domain"),
];

/// The same by column codes.
static PENALTY_CODES: &[Column] = &[
    ("CF_XDR_MC", "subject_name"),
    ("CF_XDR_LB", "subject_category"),
    ("CF_XDR_SHXYM", "credit_code"),
    ("CF_XDR_GSZC", "registration_number"),
    ("CF_XDR_ZZJG", "org_code"),
    ("CF_XDR_SWDJ", "tax_number"),
    ("CF_XDR_SYDW", "institution_number"),
    ("CF_XDR_SHZZ", "social_org_number"),
    ("CF_FRDB", "legal_rep_name"),
    ("CF_FR_ZJLX", "legal_rep_id_type"),
    ("CF_FR_ZJHM", "legal_rep_id_number"),
    ("CF_XDR_ZJLX", "subject_id_type"),
    ("CF_XDR_ZJHM", "subject_id_number"),
    ("CF_WSH", "document_number"),
    ("CF_WFXW", "violation_type"),
    ("CF_SY", "violation_facts"),
    ("CF_YJ", "penalty_basis"),
    ("CF_CFLB", "penalty_kinds"),
    ("CF_NR", "penalty_content"),
    ("CF_NR_FK", "fine_amount"),
    ("CF_NR_WFFF", "confiscation_amount"),
    ("CF_NR_ZKDX", "revoked_licence"),
    ("CF_JDRQ", "decided_on"),
    ("CF_YXQ", "valid_until"),
    ("CF_GSJZQ", "display_until_supplied"),
    ("CF_CFJG", "authority_name"),
    ("CF_CFJGDM", "authority_code"),
    ("CF_SJLY", "source_name"),
    ("CF_SJLYDM", "source_code"),
    ("BZ", "remark"),
    ("procedure", "procedure"),
    ("domain", "domain"),
];

/// The older column set.
static PENALTY_OLD: &[Column] = &[
    ("CF_WSH", "document_number"),
    ("CF_CFMC", "case_name"),
    ("CF_CFLB1", "penalty_kinds"),
    ("CF_CFLB2", "penalty_kinds_2"),
    ("CF_SY", "violation_facts"),
    ("CF_YJ", "penalty_basis"),
    ("CF_XDR_MC", "subject_name"),
    ("CF_XDR_SHXYM", "credit_code"),
    ("CF_XDR_ZDM", "org_code"),
    ("CF_XDR_GSDJ", "registration_number"),
    ("CF_XDR_SWDJ", "tax_number"),
    ("CF_XDR_SFZ", "subject_id_number"),
    ("CF_FR", "legal_rep_name"),
    ("CF_JG", "penalty_content"),
    ("CF_JDRQ", "decided_on"),
    ("CF_XZJG", "authority_name"),
    ("CF_CFJGDM", "authority_code"),
    ("CF_ZT", "legacy_status"),
    ("DFBM", "region_code"),
    ("SJC", "source_timestamp"),
    ("BZ", "remark"),
    ("CF_SJLY", "source_name"),
    ("CF_SJLYDM", "source_code"),
    ("CF_NR_FK", "fine_amount"),
];

static LICENCE: &[Column] = &[
    ("行政相对人名称", "subject_name"),
    ("行政相对人类别", "subject_category"),
    ("行政相对人代码_1 (统一社会信用代码)", "credit_code"),
    ("行政相对人代码_2 (工商注册号)", "registration_number"),
    ("法定代表人", "legal_rep_name"),
    ("法定代表人证件类型", "legal_rep_id_type"),
    ("法定代表人证件号码", "legal_rep_id_number"),
    ("证件类型", "subject_id_type"),
    ("证件号码", "subject_id_number"),
    ("行政许可决定文书名称", "document_title"),
    ("行政许可决定文书号", "document_number"),
    ("许可类别", "licence_kind"),
    ("许可证书名称", "certificate_name"),
    ("许可编号", "licence_number"),
    ("许可内容", "licence_content"),
    ("许可决定日期", "decided_on"),
    ("有效期自", "valid_from"),
    ("有效期至", "valid_until"),
    ("许可机关", "authority_name"),
    ("许可机关统一社会信用代码", "authority_code"),
    ("当前状态", "licence_status"),
    ("数据来源单位", "source_name"),
    ("数据来源单位统一社会信用代码", "source_code"),
    ("备注", "remark"),
];

static LICENCE_CODES: &[Column] = &[
    ("XK_XDR_MC", "subject_name"),
    ("XK_XDR_LB", "subject_category"),
    ("XK_XDR_SHXYM", "credit_code"),
    ("XK_XDR_GSZC", "registration_number"),
    ("XK_FRDB", "legal_rep_name"),
    ("XK_FR_ZJLX", "legal_rep_id_type"),
    ("XK_FR_ZJHM", "legal_rep_id_number"),
    ("XK_XDR_ZJLX", "subject_id_type"),
    ("XK_XDR_ZJHM", "subject_id_number"),
    ("XK_XKWS", "document_title"),
    ("XK_WSH", "document_number"),
    ("XK_XKLB", "licence_kind"),
    ("XK_XKZS", "certificate_name"),
    ("XK_XKBH", "licence_number"),
    ("XK_NR", "licence_content"),
    ("XK_JDRQ", "decided_on"),
    ("XK_YXQZ", "valid_from"),
    ("XK_YXQZI", "valid_until"),
    ("XK_XKJG", "authority_name"),
    ("XK_XKJGDM", "authority_code"),
    ("XK_ZT", "licence_status"),
    ("XK_LYDW", "source_name"),
    ("XK_LYDWDM", "source_code"),
    ("BZ", "remark"),
];

static LICENCE_OLD: &[Column] = &[
    ("XK_WSH", "document_number"),
    ("XK_XMMC", "document_title"),
    ("XK_SPLB", "licence_kind"),
    ("XK_NR", "licence_content"),
    ("XK_XDR_MC", "subject_name"),
    ("XK_XDR_SHXYM", "credit_code"),
    ("XK_XDR_GSDJ", "registration_number"),
    ("XK_XDR_SFZ", "subject_id_number"),
    ("XK_FR", "legal_rep_name"),
    ("XK_JDRQ", "decided_on"),
    ("XK_JZQ", "valid_until"),
    ("XK_XZJG", "authority_name"),
    ("XK_XKJGDM", "authority_code"),
    ("XK_ZT", "legacy_status"),
    ("DFBM", "region_code"),
    ("SJC", "source_timestamp"),
    ("XK_LYDW", "source_name"),
    ("XK_LYDWDM", "source_code"),
    ("BZ", "remark"),
];

static LIST: &[Column] = &[
    ("主体名称", "subject_name"),
    ("主体类别", "subject_category"),
    ("统一社会信用代码", "credit_code"),
    ("法定代表人(负责人)", "legal_rep_name"),
    ("法定代表人证件类型", "legal_rep_id_type"),
    ("法定代表人证件号码", "legal_rep_id_number"),
    ("证件类型", "subject_id_type"),
    ("证件号码", "subject_id_number"),
    ("认定事由", "reason"),
    ("认定依据", "designation_basis"),
    ("依据文书号", "document_number"),
    ("认定日期", "decided_on"),
    ("有效期自", "valid_from"),
    ("有效期至", "valid_until"),
    ("认定单位", "authority_name"),
    ("认定单位统一社会信用代码", "authority_code"),
    ("责任科室", "responsible_unit"),
    ("联合奖惩措施", "measures_applied"),
    ("数据来源单位", "source_name"),
    ("数据来源单位统一社会信用代码", "source_code"),
    ("备注", "remark"),
    ("本人同意书编号", "consent"),
];

static DEFAULTER: &[Column] = &[
    ("被执行人姓名/名称", "subject_name"),
    ("主体类别", "subject_category"),
    ("统一社会信用代码", "credit_code"),
    ("法定代表人或者负责人姓名", "legal_rep_name"),
    ("性别", "sex"),
    ("年龄", "age"),
    ("证件类型", "subject_id_type"),
    ("身份证号码", "subject_id_number"),
    ("执行法院", "authority_name"),
    ("执行法院统一社会信用代码", "authority_code"),
    ("省份", "province"),
    ("执行依据文号", "document_number"),
    ("立案时间", "filed_on"),
    ("案号", "case_number"),
    ("作出执行依据单位", "basis_authority"),
    ("生效法律文书确定的义务", "obligation"),
    ("被执行人的履行情况", "performance"),
    ("失信被执行人行为具体情形", "conduct"),
    ("发布时间", "decided_on"),
    ("已履行部分", "performed_part"),
    ("未履行部分", "unperformed_part"),
    ("有效期至", "valid_until"),
    ("数据来源单位", "source_name"),
    ("数据来源单位统一社会信用代码", "source_code"),
];

static TAX: &[Column] = &[
    ("纳税人名称", "subject_name"),
    ("主体类别", "subject_category"),
    ("统一社会信用代码(纳税人识别号)", "credit_code"),
    ("注册地址", "address"),
    ("法定代表人", "legal_rep_name"),
    ("性别", "sex"),
    ("法定代表人证件类型", "legal_rep_id_type"),
    ("法定代表人证件号码", "legal_rep_id_number"),
    ("证件类型", "subject_id_type"),
    ("证件号码", "subject_id_number"),
    ("案件性质", "case_nature"),
    ("主要违法事实", "reason"),
    ("相关法律依据及税务处理处罚情况", "treatment"),
    ("认定机关", "authority_name"),
    ("认定机关统一社会信用代码", "authority_code"),
    ("决定文书号", "document_number"),
    ("公布日期", "decided_on"),
    ("数据来源单位", "source_name"),
    ("数据来源单位统一社会信用代码", "source_code"),
];

static PROCUREMENT: &[Column] = &[
    ("机构名称", "subject_name"),
    ("主体类别", "subject_category"),
    ("统一社会信用代码", "credit_code"),
    ("企业地址", "address"),
    ("严重违法失信行为的具体情形", "conduct"),
    ("处罚依据", "penalty_basis"),
    ("处罚结果", "penalty_content"),
    ("处罚日期", "decided_on"),
    ("处罚截止日期", "valid_until"),
    ("登记地点", "registered_place"),
    ("决定文书号", "document_number"),
    ("决定机关", "authority_name"),
    ("决定机关统一社会信用代码", "authority_code"),
    ("数据来源单位", "source_name"),
    ("数据来源单位统一社会信用代码", "source_code"),
];

static ABNORMAL: &[Column] = &[
    ("企业名称", "subject_name"),
    ("主体类别", "subject_category"),
    ("统一社会信用代码", "credit_code"),
    ("法定代表人(负责人)", "legal_rep_name"),
    ("列入原因", "reason"),
    ("列入日期", "decided_on"),
    ("列入决定机关", "authority_name"),
    ("列入决定机关统一社会信用代码", "authority_code"),
    ("列入决定书文号", "document_number"),
    ("移出日期", "exited_on"),
    ("移出原因", "exit_reason"),
    ("移出机关", "exit_authority"),
    ("数据来源单位", "source_name"),
    ("数据来源单位统一社会信用代码", "source_code"),
];

static COMMITMENT: &[Column] = &[
    ("主体名称", "subject_name"),
    ("主体类别", "subject_category"),
    ("统一社会信用代码", "credit_code"),
    ("法定代表人", "legal_rep_name"),
    ("承诺类型", "commitment_kind"),
    ("承诺事由", "reason"),
    ("承诺书编号", "document_number"),
    ("承诺日期", "decided_on"),
    ("承诺有效期", "valid_until"),
    ("受理单位", "authority_name"),
    ("受理单位统一社会信用代码", "authority_code"),
    ("履约状态", "performance"),
    ("数据来源单位", "source_name"),
    ("数据来源单位统一社会信用代码", "source_code"),
];
