//! Open data: what there is, how fresh, how to take it, how to check it, and what re-users owe.

use maud::{Markup, html};

use crate::domain::catalogue::Catalogue;
use crate::domain::time::day_start;
use crate::outside::export::Format;
use crate::outside::export::docs::{
    LICENCE, LICENCE_URL, WORKBOOK_EN, WORKBOOK_ZH, address, set_name,
};
use crate::outside::export::generation::{DataSet, Generation, SetFiles};
use crate::outside::export::row::COLUMNS;
use crate::outside::web::pages::home::Figure;
use crate::outside::web::parts::chart::Province;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::gaps::{gaps, last_change, left_out};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::starts::starts;
use crate::outside::web::parts::text::{count, instant};

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct DataView<'a> {
    /// Address of the site, for the commands that a reader copies.
    pub base: &'a str,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The files of today; none while they are being made, or on a node that makes none.
    pub generation: Option<&'a Generation>,
    /// Whether the newest files are held back because their sum does not hold.
    pub held_back: bool,
    /// What is displayed, by list.
    pub figures: &'a [Figure],
    /// Whether this node makes files at all.
    pub enabled: bool,
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &DataView<'_>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("开放数据", "Open data");
    let lead = lang.say(
        "在公示期内、依目录可以开放的全部信息：每天更新，撤下的同时从文件中删除，带数据字典、校验和与签名。",
        "Everything that is within its term and that the catalogue lets be exported: made anew with every release, without what was taken back, with a dictionary, sums and a signature.",
    );
    let head = Head::new(title, Place::Elsewhere).described(lead);
    let main = html! {
        header.page-head { h1 { (title) } p.lead { (lead) } }
        @if view.held_back {
            (notice(Weight::Caution, &html! { (lang.say("最新文件暂缓提供", "The newest files are held back")) }, &html! {
                p { (lang.say("最新一次生成的文件与公示库核对不一致，已停止切换；恢复前请以变更接口为准：", "What was made last does not agree with what is published, so it is not handed out. Until it is mended, take the change feed: ")) code { "/api/v1/changes" } }
            }))
        }
        @match view.generation {
            None if !view.enabled => (notice(Weight::Info, &html! { (lang.say("本节点不提供数据文件", "This node offers no files")) }, &html! {
                p { (lang.say("运营者在此节点关闭了文件。同样的数据可以通过变更接口取得：", "Its operator turned them off. The same data come through the change feed: ")) code { "/api/v1/changes?since=0" } }
            })),
            None => (notice(Weight::Info, &html! { (lang.say("文件正在准备", "The files are being made")) }, &html! {
                p { (lang.say("请稍后再来。需要立即取得数据的，可以使用变更接口：", "Come back in a moment. Who cannot wait takes the change feed: ")) code { "/api/v1/changes" } }
            })),
            Some(generation) => {
                (freshness(lang, generation))
                (whole(lang, view, generation))
                (sets(lang, view, generation, lang.say("各名单", "By list"), "lists", |set| matches!(set, DataSet::List(_))))
                (sets(lang, view, generation, lang.say("各地区", "By province"), "provinces", |set| matches!(set, DataSet::Province(_))))
                (checking(lang, view, generation))
            }
        }
        p {
            a href="/data/deltas/" { (lang.say("变更文件（按日、按发布）", "Files of changes (by day and by release)")) }
            @if view.enabled { " · " a href="/data/history/" { (lang.say("各日版本", "Versions of past days")) } }
            " · " a href="/data/hooks" { (lang.say("网络回调", "Webhooks")) }
            " · " a href="/data/reusers" { (lang.say("数据使用单位", "Re-users")) }
        }
        (dictionary(lang, view.generation.is_some()))
        (gaps(lang))
        @if view.enabled { (starts(lang, view.base)) }
        (terms(lang))
        @if ctx.demo { p { strong { (lang.say("演示数据：主体和记录均为虚构。", "Demonstration: subjects and records are fictitious.")) } } }
    };
    frame(ctx, &head, &main)
}

