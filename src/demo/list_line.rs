//! Rows of the lists: defaulters, tax, serious and red lists, procurement, abnormal operations, commitments.

use rand::{Rng, RngExt};

use super::line::{Scene, Values, document, later, slashed, spoken};
use super::plan::Rows;
use super::pools::pick;
use super::text;
use crate::domain::kinds::SubjectKind;

/// Fills what a list row has beside the subject.
pub(super) fn fill(rows: Rows, values: &mut Values, scene: &Scene<'_>, rng: &mut impl Rng) {
    match rows {
        Rows::Defaulter => defaulter(values, scene, rng),
        Rows::Tax => tax(values, scene, rng),
        Rows::Red => red(values, scene, rng),
        Rows::Procurement => procurement(values, scene, rng),
        Rows::Abnormal => abnormal(values, scene, rng),
        Rows::Commitment => commitment(values, scene, rng),
        Rows::Serious | Rows::Penalty | Rows::Licence => serious(values, scene, rng),
    }
}

fn is_person(scene: &Scene<'_>) -> bool {
    scene.subject.kind == SubjectKind::NaturalPerson
}

fn defaulter(values: &mut Values, scene: &Scene<'_>, rng: &mut impl Rng) {
    let s = scene.subject;
    let year = scene.decided.format("%Y");
    if is_person(scene) {
        values.set("sex", if s.head.male { "男" } else { "女" });
        let age = scene.decided.years_since(s.head.born).unwrap_or(0);
        values.set("age", age.to_string());
    }
    let province: String = s.district.chars().take(3).collect();
    values.set("province", province);
    values.set(
        "document_number",
        format!(
            "({year})演0{}民初{}号",
            rng.random_range(1..9),
            scene.number + 1
        ),
    );
    values.set(
        "case_number",
        format!("({year}){}{}号", scene.body.word, scene.number + 1),
    );
    values.set("basis_authority", scene.body.name);
    let filed = scene
        .decided
        .checked_sub_days(chrono::Days::new(rng.random_range(30..200)))
        .unwrap_or(scene.decided);
    values.set("filed_on", slashed(filed));
    let sum = rng.random_range(8..900) * 1000;
    let mut duty = format!(
        "向申请执行人支付货款{sum}元及利息,承担案件受理费{}元。",
        sum / 100
    );
    duty.push_str(&text::personal(rng, scene.place, s));
    values.set("obligation", duty);
    values.set(
        "performance",
        pick(rng, &["全部未履行", "全部未履行", "部分未履行"]),
    );
    values.set(
        "conduct",
        pick(
            rng,
            &[
                "有履行能力而拒不履行生效法律文书确定义务",
                "违反财产报告制度",
                "违反限制消费令",
                "以虚假诉讼、虚假仲裁或者以隐匿、转移财产等方法规避执行",
            ],
        ),
    );
    values.set("unperformed_part", format!("{sum}元"));
    values.set("valid_until", slashed(later(scene.decided, 24)));
}

fn tax(values: &mut Values, scene: &Scene<'_>, rng: &mut impl Rng) {
    let s = scene.subject;
    let sum = rng.random_range(100..9000) * 1000;
    values.set("document_number", document(scene, "稽罚"));
    values.set("sex", if s.head.male { "男" } else { "女" });
    let nature = pick(
        rng,
        &["偷税", "虚开增值税专用发票", "逃避追缴欠税", "骗取出口退税"],
    );
    values.set("case_nature", nature);
    values.set(
        "reason",
        format!("经税务机关检查,发现其在检查期间存在以下问题:采取{nature}的手段,涉及税款{sum}元。"),
    );
    values.set(
        "treatment",
        format!(
            "依照《中华人民共和国税收征收管理法》等规定,追缴税款{sum}元,并处罚款{}元。",
            sum / 2
        ),
    );
}

fn serious(values: &mut Values, scene: &Scene<'_>, rng: &mut impl Rng) {
    let offence = text::offence(rng, scene.body);
    values.set("document_number", document(scene, "认"));
    values.set(
        "reason",
        text::facts(
            rng,
            scene.place,
            scene.subject,
            &offence,
            &spoken(scene.decided),
        ),
    );
    values.set("designation_basis", offence.2);
    values.set("valid_from", slashed(scene.decided));
    values.set("valid_until", slashed(later(scene.decided, 36)));
    values.set("responsible_unit", "综合处");
    values.set("measures_applied", "限制参加政府采购;限制享受财政资金补助");
}

fn red(values: &mut Values, scene: &Scene<'_>, rng: &mut impl Rng) {
    values.set("document_number", document(scene, "红"));
    values.set(
        "reason",
        pick(
            rng,
            &[
                "连续三年信用评价为A级,无不良信用记录",
                "依法履行义务,工程质量评为优良",
                "按期如实申报并缴纳税款,信用状况良好",
            ],
        ),
    );
    values.set("designation_basis", "守信联合激励对象认定办法(演示)第六条");
    values.set("valid_from", slashed(scene.decided));
    values.set("valid_until", slashed(later(scene.decided, 24)));
    values.set("responsible_unit", "法规处");
    values.set("measures_applied", "容缺受理;减少检查频次");
    // persons stand on a red list with their consent, a few without: those must be withheld
    if is_person(scene) && rng.random_range(0..5) > 0 {
        values.set("consent", format!("同意书{}号", scene.number + 1));
    }
}

fn procurement(values: &mut Values, scene: &Scene<'_>, rng: &mut impl Rng) {
    let project = format!("办公设备采购项目(编号YX{:06})", scene.number);
    let conduct = pick(
        rng,
        &[
            "提供虚假材料谋取中标",
            "与其他供应商恶意串通",
            "中标后无正当理由拒不签订合同",
        ],
    );
    values.set("document_number", document(scene, "购罚"));
    values.set("conduct", format!("在{project}中{conduct}。"));
    values.set(
        "penalty_basis",
        "《中华人民共和国政府采购法》第七十七条第一款",
    );
    let years = rng.random_range(1..4);
    values.set(
        "penalty_content",
        format!("列入不良行为记录名单,{years}年内禁止参加政府采购活动"),
    );
    values.set("valid_until", slashed(later(scene.decided, 12 * years)));
    values.set("registered_place", scene.subject.district);
}

fn abnormal(values: &mut Values, scene: &Scene<'_>, rng: &mut impl Rng) {
    values.set("document_number", document(scene, "异列"));
    values.set(
        "reason",
        pick(
            rng,
            &[
                "未依照《企业信息公示暂行条例》第八条规定的期限公示年度报告",
                "通过登记的住所或者经营场所无法联系",
                "公示企业信息隐瞒真实情况、弄虚作假",
            ],
        ),
    );
    if rng.random_range(0..8) == 0 {
        let out = later(scene.decided, 3);
        if out <= scene.today {
            values.set("exited_on", slashed(out));
            values.set("exit_reason", "已补报年度报告并公示,申请移出");
            values.set("exit_authority", scene.body.name);
        }
    }
}

fn commitment(values: &mut Values, scene: &Scene<'_>, rng: &mut impl Rng) {
    values.set("document_number", document(scene, "诺"));
    values.set(
        "commitment_kind",
        pick(rng, &["证明事项型", "审批替代型", "主动型", "行业自律型"]),
    );
    values.set("reason", "承诺所提交材料真实、合法、有效,依法诚信经营");
    values.set("valid_until", slashed(later(scene.decided, 24)));
    values.set(
        "performance",
        pick(rng, &["履约中", "全部履约", "全部履约", "部分履约"]),
    );
}
