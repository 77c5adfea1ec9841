//! Webhooks: how to be told, and how to check that a message is genuine.

use maud::{Markup, html};

use crate::outside::hooks::{DELIVERY, HOOK, SIGNATURE, TOLERANCE};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};

/// The page.
#[must_use]
pub fn page(ctx: &Ctx) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("网络回调", "Webhooks");
    let lead = lang.say(
        "有变更或撤下时，平台向您的地址发送签名的消息：只说到哪里读取，从不含内容。",
        "When something changes or is taken back, the portal sends a signed message to your address: where to read, never content.",
    );
    let head = Head::new(title, Place::Elsewhere).described(lead);
    let main = html! {
        header.page-head { h1 { (title) } p.lead { (lead) } }
        section aria-labelledby="add-h" {
            h2 #add-h { (lang.say("怎样登记", "How to have one added")) }
            p { (lang.say("向平台运营者提供地址；运营者用命令添加，并把密钥交给您（只显示一次）：", "Give your address to the operator, who adds it with a command and hands you the secret, which is shown once:")) }
            pre tabindex="0" { code { "gongshi hook add https://example.org/gongshi --topic changes\ngongshi hook add https://example.org/gongshi --topic withdrawals" } }
            p { (lang.say("地址须以 https:// 开头并在公网可达；不跟随重定向；每次请求 10 秒内应答。", "The address begins with https:// and is reached from the public network; redirects are not followed; an answer is waited for 10 seconds.")) }
        }
        section aria-labelledby="prove-h" {
            h2 #prove-h { (lang.say("证明地址归您", "Proving that the address is yours")) }
            p { (lang.say("第一条消息的 type 为 challenge。请以 2xx 应答，正文含收到的 challenge；此后才会收到其他消息。", "The first message has the type challenge. Answer it with a status of 2xx and the challenge in the body; only then are others sent.")) }
            pre tabindex="0" { code { r#"{"type":"challenge","form":1,"hook":"…","challenge":"0123…"}"# } }
        }
        section aria-labelledby="messages-h" {
            h2 #messages-h { (lang.say("消息", "Messages")) }
            pre tabindex="0" { code {
                r#"{"type":"changes","form":1,"hook":"…","delivery":"…-120-180","seq_from":120,"seq_to":180,"read":"…/api/v1/changes?since=120"}"# "\n"
                r#"{"type":"withdrawals","form":1,"hook":"…","delivery":"…-120-180","seq_from":120,"seq_to":180,"read":"…/api/v1/withdrawals?since=120","items":[{"id":"…","seq":131,"at":"…","why":"repaired"}]}"#
            } }
            p { (lang.say("应答 2xx 即为收到。其他应答、超时或断线会重试：30 秒起，间隔加倍，最长 1 小时；同一消息的 delivery 不变，重复收到请忽略。连续数日不成（缺省 7 日）即停用，由运营者恢复。停机期间的变更合并为一条，不会丢失。", "A status of 2xx means that it was taken. Anything else is tried again: after 30 seconds, then twice as long each time, up to an hour. A message keeps its delivery: ignore one that came twice. A hook that fails for days (7 unless the operator says otherwise) is told no more until the operator calls it back. What changed while you were away comes as one message; nothing is lost.")) }
        }
        section aria-labelledby="check-h" {
            h2 #check-h { (lang.say("核验签名", "Checking the signature")) }
            dl {
                dt { code { (SIGNATURE) } } dd { code { "t=1764064800,v1=9f86…" } (lang.say("：v1 为以密钥（全文）对「t、句点、正文」计算的 HMAC-SHA256，十六进制。", ": v1 is HMAC-SHA256 under the secret (its whole text) of t, a full stop and the body, hexadecimal.")) }
                dt { code { (HOOK) } } dd { (lang.say("回调编号", "The hook's id")) }
                dt { code { (DELIVERY) } } dd { (lang.say("消息编号，重试时不变", "The name of the message, the same at each attempt")) }
            }
            p { (lang.say("时间 t 与本机时间相差超过 ", "Refuse what is older or newer than ")) (TOLERANCE) (lang.say(" 秒的，应当拒绝，以防重放。", " seconds by t, so that nobody can send it again.")) }
            pre tabindex="0" { code {
                "import hashlib, hmac, time\n\n"
                "def genuine(secret, header, body):\n"
                "    parts = dict(p.split(\"=\", 1) for p in header.split(\",\"))\n"
                "    made = hmac.new(secret.encode(), parts[\"t\"].encode() + b\".\" + body, hashlib.sha256).hexdigest()\n"
                "    return hmac.compare_digest(made, parts[\"v1\"]) and abs(time.time() - int(parts[\"t\"])) <= " (TOLERANCE)
            } }
        }
        p { a href="/data/reusers" { (lang.say("数据使用单位", "Re-users")) } " · " a href="/data" { (lang.say("返回开放数据", "Back to open data")) } }
    };
    frame(ctx, &head, &main)
}
