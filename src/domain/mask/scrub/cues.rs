//! The words that tell what follows them (身份证, 电话, 账号, 住, 员工…), found in one pass over the view.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::view::View;

/// What a cue announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Cue {
    /// A citizen id.
    Id,
    /// A document number that is no citizen id.
    Document,
    /// A telephone number.
    Phone,
    /// A QQ number.
    Qq,
    /// A WeChat name.
    Wechat,
    /// An account at a payment service: a telephone, e-mail address or name.
    Pay,
    /// A bank account or card.
    Account,
    /// A home address.
    Home,
    /// A home address for natural persons; for others their registered seat.
    Seat,
    /// A date of birth.
    Birth,
    /// A person's name.
    Person,
    /// A name of the owner or operator, known to the record when it is public.
    Owner,
    /// A number that is a code of goods, papers or things: it stays.
    Code,
    /// A minor, when a person is meant.
    Minor,
    /// State of health, when a person is meant.
    Health,
    /// State of health, always a person's.
    HealthOf,
    /// Crime, always a person's.
    Criminal,
    /// Text that no provider means to publish.
    Garbage,
}

/// The cues by first character, longest first: the longest that matches counts.
struct Table {
    /// For every character of the basic plane the number of its list, 0 when no cue begins with it.
    first: Box<[u16]>,
    lists: Vec<Vec<(Vec<char>, Cue)>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut by_first: BTreeMap<char, Vec<(Vec<char>, Cue)>> = BTreeMap::new();
    for (cue, words) in CUES {
        for word in words.split_whitespace() {
            let chars: Vec<char> = word.chars().collect();
            by_first
                .entry(chars[0].to_ascii_lowercase())
                .or_default()
                .push((chars, *cue));
        }
    }
    let mut table = Table {
        first: vec![0; 0x1_0000].into_boxed_slice(),
        lists: vec![Vec::new()],
    };
    for (head, mut list) in by_first {
        list.sort_by_key(|(w, _)| std::cmp::Reverse(w.len()));
        let number = u16::try_from(table.lists.len()).unwrap_or(0);
        for head in [head, head.to_ascii_uppercase()] {
            if let Some(cell) = table.first.get_mut(u32::from(head) as usize) {
                *cell = number;
            }
        }
        table.lists.push(list);
    }
    table
});

/// A cue in the view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// What it announces.
    pub(super) cue: Cue,
    /// First character.
    pub(super) start: usize,
    /// Behind its last character.
    pub(super) end: usize,
}

/// All cues of a text in order; of those that begin at one place the longest, and none inside another.
pub(super) fn find(view: &View) -> Vec<Found> {
    let table = &*TABLE;
    let mut out = Vec::new();
    let mut i = 0;
    while i < view.len() {
        let number = table
            .first
            .get(u32::from(view.chars[i]) as usize)
            .copied()
            .unwrap_or(0);
        let found = (number != 0)
            .then(|| longest(&table.lists[usize::from(number)], view, i))
            .flatten();
        match found {
            Some(found) => {
                i = found.end;
                out.push(found);
            }
            None => i += 1,
        }
    }
    out
}

fn longest(list: &[(Vec<char>, Cue)], view: &View, i: usize) -> Option<Found> {
    list.iter().find_map(|(word, cue)| {
        let end = view.spells(i, word)?;
        let letters = word[0].is_ascii_alphabetic();
        // letters are a cue only as a word of their own: "tel", not the end of "hotel"
        let inside = letters && i > 0 && view.chars[i - 1].is_ascii_alphabetic();
        let goes_on =
            word[word.len() - 1].is_ascii_alphabetic() && view.at(end).is_ascii_alphabetic();
        (!inside && !goes_on).then_some(Found {
            cue: *cue,
            start: i,
            end,
        })
    })
}

