//! The five places and the bodies that decide there. The bodies' codes are invented like everything else.

use crate::domain::kinds::Domain;
use crate::domain::subject::CreditCode;

/// A place that sends files.
#[derive(Debug)]
pub(super) struct Place {
    /// Short code, in file names.
    pub slug: &'static str,
    /// Name.
    pub name: &'static str,
    /// What document numbers begin with.
    pub short: &'static str,
    /// Districts: (code, name as an address says it, name as a firm says it).
    pub districts: &'static [(&'static str, &'static str, &'static str)],
    /// Bodies that penalise and license.
    pub bodies: &'static [Body],
    /// Court that enforces.
    pub court: Body,
    /// Body that provides the data.
    pub provider: Body,
    /// Body that keeps local lists.
    pub keeper: Body,
}

/// A public body.
#[derive(Debug)]
pub(super) struct Body {
    /// Name.
    pub name: &'static str,
    /// Word in document numbers (市监, 环, …).
    pub word: &'static str,
    /// Region of its code.
    pub region: &'static str,
    /// Serial within the invented codes.
    pub serial: u16,
    /// Field of its decisions.
    pub domain: Domain,
}

impl Body {
    /// Its invented unified social credit code: a body that begins with `YX` is never assigned.
    pub fn code(&self) -> String {
        CreditCode::compose("11", self.region, &format!("YX00{:04}", self.serial))
            .map(|c| c.as_str().to_owned())
            .unwrap_or_default()
    }
}

const fn body(
    name: &'static str,
    word: &'static str,
    region: &'static str,
    serial: u16,
    domain: Domain,
) -> Body {
    Body {
        name,
        word,
        region,
        serial,
        domain,
    }
}

