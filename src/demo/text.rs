//! Sentences for facts, contents and reasons. Some hold what must be masked (citizen numbers, telephones,
//! addresses, accounts, names of others), so that desensitisation has work; most hold nothing of the kind.

use rand::{Rng, RngExt};

use super::cast::{Person, Subject, somebody};
use super::places::{Body, Place};
use super::pools::pick;
use crate::domain::kinds::Domain;

/// A kind of offence: type, facts, basis.
type Offence = (&'static str, &'static str, &'static str);

const MARKET: [Offence; 4] = [
    (
        "发布虚假广告",
        "在其网店页面发布广告,宣称产品获得国家专利,经查并未取得",
        "《中华人民共和国广告法》第二十八条、第五十五条第一款",
    ),
    (
        "销售不合格产品",
        "销售的电线电缆经抽样检验,导体电阻项目不符合强制性国家标准",
        "《中华人民共和国产品质量法》第十三条、第四十九条",
    ),
    (
        "侵犯注册商标专用权",
        "销售侵犯注册商标专用权的运动鞋42双,货值金额8600元",
        "《中华人民共和国商标法》第五十七条第(三)项、第六十条第二款",
    ),
    (
        "不正当价格行为",
        "未按规定明码标价并收取未予标明的费用",
        "《中华人民共和国价格法》第十三条、第四十二条",
    ),
];
const FOOD: [Offence; 3] = [
    (
        "经营超过保质期的食品",
        "货架上陈列待售的预包装糕点12盒已超过保质期",
        "《中华人民共和国食品安全法》第三十四条第(十)项、第一百二十四条第一款第(五)项",
    ),
    (
        "未履行进货查验义务",
        "购进食用植物油未查验供货者的许可证和产品合格证明文件",
        "《中华人民共和国食品安全法》第五十三条、第一百二十六条第一款第(三)项",
    ),
    (
        "食品添加剂超限量",
        "生产的酱腌菜中苯甲酸检验结果不符合GB 2760要求",
        "《中华人民共和国食品安全法》第三十四条第(四)项、第一百二十四条第一款第(三)项",
    ),
];
const ENVIRONMENT: [Offence; 3] = [
    (
        "超标排放水污染物",
        "废水总排口化学需氧量浓度为186毫克/升,超过排放标准0.86倍",
        "《中华人民共和国水污染防治法》第十条、第八十三条第(二)项",
    ),
    (
        "未批先建",
        "年产3000吨塑料制品项目未报批环境影响评价文件即开工建设",
        "《中华人民共和国环境影响评价法》第二十五条、第三十一条第一款",
    ),
    (
        "危险废物贮存不规范",
        "危险废物贮存场所未按规定设置识别标志",
        "《中华人民共和国固体废物污染环境防治法》第七十七条、第一百一十二条第一款第(一)项",
    ),
];
const SAFETY: [Offence; 3] = [
    (
        "未开展安全生产教育培训",
        "未如实记录安全生产教育和培训情况,新上岗人员未经培训上岗作业",
        "《中华人民共和国安全生产法》第二十八条、第九十七条第(三)项",
    ),
    (
        "未设置安全警示标志",
        "在有较大危险因素的生产经营场所未设置明显的安全警示标志",
        "《中华人民共和国安全生产法》第三十五条、第九十九条第(一)项",
    ),
    (
        "特种作业无证上岗",
        "电焊作业岗位人员未取得特种作业操作证",
        "《中华人民共和国安全生产法》第三十条、第九十七条第(七)项",
    ),
];
const ENGINEERING: [Offence; 3] = [
    (
        "未取得施工许可证擅自施工",
        "厂房建设工程未取得施工许可证擅自开工,建筑面积2480平方米",
        "《建设工程质量管理条例》第十三条、第五十七条",
    ),
    (
        "转包工程",
        "将承包的市政道路工程转包给其他单位施工",
        "《建设工程质量管理条例》第二十五条、第六十二条第一款",
    ),
    (
        "使用不合格建筑材料",
        "使用未经检验的预拌混凝土",
        "《建设工程质量管理条例》第二十九条、第六十四条",
    ),
];
const CIVIL_AIR: [Offence; 3] = [
    (
        "不按规定修建防空地下室",
        "新建民用建筑未按规定修建防空地下室,应建面积612平方米",
        "《中华人民共和国人民防空法》第二十二条、第四十八条",
    ),
    (
        "侵占人民防空工程",
        "擅自占用人防工程出入口堆放物料",
        "《中华人民共和国人民防空法》第二十七条、第四十九条第(一)项",
    ),
    (
        "改变人防工程主体结构",
        "在人防工程顶板擅自开孔",
        "《中华人民共和国人民防空法》第四十九条第(三)项",
    ),
];
const HEALTH: [Offence; 2] = [
    (
        "使用非卫生技术人员",
        "安排未取得相应资格的人员从事诊疗活动",
        "《医疗机构管理条例》第二十八条、第四十七条",
    ),
    (
        "未按规定处置医疗废物",
        "医疗废物未按类别分置于专用包装物",
        "《医疗废物管理条例》第十六条、第四十六条第(二)项",
    ),
];
const FIRE: [Offence; 2] = [
    (
        "占用疏散通道",
        "一层东侧疏散通道被货物占用",
        "《中华人民共和国消防法》第二十八条、第六十条第一款第(三)项",
    ),
    (
        "消防设施未保持完好有效",
        "室内消火栓无水,火灾自动报警系统处于故障状态",
        "《中华人民共和国消防法》第十六条第一款第(二)项、第六十条第一款第(一)项",
    ),
];
const OTHER: [Offence; 3] = [
    (
        "擅自占用道路",
        "未经批准在人行道上堆放建筑材料,占用面积18平方米",
        "《城市道路管理条例》第二十七条、第四十二条",
    ),
    (
        "未按规定处置建筑垃圾",
        "将建筑垃圾交给未经核准从事运输的单位",
        "《城市建筑垃圾管理规定》第十三条、第二十二条",
    ),
    (
        "擅自设置户外广告",
        "未经批准在建筑物外墙设置大型户外广告",
        "《城市市容和环境卫生管理条例》第十一条、第三十六条第(一)项",
    ),
];

/// An offence in the field of a body.
pub(super) fn offence(rng: &mut impl Rng, body: &Body) -> Offence {
    let list: &[Offence] = match body.domain {
        Domain::Food => &FOOD,
        Domain::Environment => &ENVIRONMENT,
        Domain::WorkSafety => &SAFETY,
        Domain::Engineering => &ENGINEERING,
        Domain::CivilAirDefence => &CIVIL_AIR,
        Domain::HealthCare => &HEALTH,
        Domain::Fire => &FIRE,
        Domain::MarketRegulation | Domain::Drugs => &MARKET,
        _ => &OTHER,
    };
    list.get(rng.random_range(0..list.len()))
        .copied()
        .unwrap_or(("", "", ""))
}

/// The facts of a case: date, place, offence; now and then personal data.
pub(super) fn facts(
    rng: &mut impl Rng,
    place: &'static Place,
    subject: &Subject,
    offence: &Offence,
    on: &str,
) -> String {
    let who = if rng.random_range(0..3) == 0 {
        "当事人"
    } else {
        subject.name.as_str()
    };
    let mut text = format!(
        "{on},执法人员对位于{}的经营场所检查时发现,{who}{}。",
        subject.district, offence.1
    );
    text.push_str(&personal(rng, place, subject));
    text
}

/// A sentence with something to mask, in about one text of twelve.
pub(super) fn personal(rng: &mut impl Rng, place: &'static Place, subject: &Subject) -> String {
    let roll = rng.random_range(0..1200);
    if roll >= 100 {
        return String::new();
    }
    let p = somebody(rng, place);
    let n = rng.random_range(0..10_000);
    match roll {
        0..25 => format!("经办人身份证号{}已核对。", spelled(rng, &p)),
        25..50 => format!("现场联系电话{}。", phone(rng, n)),
        50..65 => format!("违法所得已退至账号{}。", account(n)),
        65..75 => format!(
            "其负责人住{}{}路{}号{}室。",
            subject.district,
            pick(rng, &["湖滨南", "解放", "人民", "长江"]),
            n % 300 + 1,
            n % 900 + 101
        ),
        75..85 => format!("联系邮箱demo{n}@example.com。"),
        85..90 => format!("涉案车辆为{}A·{:05}。", plate(place), n),
        // these go to a reviewer: kept few, so that a demonstration shows what it imported
        90..97 => format!("员工{}无证作业。", p.name),
        _ => format!(
            "当事人{}(身份证{},电话{})到场接受询问。",
            p.name,
            p.id_number,
            phone(rng, n)
        ),
    }
}

fn plate(place: &Place) -> &'static str {
    match place.slug {
        "jiangsu" => "苏",
        "ankang" => "陕",
        "xiamen" => "闽",
        "mianyang" => "川",
        _ => "辽",
    }
}

/// A citizen's number in one of the spellings that people use.
fn spelled(rng: &mut impl Rng, p: &Person) -> String {
    let id = &p.id_number;
    match rng.random_range(0..5) {
        0 => id.chars().map(wide).collect(),
        1 => {
            let (a, rest) = id.split_at(6.min(id.len()));
            let (b, c) = rest.split_at(8.min(rest.len()));
            format!("{a} {b} {c}")
        }
        2 => id.to_lowercase(),
        _ => id.clone(),
    }
}

fn wide(c: char) -> char {
    if c.is_ascii_graphic() {
        char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)
    } else {
        c
    }
}

/// 141 numbers are not given to persons.
fn phone(rng: &mut impl Rng, n: u32) -> String {
    let number = format!("1410000{n:04}");
    if rng.random_range(0..4) == 0 {
        let (a, rest) = number.split_at(3);
        let (b, c) = rest.split_at(4);
        format!("{a}-{b}-{c}")
    } else {
        number
    }
}

/// A 19-digit card number that passes Luhn, of an issuer that does not exist.
fn account(n: u32) -> String {
    let body = format!("62999900000000{n:04}");
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b.wrapping_sub(b'0')) * if i % 2 == 0 { 2 } else { 1 };
            d / 10 + d % 10
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}