const CUES: &[(Cue, &str)] = &[
    (
        Cue::Id,
        "身份证 身份证号 身份证号码 身份证件 身份证件号码 居民身份证 公民身份证 公民身份号码 公民身份证号码 身份号码 证件号 证件号码 证号码 身份證 身份證號 身份證號碼 身分证 身分證 sfz sfzh idcard id id.no idno",
    ),
    (
        Cue::Document,
        "护照 护照号 护照号码 護照 護照號碼 通行证 通行证号 通行证号码 通行證 回乡证 回乡证号码 回鄉證 台胞证 台胞证号 永久居留身份证 永久居留证 居留证 居留证号 居留许可号 居住证号 居住证号码 军官证 军官证号 士兵证 警官证 警官证号 驾驶证号 驾驶证号码 驾照号 驾驶证档案编号 社保号 社会保障号码 社保卡号 医保卡号 学号 学籍号 passport passportno",
    ),
    (
        Cue::Phone,
        "电话 电话号 电话号码 联系电话 手机 手机号 手机号码 手机尾号 联系手机 移动电话 固定电话 固话 座机 座机号 传真 联系方式 联系号码 联络电话 联系人电话 热线 拨打 致电 来电 電話 聯繫電話 聯絡電話 手機 手機號碼 聯繫方式 tel telephone phone mobile mob cell fax whatsapp dh sjh lxdh ☎ ☏",
    ),
    (
        Cue::Qq,
        "qq qq号 qq号码 qq账号 qq群 qq群号 扣扣 扣扣号 企鹅号 q群 q号 qq號",
    ),
    (
        Cue::Wechat,
        "微信 微信号 微信号码 微信账号 微信帐号 微信id 微信名 微信號 加微信 薇信 威信号 v信 vx vx号 wx wx号 wechat weixin",
    ),
    (
        Cue::Pay,
        "支付宝 支付宝账号 支付宝账户 支付宝号 支付寶 alipay",
    ),
    (
        Cue::Account,
        "账号 帐号 賬號 帳號 卡号 卡號 账户 帐户 賬戶 银行账号 银行帐号 银行账户 银行帐户 银行卡 银行卡号 银行卡号码 银行卡账号 开户账号 收款账号 收款账户 开户行账号 储蓄卡 借记卡 信用卡 工资卡",
    ),
    (
        Cue::Home,
        "住 住址 住在 住于 家住 家庭住址 家庭地址 家住址 现住 现住址 现住在 现住地 现居住 现居 暂住 暂住地 暂住址 暂住于 居住 居住地 居住地址 居住在 居住于 常住地 常住地址 经常居住地 租住 租住在 租住于 户籍 户籍地 户籍地址 户籍所在地 户籍所在 户口所在地 户口地址 身份证地址 身份证住址 身份证住所 身份证载明地址 户籍住址 戶籍 戶籍地址 住所在",
    ),
    (
        Cue::Seat,
        "住所 住所地 住所地址 地址 联系地址 通讯地址 送达地址",
    ),
    (
        Cue::Birth,
        "出生日期 出生年月 出生年月日 出生于 生日 生于 出生時間 出生时间",
    ),
    (
        Cue::Person,
        "当事人 员工 职工 工人 雇员 雇工 务工人员 农民工 被害人 受害人 被侵权人 伤者 死者 伤员 遇难者 患者 病人 就诊者 就诊人 证人 见证人 投诉人 举报人 投诉举报人 申诉人 反映人 报案人 消费者 顾客 客户 买家 购买者 购买人 业主 房东 租户 租客 承租人 出租人 学生 学员 家长 司机 驾驶员 驾驶人 车主 店员 店长 厨师 服务员 收银员 保安 保洁员 操作工 焊工 电工 安全员 施工人员 作业人员 从业人员 工作人员 销售人员 执法人员 经办人 联系人 代理人 委托代理人 被委托人 受托人 授权代表 委托人 申请人 被申请人 原告 被告 被告人 第三人 嫌疑人 犯罪嫌疑人 违法行为人 行为人 被处罚人 被执行人 医生 医师 护士 药师 教师 老师 村民 居民 市民 男子 女子 妻子 丈夫 儿子 女儿 父亲 母亲 其妻 其夫 其子 其女 其父 其母 朋友 亲属 家属 同案人 介绍人 中间人 收款人 汇款人 借款人 担保人 签收人 被保险人 参保人 劳动者 姓名 名叫 名为 自然人 公民 雇用 雇佣 聘用 招用 聘请 雇请 員工 當事人 證人 受伤人员 死亡人员 涉事人员 相关人员 直接责任人员 直接责任人 责任人 责任人员 管理人员 负责人 法人 主管人员 主要负责人 项目经理 项目负责人 技术负责人 安全生产管理人员 会计 出纳 财务人员 财务负责人 股东 监事 董事 经理 总经理 副总经理 副经理 实际控制人 实际经营者 实际施工人 合伙人 包工头 班组长 船长 船员 轮机长 快递员 骑手 外卖员 护工 保姆 家政人员 旅客 乘客 游客 导游 教练 教练员 捐赠人 受赠人 继承人 被继承人 监护人 被监护人",
    ),
    (
        Cue::Owner,
        "经营者 业主姓名 经营者姓名 投资人 开办者 經營者",
    ),
    (
        Cue::Code,
        "批号 批次 批次号 生产批号 产品批号 货号 条码 条形码 商品条码 编号 编码 编号为 货物编号 序列号 设备编号 出厂编号 产品编号 订单号 订单编号 单号 运单号 快递单号 流水号 交易流水号 案号 文号 文书号 合同号 合同编号 发票号 发票号码 发票代码 票号 票据号码 收据号 缴款书号 缴款码 许可证号 许可证编号 许可证 证书编号 证书号 资质证书编号 注册号 注册证号 注册证编号 工商注册号 登记证号 登记号 备案号 备案编号 批准文号 标准号 型号 规格 报告编号 检验报告编号 车架号 发动机号 代码 信用代码 统一社会信用代码 组织机构代码 纳税人识别号 税号 项目编号 项目代码 工单号 工程编号 宗地号 不动产单元号 图号 券号 机身号 imei 使用登记证编号 合格证编号 版号 书号 isbn sn no. 号码为 报关单号 提单号 集装箱号 箱号 铅封号",
    ),
    (
        Cue::Minor,
        "未成年 未成年人 童工 幼儿 儿童 婴儿 婴幼儿 中学生 小学生 初中生 高中生 男童 女童 男孩 女孩 少年 少女 小孩 孩子",
    ),
    (
        Cue::Health,
        "残疾 癌症 肿瘤 艾滋病 梅毒 乙肝 丙肝 肺结核 尘肺 精神病 精神障碍 精神分裂 抑郁症 癫痫 糖尿病 高血压 心脏病 白血病 尿毒症 怀孕 流产 骨折 昏迷 截肢 烧伤 重伤 轻伤 轻微伤 中毒 残疾人证 病历 病史 HIV",
    ),
    (
        Cue::HealthOf,
        "确诊为 确诊患 被确诊 诊断为 经诊断患 患有 身患 伤残等级 伤残鉴定 级伤残 级残疾 hiv阳性 艾滋病患者 艾滋病感染者 精神病人 精神病患者 孕妇",
    ),
    (
        Cue::Criminal,
        "刑满释放 有前科 前科 犯罪记录 犯罪前科 判处有期徒刑 判处拘役 判处管制 判处无期徒刑 判处死刑 被判刑 被判处 服刑 缓刑 劳动教养 劳教 强制戒毒 吸毒人员 社区矫正",
    ),
    (
        Cue::Garbage,
        "20_年 ^v^ 测试数据 测试记录 测试文本 测试内容 测试信息 此处填写 请填写 待填写 待补充 lorem asdf",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cue_is_reachable() {
        for (cue, words) in CUES {
            for word in words.split_whitespace() {
                let found = find(&View::of(&format!(" {word} ")));
                let whole = found.iter().any(|f| f.cue == *cue)
                    || found.iter().any(|f| f.end > word.chars().count());
                assert!(
                    whole || u32::from(word.chars().next().unwrap()) > 0xffff,
                    "{word}"
                );
            }
        }
    }

    #[test]
    fn the_longest_cue_counts_and_letters_need_a_word_of_their_own() {
        let view = View::of("身 份 证号码:x,hotel 5,Ｔｅｌ:1");
        let cues: Vec<Cue> = find(&view).iter().map(|f| f.cue).collect();
        assert_eq!(cues, [Cue::Id, Cue::Phone]);
    }
}
