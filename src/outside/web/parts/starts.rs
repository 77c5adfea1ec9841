//! First steps with open data in the tools that people have. Each block of code says how it is run (`data-run`), and the
//! tests run it as it stands on the page.

use maud::{Markup, html};

use super::lang::Lang;

/// A block of code to copy.
struct Start {
    tool: &'static str,
    /// How the tests run it.
    run: &'static str,
    zh: &'static str,
    en: &'static str,
    code: String,
}

fn all(base: &str) -> [Start; 8] {
    [
        Start {
            tool: "curl",
            run: "sh",
            zh: "下载全部记录并核对校验和；中断后加上 -C - 即从断处续传。",
            en: "Takes every record and checks the sum; add -C - to resume what was cut off.",
            code: format!(
                "curl -fsSO {base}/data/SHA256SUMS\n\
                 curl -fsS --create-dirs -o all/records.csv.gz {base}/data/all/records.csv.gz\n\
                 sha256sum --ignore-missing -c SHA256SUMS"
            ),
        },
        Start {
            tool: "Python (pandas)",
            run: "python",
            zh: "代码和文号按文字读入，不要让程序把它们当成数字。",
            en: "Reads codes and document numbers as text, so that no leading zero is lost.",
            code: format!(
                "import pandas\n\
                 records = pandas.read_csv(\"{base}/data/all/records.csv.gz\", dtype=str, keep_default_na=False)\n\
                 print(records[\"list\"].value_counts())"
            ),
        },
        Start {
            tool: "Python",
            run: "python",
            zh: "跟随变更接口：新增、更新和撤下都在其中；结束时核对条数。",
            en: "Follows the change feed: what is new, what changed, what was taken back; the end tells what you must hold.",
            code: format!(
                "import json, urllib.request\n\
                 held, since, page = dict(), 0, dict(more=True)\n\
                 while page[\"more\"]:\n\
                 \x20   address = f\"{base}/api/v1/changes?since={{since}}&limit=1000\"\n\
                 \x20   page = json.load(urllib.request.urlopen(address))\n\
                 \x20   for item in page[\"items\"]:\n\
                 \x20       if item[\"op\"] == \"upsert\":\n\
                 \x20           held[item[\"id\"]] = item[\"record\"]\n\
                 \x20       else:\n\
                 \x20           held.pop(item[\"id\"], 0)\n\
                 \x20   for over in page[\"ended\"]:\n\
                 \x20       held.pop(over[\"id\"], 0)\n\
                 \x20   since = page[\"next_since\"]\n\
                 assert len(held) == page[\"state\"][\"count\"]"
            ),
        },
        Start {
            tool: "DuckDB",
            run: "duckdb",
            zh: "查询下载好的压缩文件，不必先解压。",
            en: "Asks the file that was taken, without unpacking it.",
            code: "SELECT list, count(*) AS records\n\
                 FROM read_csv('all/records.csv.gz', all_varchar = true)\n\
                 GROUP BY list ORDER BY records DESC;"
                .to_owned(),
        },
        Start {
            tool: "DuckDB (Parquet)",
            run: "duckdb",
            zh: "Parquet 更小更快，日期就是日期，数字就是数字。",
            en: "Parquet is smaller and faster; dates are dates, and numbers are numbers.",
            code: "SELECT list, count(*) AS records\n\
                 FROM read_parquet('all/records.parquet')\n\
                 WHERE decided_on > DATE '1949-10-01'\n\
                 GROUP BY list ORDER BY records DESC;"
                .to_owned(),
        },
        Start {
            tool: "Python (SQLite)",
            run: "python",
            zh: "一个文件就是全部记录，带全文检索：三个字以上的片段即可。",
            en: "One file is the whole, with full text: any fragment of three characters or more.",
            code: format!(
                "import sqlite3, urllib.request\n\
                 urllib.request.urlretrieve(\"{base}/data/all/records.sqlite\", \"records.sqlite\")\n\
                 query = \"SELECT subject_name, list FROM records WHERE row IN (SELECT rowid FROM records_fts(?)) LIMIT 10\"\n\
                 for row in sqlite3.connect(\"records.sqlite\").execute(query, [\"有限公司\"]):\n\
                 \x20   print(row)"
            ),
        },
        Start {
            tool: "R",
            run: "r",
            zh: "压缩文件由多段相接而成，请先下载再读：gzcon 只读第一段。",
            en: "The compressed file has many members: take it first, for gzcon reads the first one alone.",
            code: format!(
                "download.file(\"{base}/data/all/records.csv.gz\", \"records.csv.gz\", mode = \"wb\")\n\
                 records <- read.csv(\"records.csv.gz\", colClasses = \"character\", fileEncoding = \"UTF-8\")\n\
                 print(table(records$list))"
            ),
        },
        Start {
            tool: "jq",
            run: "sh",
            zh: "JSON Lines 一行一条记录，适合逐行处理。",
            en: "JSON Lines is one record a line: made for working line by line.",
            code: format!(
                "curl -fsS {base}/data/all/records.jsonl | jq -r '[.id, .document_number, .displayed_until] | @tsv' > records.tsv"
            ),
        },
    ]
}

/// The section.
#[must_use]
pub fn starts(lang: Lang, base: &str) -> Markup {
    html! {
        section aria-labelledby="starts-h" {
            h2 #starts-h { (lang.say("快速上手", "Quick starts")) }
            @for start in all(base) {
                h3 { (start.tool) }
                p.meta { (lang.say(start.zh, start.en)) }
                pre tabindex="0" { code data-run=(start.run) { (start.code) } }
            }
            h3 { "OpenRefine" }
            ol.texts {
                li { (lang.say("在名称所在的列上选择「Reconcile」-「Start reconciling」。", "On the column of names choose Reconcile, Start reconciling.")) }
                li { (lang.say("选择「Add standard service」，填入：", "Choose Add standard service and enter: ")) code { (base) "/reconcile" } }
                li { (lang.say("只核对组织；得分和理由与检索一致。", "Organisations only; scores and reasons are those of the search.")) }
            }
            h3 { "Excel · WPS" }
            ol.texts {
                li { (lang.say("下载 XLSX，直接打开：代码和文号是文本，日期是日期。需要 CSV 的，下载「CSV (Excel)」，解压后双击打开：中文不会乱码，以 = + - @ 开头的单元格不会被当成公式。", "Take the XLSX and open it: codes and numbers are text, dates are dates. Or take “CSV (Excel)”, unpack it and open it: Chinese is read as it should be, and no cell runs as a formula.")) }
                li { (lang.say("统一社会信用代码和文号如需原样保留，请用「数据」-「自文本/CSV」导入，并把各列类型设为「文本」。", "To keep codes and document numbers untouched, use Data, From Text/CSV, and set every column to Text.")) }
            }
        }
    }
}
