//! The closed vocabularies of the catalogue, each value with its code and its words in Chinese and English.

use super::super::kinds::vocabulary;

vocabulary! {
    /// Which rule family of domain.md 2.2 an entry belongs to: it decides which rules of the engine apply.
    Category {
        Licence = "licence", "行政许可", "licence";
        Penalty = "penalty", "行政处罚", "penalty";
        SeriousList = "serious_list", "严重失信主体名单", "list of serious dishonesty";
        JudgmentDefaulter = "judgment_defaulter", "失信被执行人", "judgment defaulters";
        AbnormalOperations = "abnormal_operations", "经营异常名录", "list of abnormal operations";
        WatchList = "watch_list", "重点关注名单", "watch list";
        RedList = "red_list", "守信激励名单", "red list";
        Honour = "honour", "诚实守信荣誉", "honours";
        Commitment = "commitment", "信用承诺", "credit commitments";
        Inspection = "inspection", "检查抽查", "inspections";
        Rating = "rating", "信用评价", "ratings";
        AdminOther = "admin_other", "其他行政管理", "other administrative acts";
        Judicial = "judicial", "司法裁判及执行", "judicial decisions";
        Registration = "registration", "登记注册", "registration";
        Qualification = "qualification", "职业资格", "professional qualification";
        Other = "other", "其他信息", "other information";
        SelfDeclared = "self_declared", "自主申报", "self-declared";
    }
}

vocabulary! {
    /// Rank of the instrument that a list or measure rests on.
    InstrumentKind {
        Law = "law", "法律", "law";
        AdministrativeRegulation = "administrative_regulation", "行政法规", "administrative regulation";
        CentralPolicy = "central_policy", "党中央、国务院政策文件", "central policy document";
        DepartmentRule = "department_rule", "部门规章", "departmental rule";
        LocalRegulation = "local_regulation", "地方性法规", "local regulation";
        JudicialInterpretation = "judicial_interpretation", "司法解释", "judicial interpretation";
        LocalRule = "local_rule", "地方政府规章", "local government rule";
        NormativeDocument = "normative_document", "规范性文件", "normative document";
        Consent = "consent", "本人同意", "consent";
    }
}

vocabulary! {
    /// Whether a basis may be relied on today: only `active` is displayed.
    BasisStatus {
        Active = "active", "有效", "active";
        UnderRevision = "under_revision", "修订中", "under revision";
        Repealed = "repealed", "已废止", "repealed";
    }
}

vocabulary! {
    /// The four heads under which alone a list of serious dishonesty may be set up (GB49, R-006).
    Head {
        LifeAndHealth = "life_and_health", "严重危害人民群众身体健康和生命安全", "grave harm to life and health";
        MarketOrder = "market_order", "严重破坏市场公平竞争秩序和社会正常秩序", "grave harm to fair competition and social order";
        RefusalOfDuty = "refusal_of_duty", "拒不履行法定义务", "refusal to perform a legal duty";
        NationalDefence = "national_defence", "拒不履行国防义务", "refusal to perform national-defence duties";
    }
}

vocabulary! {
    /// Who may see what a list holds.
    ShareScope {
        Public = "public", "社会公开", "public";
        Gov = "gov", "政务共享", "authorities, by catalogue";
        Sector = "sector", "本系统", "sector";
        Authority = "authority", "本单位", "own unit";
        SubjectAuthorised = "subject_authorised", "授权查询", "authorised query";
    }
}

vocabulary! {
    /// Where a list stands territorially: it decides the rank its basis must have.
    Level {
        National = "national", "国家", "national";
        Province = "province", "省级", "province";
        City = "city", "市级", "city";
        District = "district", "区级", "district";
    }
}

vocabulary! {
    /// Who decides a repair (GB22).
    RepairChannel {
        Own = "own", "向认定单位申请，结果同步到本平台", "to the authority that decided the entry; its result is shown here";
        Forward = "forward", "向认定单位申请", "to the authority that decided the entry";
        ExternalLink = "external_link", "在认定单位的系统办理", "on the authority's own system";
        Court = "court", "向执行法院申请", "to the enforcing court";
        None = "none", "不适用", "not applicable";
    }
}

vocabulary! {
    /// What an approved repair does to the display.
    RepairEffect {
        EndDisclosure = "end_disclosure", "终止公示", "ends the display";
        Delist = "delist", "移出名单", "removes from the list";
        Annotate = "annotate", "标注", "adds a note";
        Hide = "hide", "屏蔽", "hides";
        None = "none", "不适用", "not applicable";
    }
}

vocabulary! {
    /// Force of a measure (S1 art.17, R-053).
    MeasureForce {
        Mandatory = "mandatory", "强制性", "mandatory";
        Recommended = "recommended", "推荐性", "recommended";
        Prudential = "prudential", "审慎性参考", "prudential";
    }
}

vocabulary! {
    /// How a field leaves the vault. `Never` is the rule for everything a list does not mention.
    Exposure {
        Public = "public", "公开", "public";
        MaskName = "mask_name", "姓名脱敏", "name masked";
        MaskThirdPerson = "mask_third_person", "某式脱敏", "third person's name masked";
        MaskBusinessName = "mask_business_name", "字号含经营者姓名的脱敏", "operator's name inside a business name masked";
        MaskIdBirth = "mask_id_birth", "证件号隐去出生日期", "citizen id without the date of birth";
        MaskIdCourt = "mask_id_court", "证件号隐去月日", "citizen id without month and day";
        MaskIdStrict = "mask_id_strict", "证件号仅留首三末一", "citizen id, first three and last one";
        MaskAddress = "mask_address", "住址仅留区县", "address kept to the district";
        ScrubText = "scrub_text", "文本脱敏", "free text scrubbed";
        ExactOnly = "exact_only", "仅供精确检索", "found by exact value, never shown";
        Never = "never", "不公开", "never";
    }
}

vocabulary! {
    /// Type of a field's value.
    FieldType {
        Text = "text", "文本", "text";
        LongText = "long_text", "长文本", "long text";
        Date = "date", "日期", "date";
        Amount = "amount", "金额（万元）", "amount in 10,000 yuan";
        Code = "code", "代码", "code";
        Choice = "choice", "选项", "choice";
        Choices = "choices", "多选", "choices, semicolon-separated";
    }
}
