//! Reports: what was published late, and the ledgers of units.

use maud::{Markup, html};

use super::frame::DeskCtx;
use crate::outside::web::parts::text::count;

/// How much of an authority's month was published late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateLine {
    /// Month of the decision, `2026-11`.
    pub month: String,
    /// Name of the authority.
    pub authority: String,
    /// Its code.
    pub code: String,
    /// Records on display.
    pub all: u64,
    /// Of these, published after the limit.
    pub late: u64,
}

impl LateLine {
    /// Per cent, to one decimal.
    fn share(&self) -> String {
        let tenths = (self.late * 1000).checked_div(self.all).unwrap_or_default();
        format!("{}.{}%", tenths / 10, tenths % 10)
    }
}

/// The report of late publication.
#[must_use]
pub fn late(ctx: &DeskCtx, lines: &[LateLine]) -> Markup {
    let lang = ctx.lang;
    html! {
        header.page-head { h1 { (lang.say("逾期公示报告", "Late publication")) } }
        p.lead { (lang.say("作出决定之日起超过规定工作日才公示的，按单位和决定月份统计；只统计现在公示的记录，暂定日历不计逾期。", "Records published after the working days that the rule allows, by authority and month of decision; of records on display now; a provisional calendar makes nobody late.")) }
        @if lines.is_empty() { p.empty { (lang.say("没有公示中的记录。", "No record is on display.")) } }
        @else {
            div.table-wrap tabindex="0" role="region" aria-label=(lang.say("逾期公示报告", "Late publication")) {
                table {
                    thead { tr {
                        th scope="col" { (lang.say("月份", "Month")) }
                        th scope="col" { (lang.say("单位", "Authority")) }
                        th scope="col" { (lang.say("公示中", "On display")) }
                        th scope="col" { (lang.say("逾期", "Late")) }
                        th scope="col" { (lang.say("逾期率", "Share")) }
                    } }
                    tbody {
                        @for line in lines {
                            tr {
                                th scope="row" { (line.month) }
                                td { (line.authority) " " code { (line.code) } }
                                td { (count(line.all)) }
                                td { (count(line.late)) }
                                td { (line.share()) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The ledgers that can be saved.
#[must_use]
pub fn ledgers(ctx: &DeskCtx, scoped: bool) -> Markup {
    let lang = ctx.lang;
    let all = [
        ("incentives", "守信激励台账", "Ledger of incentives"),
        ("sanctions", "失信惩戒台账", "Ledger of sanctions"),
        ("measures", "措施台账", "Ledger of measures"),
    ];
    html! {
        header.page-head { h1 { (lang.say("台账", "Ledgers")) } }
        p.lead { (lang.say("激励和惩戒分开：各含名单（公示中的主体）和可以实施的措施；措施台账列出每项措施的依据和状态。", "Incentives and sanctions apart, each with its list (subjects on display) and the measures that may be applied; the ledger of measures has the basis and the state of each.")) }
        form.desk-form action="/desk/ledgers/file" method="get" {
            div.field {
                label for="kind" { (lang.say("台账", "Ledger")) }
                select #kind name="kind" { @for (code, zh, en) in all { option value=(code) { (lang.say(zh, en)) } } }
            }
            @if !scoped {
                div.field {
                    label for="authority" { (lang.say("单位统一社会信用代码（选填）", "Credit code of one authority (optional)")) }
                    input #authority type="text" name="authority" maxlength="18" autocomplete="off";
                }
            }
            button.button type="submit" { (lang.say("下载 XLSX", "Download as XLSX")) }
        }
    }
}