/// The places.
pub(super) static PLACES: [Place; 5] = [
    Place {
        slug: "jiangsu",
        name: "江苏省",
        short: "苏",
        districts: &[
            ("320102", "江苏省南京市玄武区", "南京"),
            ("320106", "江苏省南京市鼓楼区", "南京市"),
            ("320205", "江苏省无锡市锡山区", "无锡"),
            ("320311", "江苏省徐州市泉山区", "徐州"),
            ("320402", "江苏省常州市天宁区", "常州"),
            ("320508", "江苏省苏州市姑苏区", "苏州"),
            ("320602", "江苏省南通市崇川区", "南通"),
            ("321002", "江苏省扬州市广陵区", "扬州市"),
            ("320902", "江苏省盐城市亭湖区", "盐城"),
            ("320100", "江苏省南京市江宁区", "江苏"),
        ],
        bodies: &[
            body(
                "江苏省市场监督管理局",
                "市监",
                "320000",
                1,
                Domain::MarketRegulation,
            ),
            body("江苏省生态环境厅", "环", "320000", 2, Domain::Environment),
            body("江苏省应急管理厅", "应急", "320000", 3, Domain::WorkSafety),
            body(
                "江苏省住房和城乡建设厅",
                "建",
                "320000",
                4,
                Domain::Engineering,
            ),
            body("江苏省药品监督管理局", "药监", "320000", 5, Domain::Drugs),
        ],
        court: body(
            "江苏省南京市中级人民法院",
            "01执",
            "320100",
            6,
            Domain::Other,
        ),
        provider: body("江苏省公共信用信息中心", "信", "320000", 7, Domain::Other),
        keeper: body(
            "江苏省社会信用体系建设领导小组办公室",
            "信用办",
            "320000",
            8,
            Domain::Other,
        ),
    },
    Place {
        slug: "ankang",
        name: "安康市",
        short: "安",
        districts: &[
            ("610902", "陕西省安康市汉滨区", "安康"),
            ("610921", "陕西省安康市汉阴县", "汉阴县"),
            ("610922", "陕西省安康市石泉县", "石泉"),
            ("610924", "陕西省安康市紫阳县", "紫阳县"),
            ("610926", "陕西省安康市平利县", "平利"),
            ("610929", "陕西省安康市白河县", "白河县"),
        ],
        bodies: &[
            body("安康市市场监督管理局", "市监", "610900", 1, Domain::Food),
            body("安康市生态环境局", "环", "610900", 2, Domain::Environment),
            body("安康市交通运输局", "交", "610900", 3, Domain::Other),
            body("安康市消防救援支队", "消", "610900", 4, Domain::Fire),
        ],
        court: body(
            "陕西省安康市中级人民法院",
            "09执",
            "610900",
            5,
            Domain::Other,
        ),
        provider: body("安康市信用信息中心", "信", "610900", 6, Domain::Other),
        keeper: body("安康市发展和改革委员会", "发改", "610900", 7, Domain::Other),
    },
    Place {
        slug: "xiamen",
        name: "厦门市人民防空办公室",
        short: "厦",
        districts: &[
            ("350203", "福建省厦门市思明区", "厦门"),
            ("350205", "福建省厦门市海沧区", "厦门市海沧区"),
            ("350206", "福建省厦门市湖里区", "厦门市"),
            ("350211", "福建省厦门市集美区", "集美区"),
            ("350212", "福建省厦门市同安区", "厦门市同安区"),
        ],
        bodies: &[body(
            "厦门市人民防空办公室",
            "人防",
            "350200",
            1,
            Domain::CivilAirDefence,
        )],
        court: body(
            "福建省厦门市中级人民法院",
            "02执",
            "350200",
            2,
            Domain::Other,
        ),
        provider: body(
            "厦门市人民防空办公室",
            "人防",
            "350200",
            1,
            Domain::CivilAirDefence,
        ),
        keeper: body(
            "厦门市人民防空办公室",
            "人防",
            "350200",
            1,
            Domain::CivilAirDefence,
        ),
    },
    Place {
        slug: "mianyang",
        name: "绵阳市",
        short: "绵",
        districts: &[
            ("510703", "四川省绵阳市涪城区", "绵阳"),
            ("510704", "四川省绵阳市游仙区", "绵阳市"),
            ("510722", "四川省绵阳市三台县", "三台县"),
            ("510725", "四川省绵阳市梓潼县", "梓潼"),
            ("510781", "四川省绵阳市江油市", "江油"),
        ],
        bodies: &[
            body(
                "绵阳市市场监督管理局",
                "市监",
                "510700",
                1,
                Domain::MarketRegulation,
            ),
            body(
                "绵阳市住房和城乡建设委员会",
                "建",
                "510700",
                2,
                Domain::Engineering,
            ),
            body(
                "绵阳市卫生健康委员会",
                "卫",
                "510700",
                3,
                Domain::HealthCare,
            ),
            body("绵阳市应急管理局", "应急", "510700", 4, Domain::WorkSafety),
        ],
        court: body(
            "四川省绵阳市中级人民法院",
            "07执",
            "510700",
            5,
            Domain::Other,
        ),
        provider: body("绵阳市发展和改革委员会", "发改", "510700", 6, Domain::Other),
        keeper: body("国家税务总局绵阳市税务局", "税", "510700", 7, Domain::Tax),
    },
    Place {
        slug: "dalian",
        name: "大连高新技术产业园区",
        short: "大高",
        districts: &[
            ("210211", "辽宁省大连市甘井子区", "大连高新区"),
            ("210204", "辽宁省大连市沙河口区", "大连"),
            ("210212", "辽宁省大连市旅顺口区", "大连市"),
        ],
        bodies: &[
            body(
                "大连高新技术产业园区市场监督管理局",
                "市监",
                "210211",
                1,
                Domain::MarketRegulation,
            ),
            body(
                "大连高新技术产业园区城市管理局",
                "城管",
                "210211",
                2,
                Domain::Other,
            ),
            body(
                "大连高新技术产业园区应急管理局",
                "应急",
                "210211",
                3,
                Domain::WorkSafety,
            ),
        ],
        court: body(
            "辽宁省大连市中级人民法院",
            "02执",
            "210200",
            4,
            Domain::Other,
        ),
        provider: body(
            "大连高新技术产业园区经济发展局",
            "经",
            "210211",
            5,
            Domain::Other,
        ),
        keeper: body(
            "大连高新技术产业园区管理委员会",
            "管",
            "210211",
            6,
            Domain::Other,
        ),
    },
];
