//! Files to import, made record by record, in the words of the national templates.

use serde_json::{Map, Value, json};

/// The lists that the tests use.
pub const PENALTY: &str = "penalty";
pub const LICENCE: &str = "licence";

/// A unified social credit code with its check character (GB 32100), from 17 characters.
pub fn credit_code(body: &str) -> String {
    const SET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [
        1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
    ];
    assert_eq!(body.len(), 17);
    let sum: usize = body
        .bytes()
        .zip(WEIGHTS)
        .map(|(c, w)| SET.iter().position(|s| *s == c).unwrap() * w)
        .sum();
    format!("{body}{}", char::from(SET[(31 - sum % 31) % 31]))
}

/// Organisation code with its check digit (GB 11714), from 8 characters.
fn org_code(body: &str) -> String {
    let value = |c: u8| -> usize {
        if c.is_ascii_digit() {
            usize::from(c - b'0')
        } else {
            usize::from(c - b'A') + 10
        }
    };
    let sum: usize = body
        .bytes()
        .zip([3, 7, 9, 10, 5, 8, 4, 2])
        .map(|(c, w)| value(c) * w)
        .sum();
    let check = match 11 - sum % 11 {
        10 => 'X'.to_string(),
        11 => "0".to_owned(),
        n => n.to_string(),
    };
    format!("{body}{check}")
}

/// The code of a fictitious company by number.
pub fn company_code(number: usize) -> String {
    let mut body = format!("MA{:06}", number % 1_000_000);
    let mut code = org_code(&body);
    // X is a check character of organisation codes and a digit of credit codes: both are legal
    if code.ends_with('X') {
        body = format!("MB{:06}", number % 1_000_000);
        code = org_code(&body);
    }
    credit_code(&format!("91350203{code}"))
}

/// The code of a fictitious individual business by number.
pub fn business_code(number: usize) -> String {
    let code = org_code(&format!("MC{number:06}"));
    credit_code(&format!("92350203{code}"))
}

/// A citizen id with its check character (GB 11643), from 17 digits.
pub fn citizen_id(body: &str) -> String {
    const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = body
        .bytes()
        .zip(WEIGHTS)
        .map(|(c, w)| usize::from(c - b'0') * w)
        .sum();
    format!("{body}{}", char::from(b"10X98765432"[sum % 11]))
}

/// A record as JSON by column code.
pub type Row = Map<String, Value>;

/// A penalty of a fictitious company.
pub fn penalty(number: usize, decided_on: &str) -> Row {
    let row = json!({
        "CF_XDR_MC": format!("厦门市虚构第{number}商贸有限公司"),
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": company_code(number),
        "CF_FRDB": "赵虚构",
        "CF_WSH": format!("厦虚罚〔2026〕{number}号"),
        "CF_WFXW": "未按规定明码标价",
        "CF_SY": "当事人销售商品未按规定明码标价。",
        "CF_YJ": "《中华人民共和国价格法》第四十二条",
        "CF_CFLB": "罚款",
        "CF_NR": "罚款人民币五万元。",
        "CF_NR_FK": "5",
        "CF_JDRQ": decided_on,
        "CF_YXQ": "2099/12/31",
        "CF_CFJG": "厦门市虚构市场监督管理局",
        "CF_CFJGDM": authority_code(),
        "CF_SJLY": "厦门市虚构市场监督管理局",
        "CF_SJLYDM": authority_code(),
        "procedure": "普通程序",
        "severity": "一般",
    });
    row.as_object().unwrap().clone()
}

/// The code of the fictitious authority.
pub fn authority_code() -> String {
    credit_code(&format!("11350200{}", org_code("MX000001")))
}

/// Rows as JSON lines.
pub fn jsonl(rows: &[Row]) -> String {
    rows.iter()
        .map(|r| serde_json::to_string(r).unwrap() + "\n")
        .collect()
}

/// Rows as csv with a header of column codes; `encode` to GB 18030 by the caller.
pub fn csv(rows: &[Row]) -> Vec<u8> {
    let mut header: Vec<&String> = rows.iter().flat_map(Map::keys).collect();
    header.sort();
    header.dedup();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).unwrap();
    for row in rows {
        writer
            .write_record(
                header
                    .iter()
                    .map(|h| row.get(*h).and_then(Value::as_str).unwrap_or_default()),
            )
            .unwrap();
    }
    writer.into_inner().unwrap()
}
