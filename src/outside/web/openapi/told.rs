//! The schemas of what is told of a report or a letter that is verified, and of what went wrong.

use serde_json::{Value, json};

use super::schema::{address, count, date, list_of, object, one_of, text};

pub fn verified() -> Value {
    let about = object(&[
        (
            "credit_code?",
            text("统一社会信用代码 · unified social credit code"),
        ),
        ("record?", text("记录编号 · id")),
        ("url", address("it")),
    ]);
    object(&[
        (
            "verdict",
            one_of(
                [
                    "unchanged",
                    "added",
                    "changed",
                    "ended",
                    "letter",
                    "party_letter",
                    "not_genuine",
                ],
                "核验结果 · what became of it",
            ),
        ),
        ("about?", about),
        ("report_date?", date("报告日期 · date of the report")),
        (
            "report_seq?",
            count("报告的数据序号 · sequence number of the report"),
        ),
        ("records?", count("报告中的条数 · records in the report")),
        ("added?", count("此后新增的条数 · records that came since")),
        (
            "application?",
            text(
                "决定书的办件编号，或者事先告知书的名单事项编号 · number of the application that a letter decides, or of the entry that a letter to the party is about",
            ),
        ),
        ("part?", count("第几项 · part of it, from 1")),
        (
            "result?",
            text("决定书的结果 · result that the letter tells"),
        ),
    ])
}

pub fn problem() -> Value {
    let error = object(&[
        (
            "pointer",
            text("位置：query:名、path:名 或 body:JSON指针 · where"),
        ),
        ("code", text("稳定的代码 · stable code")),
        (
            "message",
            text("说明和改法 · what is wrong and how to mend it"),
        ),
    ]);
    object(&[
        ("type", text("问题类型 URI · type of the problem")),
        ("title", text("标题 · title")),
        ("status", json!({ "type": "integer" })),
        ("detail", text("怎么办 · what to do")),
        ("instance", text("请求编号 · the request")),
        ("errors", list_of(&error, "逐项说明 · part by part")),
        (
            "likely?",
            list_of(
                &json!({ "type": "string" }),
                "可能的代码 · codes that were probably meant",
            ),
        ),
        (
            "retry_after?",
            count("秒 · seconds after which to come back"),
        ),
    ])
}