/// A size as people tell it, rounded up.
fn size(bytes: u64) -> String {
    match bytes {
        0..=1023 => format!("{bytes} B"),
        1024..=1_047_552 => format!("{} KB", bytes.div_ceil(1024)),
        _ => {
            let tenths = (u128::from(bytes) * 10).div_ceil(1_048_576);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

fn freshness(lang: Lang, generation: &Generation) -> Markup {
    html! {
        p.meta {
            (lang.say("数据序号 ", "Sequence ")) span.num { (generation.seq) }
            (lang.say("，生成于 ", ", made ")) (instant(generation.made))
            (lang.say("，有效至 ", ", valid until ")) (instant(day_start(generation.until)))
            (lang.say("。", ". "))
            a href="/data/index.json" { "index.json" } " · "
            a href="/data/datapackage.json" { "datapackage.json" } " · "
            a href="/data/catalog.jsonld" { "catalog.jsonld (DCAT)" } " · "
            a href="/data/catalog.ttl" { "catalog.ttl" } " · "
            a href="/data/csv-metadata.json" { "csv-metadata.json (CSVW)" } " · "
            a href="/data/README.txt" { "README.txt" }
        }
    }
}

fn links(name: &str, set: &SetFiles) -> Markup {
    html! {
        @for (i, file) in set.files.iter().enumerate() {
            @if i > 0 { " · " }
            a href={ "/data/" (address(name, file.format)) } download {
                (file.format.label())
            }
            " " span.meta { (size(file.packed)) }
        }
    }
}

fn whole(lang: Lang, view: &DataView<'_>, generation: &Generation) -> Markup {
    let Some((name, set)) = generation.sets.get_key_value("all") else {
        return html! {};
    };
    let (zh, en) = set_name(view.catalogue, &set.set);
    html! {
        section aria-labelledby="whole-h" {
            h2 #whole-h { @if lang.is_chinese() { (lang.script(&zh)) } @else { (en) } }
            p { strong.num { (count(set.rows)) } (lang.say(" 条记录。", " records.")) }
            p { (links(name, set)) }
            p.meta { (lang.say("CSV、JSON Lines 和 FollowTheMoney 为 gzip 压缩；去掉地址末尾的 .gz 取得未压缩的文件。支持断点续传（Range）和条件请求（ETag）。", "CSV, JSON Lines and FollowTheMoney are compressed with gzip; leave .gz off the address for the plain file. Downloads can be resumed (Range) and are conditional (ETag).")) }
            p.meta { (lang.say("用 curl -C - 续传时，文件已经完整的，服务器回答 416（没有剩余的字节）：不是错误，用 SHA256SUMS 核对即可。", "When curl -C - resumes a file that is whole already, the answer is 416: there is no byte left. That is no fault; check the file against SHA256SUMS.")) }
            @if !set.files.iter().any(|f| f.format == Format::Xlsx) { p.meta { "XLSX" (lang.say("：", ": ")) (lang.say(WORKBOOK_ZH, WORKBOOK_EN)) } }
            p.meta { (lang.say("SQLite 文件随每次发布就地更新：下载途中遇到更新会中断，重新开始即可。XLSX 中除日期外均为文本，表头冻结。FollowTheMoney 只含组织，不含自然人和个体工商户。", "The SQLite file is brought up in place with every release: a download that meets one breaks off and is begun anew. In the workbook all is text but dates, and the head is frozen. FollowTheMoney holds organisations alone, neither natural persons nor individual businesses.")) }
        }
    }
}

fn sets(
    lang: Lang,
    view: &DataView<'_>,
    generation: &Generation,
    heading: &str,
    id: &str,
    which: impl Fn(&DataSet) -> bool,
) -> Markup {
    let (rows, empty): (Vec<_>, Vec<_>) = generation
        .sets
        .iter()
        .filter(|(_, set)| which(&set.set))
        .partition(|(_, set)| set.rows > 0);
    html! {
        section aria-labelledby={ (id) "-h" } {
            h2 id={ (id) "-h" } { (heading) }
            @if rows.is_empty() { p { (lang.say("暂无。", "Nothing yet.")) } } @else { (table(lang, view, heading, &rows)) }
            @if !empty.is_empty() {
                details {
                    summary { (lang.say("没有记录的数据集（", "Data sets without records (")) (empty.len()) (lang.say("个）", ")")) }
                    (table(lang, view, lang.say("没有记录的数据集", "Data sets without records"), &empty))
                }
            }
        }
    }
}

fn title(lang: Lang, view: &DataView<'_>, set: &DataSet) -> Markup {
    let (zh, en) = set_name(view.catalogue, set);
    let english = match set {
        DataSet::Province(digits) => {
            Province::of(&format!("{digits}0000")).map(|p| p.en.to_owned())
        }
        _ => Some(en).filter(|en| !en.is_empty()),
    };
    html! { @match english.filter(|_| !lang.is_chinese()) { Some(en) => (en), None => (lang.chinese(&zh)) } }
}

fn table(lang: Lang, view: &DataView<'_>, heading: &str, rows: &[(&String, &SetFiles)]) -> Markup {
    let figure = |set: &DataSet| {
        let DataSet::List(code) = set else {
            return None;
        };
        view.figures.iter().find(|f| f.list == *code)
    };
    let dated = rows.iter().any(|(_, s)| matches!(s.set, DataSet::List(_)));
    html! {
        div.table-wrap.data-sets role="group" tabindex="0" aria-label=(heading) {
            table {
                thead { tr {
                    th scope="col" { (lang.say("数据集", "Data set")) }
                    th scope="col" { (lang.say("记录", "Records")) }
                    @if dated { th scope="col" { (lang.say("最近更新", "Last change")) } }
                    th scope="col" { (lang.say("文件", "Files")) }
                } }
                tbody {
                    @for (name, set) in rows {
                        tr {
                            th scope="row" {
                                (title(lang, view, &set.set))
                                @if let Some(figure) = figure(&set.set) { (left_out(lang, view.catalogue, figure)) }
                            }
                            td.num data-label=(lang.say("记录", "Records")) { (count(set.rows)) }
                            @if dated { td data-label=(lang.say("最近更新", "Last change")) { (last_change(lang, figure(&set.set))) } }
                            td data-label=(lang.say("文件", "Files")) { (links(name, set)) }
                        }
                    }
                }
            }
        }
    }
}

fn checking(lang: Lang, view: &DataView<'_>, generation: &Generation) -> Markup {
    let base = view.base;
    let signed = generation.docs.contains_key("SHA256SUMS.minisig");
    html! {
        section aria-labelledby="check-h" {
            h2 #check-h { (lang.say("怎样核验", "How to check")) }
            p {
                (lang.say("每个文件的 SHA-256 列在 ", "The SHA-256 of every file stands in "))
                a href="/data/SHA256SUMS" { "SHA256SUMS" }
                @if signed {
                    (lang.say("，该文件以 minisign 格式签名（", ", which is signed in the form of minisign ("))
                    a href="/data/SHA256SUMS.minisig" { (lang.say("签名", "signature")) } ", "
                    a href="/.well-known/gongshi-minisign.pub" { (lang.say("公钥", "public key")) } ", "
                    a href="/.well-known/gongshi-keys.txt" { (lang.say("历次公钥", "all keys there were")) } (lang.say("）。", ")."))
                } @else { (lang.say("；此节点没有签名密钥，文件未签名。", "; this node has no signing key, so it is not signed.")) }
            }
            pre tabindex="0" { code {
                "curl -O " (base) "/data/SHA256SUMS\n"
                @if signed { "curl -O " (base) "/data/SHA256SUMS.minisig\ncurl -O " (base) "/.well-known/gongshi-minisign.pub\nminisign -Vm SHA256SUMS -p gongshi-minisign.pub\n" }
                "curl --create-dirs -o all/records.csv.gz " (base) "/data/all/records.csv.gz\n"
                "sha256sum --ignore-missing -c SHA256SUMS"
            } }
            p { (lang.say("每个数据集还有行数和与顺序无关的集合散列（index.json 的 set_hash）：全部行的「编号 序号」之 SHA-256 前 16 字节求和。只跟随变更接口的人也能算出同一个数。", "Every data set has its number of rows and a hash of the set that does not depend on their order (set_hash in index.json): the sum of the first 16 bytes of SHA-256 of “ID SEQ” over all rows. Who follows the changes alone computes the same.")) }
        }
    }
}

fn dictionary(lang: Lang, ready: bool) -> Markup {
    html! {
        section aria-labelledby="dictionary-h" {
            h2 #dictionary-h { (lang.say("数据字典", "Dictionary")) }
            details {
                summary { (lang.say("各列的名称、类型和含义", "Names, types and meanings of the columns")) }
                div.table-wrap role="group" tabindex="0" aria-label=(lang.say("数据字典", "Dictionary")) {
                    table {
                        thead { tr {
                            th scope="col" { (lang.say("列", "Column")) }
                            th scope="col" { (lang.say("类型", "Type")) }
                            th scope="col" { (lang.say("含义", "Meaning")) }
                        } }
                        tbody {
                            @for column in COLUMNS {
                                tr {
                                    th scope="row" { code { (column.name) } }
                                    td data-label=(lang.say("类型", "Type")) { (column.kind) }
                                    td data-label=(lang.say("含义", "Meaning")) { (lang.say(column.zh, column.en)) }
                                }
                            }
                        }
                    }
                }
            }
            @if ready { p {
                a href="/data/dictionary.csv" { "dictionary.csv" } (lang.say("；代码表：", "; code lists: "))
                @for (i, name) in ["lists", "fields", "subject_kinds", "severities", "states", "notes", "tombstones"].iter().enumerate() {
                    @if i > 0 { " · " } a href={ "/data/codes/" (name) ".csv" } { (name) }
                }
            } }
        }
    }
}

fn terms(lang: Lang) -> Markup {
    html! {
        section aria-labelledby="terms-h" {
            h2 #terms-h { (lang.say("许可与义务", "Licence and duties")) }
            p { (lang.say("许可：", "Licence: ")) a href=(LICENCE_URL) rel="license" { (LICENCE) } }
            ul.texts {
                li { (lang.say("再次公开本数据的，应当注明来源和数据序号。", "Whoever publishes these data again names their source and sequence number.")) }
                li { (lang.say("应当跟随变更接口，及时删除已不再公示的信息：", "They follow the change feed and delete what is no longer published: ")) code { "/api/v1/changes?since=N" } }
                li { (lang.say("镜像和副本同样如此：收到撤下标记（tombstone）的，立即删除该记录，不得继续提供其旧内容；较早的版本和变更文件也不例外。", "So does every mirror and every copy: on a tombstone the record is deleted at once and its former content is not offered any longer, in earlier versions and files of changes either.")) }
                li { (lang.say("文件不含身份证件号码的任何部分；自然人只在目录明确允许时列入。", "The files hold no part of any identity number; natural persons only where the catalogue says so.")) }
                li { (lang.say("超过有效时间的文件不再反映现状，请重新下载。", "A file past its time is out of date: take the next one.")) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_rounded_up() {
        for (bytes, told) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KB"),
            (1025, "2 KB"),
            (1_047_552, "1023 KB"),
            (1_047_553, "1.0 MB"),
            (1_048_576, "1.0 MB"),
            (1_986_756, "1.9 MB"),
            (2_097_153, "2.1 MB"),
            (u64::MAX, "17592186044416.0 MB"),
        ] {
            assert_eq!(size(bytes), told, "{bytes}");
        }
    }
}
