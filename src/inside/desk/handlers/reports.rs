//! `/desk/late` and `/desk/ledgers`: reports from what is public, of the officer's authority or of every one.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use url::form_urlencoded;

use crate::domain::catalogue::{ListEntry, Measure};
use crate::domain::kinds::Polarity;
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::reports::{self, LateLine};
use crate::inside::desk::refused::failed;
use crate::inside::desk::{DeskState, Refused, Stop, enter, rights};
use crate::record::PublicRecord;

/// Records read at once.
const PAGE: usize = 500;
/// Rows of a sheet at most: what a spreadsheet holds, less its head.
const MOST_ROWS: u32 = 1_048_575;

/// Calls with the records of lists of a polarity that are displayed today, of one authority or of all; at most as many as a
/// sheet holds.
fn each(
    desk: &DeskState,
    (polarity, of): (Polarity, Option<&str>),
    today: NaiveDate,
    mut call: impl FnMut(&PublicRecord) -> Result<(), Refused>,
) -> Result<(), Refused> {
    let lists = desk.catalogue.lists.values();
    let lists: Vec<&str> = lists
        .filter(|l| l.polarity == polarity)
        .map(|l| l.code.as_str())
        .collect();
    let mut nums = desk.store.nums_of(&lists, of, today)?;
    nums.truncate(MOST_ROWS as usize);
    for some in nums.chunks(PAGE) {
        for (_, record) in desk.store.by_nums(some, today)? {
            call(&record)?;
        }
    }
    Ok(())
}

/// How much was published late, by month of the decision and authority, newest month first.
fn late_lines(
    desk: &DeskState,
    of: Option<&str>,
    today: NaiveDate,
) -> Result<Vec<LateLine>, Refused> {
    let calendar = desk.calendar.in_force();
    let mut found: BTreeMap<(String, String), LateLine> = BTreeMap::new();
    let mut newest: BTreeMap<String, u64> = BTreeMap::new();
    for tally in desk.store.authority_tallies(of, today)? {
        let timed = desk.catalogue.list(&tally.list);
        let Some(list) = timed.filter(|l| l.publish_within_working_days.is_some()) else {
            continue;
        };
        // the rule by which the publisher notes a record as late
        let last = list.publish_by(calendar, tally.decided_on);
        let is_late = last.is_some_and(|last| tally.displayed_from > last);
        let example = newest.entry(tally.authority.clone()).or_default();
        *example = tally.example.max(*example);
        let month = tally.decided_on.format("%Y-%m").to_string();
        let key = (month.clone(), tally.authority.clone());
        let line = found.entry(key).or_insert_with(|| LateLine {
            month,
            authority: String::new(),
            code: tally.authority,
            all: 0,
            late: 0,
        });
        line.all += tally.count;
        line.late += if is_late { tally.count } else { 0 };
    }
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let nums: Vec<u64> = newest.into_values().collect();
    for some in nums.chunks(PAGE) {
        for (_, record) in desk.store.by_nums(some, today)? {
            let parts = record.parts();
            names.insert(parts.authority_code.clone(), parts.authority_name.clone());
        }
    }
    let mut lines: Vec<LateLine> = found.into_values().rev().collect();
    for line in &mut lines {
        line.authority = names.get(&line.code).cloned().unwrap_or_default();
    }
    Ok(lines)
}

/// `GET /desk/late`.
///
/// # Errors
/// The answer that ends the request.
pub async fn late(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::REPORTS).await?;
    let (officer, today) = (seat.officer.clone(), seat.today);
    let lines = seat
        .work(move |desk| late_lines(desk, officer.scope(), today))
        .await?;
    let title = seat.lang().say("逾期公示报告", "Late publication");
    Ok(seat.page(title, Place::Late, &reports::late(&seat.ctx(), &lines)))
}

/// `GET /desk/ledgers`.
///
/// # Errors
/// The answer that ends the request.
pub async fn ledgers(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::REPORTS).await?;
    let scoped = seat.officer.scope().is_some();
    let title = seat.lang().say("台账", "Ledgers");
    Ok(seat.page(
        title,
        Place::Ledgers,
        &reports::ledgers(&seat.ctx(), scoped),
    ))
}

/// `GET /desk/ledgers/file?kind=…&authority=…`.
///
/// # Errors
/// The answer that ends the request.
pub async fn ledger_file(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::REPORTS).await?;
    let asked = |name: &str| {
        form_urlencoded::parse(req.query_string().as_bytes())
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.trim().to_owned())
            .filter(|v| !v.is_empty())
    };
    let kind = asked("kind").unwrap_or_default();
    // who acts for one authority gets that one's ledger, whatever is asked for
    let own = seat.officer.scope().map(str::to_owned);
    let of = own.or_else(|| asked("authority"));
    let (id, now, today) = (seat.officer.id.clone(), seat.now, seat.today);
    let name = format!(
        "{}.xlsx",
        if kind == "measures" {
            "measures"
        } else {
            "ledger"
        }
    );
    let body = seat
        .work(move |desk| {
            let polarity = match kind.as_str() {
                "incentives" => Some(Polarity::Positive),
                "sanctions" => Some(Polarity::Negative),
                "measures" => None,
                _ => return Err(Refused::NotHere),
            };
            let detail = of.as_deref().unwrap_or("all authorities");
            desk.vault.audit(now, &id, "ledger", &kind, detail)?;
            let mut book = Workbook::new();
            if let Some(polarity) = polarity {
                subjects(desk, &mut book, polarity, of.as_deref(), today)?;
            }
            measures(desk, &mut book, polarity).map_err(|e| failed("a ledger", &e))?;
            book.save_to_buffer().map_err(|e| failed("a ledger", &e))
        })
        .await?;
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(seat.file(body, XLSX, &name))
}

fn head(sheet: &mut Worksheet, names: &[&str]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    for (column, name) in (0..).zip(names) {
        sheet.write_string_with_format(0, column, *name, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// The list of a ledger: every subject on display, as the public sees it.
fn subjects(
    desk: &DeskState,
    book: &mut Workbook,
    polarity: Polarity,
    of: Option<&str>,
    today: NaiveDate,
) -> Result<(), Refused> {
    // written piece by piece to a temporary file; what it holds is public
    let sheet = book
        .add_worksheet_with_constant_memory()
        .map_err(|e| failed("a ledger", &e))?;
    let mut row = 0;
    let mut write = || -> Result<(), XlsxError> {
        sheet.set_name("名单")?;
        head(
            sheet,
            &[
                "名单",
                "主体名称",
                "统一社会信用代码",
                "文书号",
                "认定单位",
                "单位代码",
                "决定日期",
                "公示起",
                "公示止（不含）",
                "措施期限",
                "备注",
            ],
        )
    };
    write().map_err(|e| failed("a ledger", &e))?;
    each(desk, (polarity, of), today, |record| {
        let parts = record.parts();
        let entry = desk.catalogue.list(&parts.list);
        row += 1;
        let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |d| d.to_string());
        let notes: Vec<String> = parts.notes.iter().map(|n| format!("{n:?}")).collect();
        let cells = [
            entry.map_or_else(String::new, |e| e.name.zh.clone()),
            parts.subject_name.clone(),
            parts.credit_code.clone().unwrap_or_default(),
            parts.document_number.clone(),
            parts.authority_name.clone(),
            parts.authority_code.clone(),
            parts.decided_on.to_string(),
            parts.displayed_from.to_string(),
            day(parts.displayed_until),
            day(parts.measures_until),
            notes.join(" "),
        ];
        // every cell is text, so that none is taken for a formula or loses its zeros
        for (column, cell) in (0..).zip(&cells) {
            sheet
                .write_string(row, column, cell)
                .map_err(|e| failed("a ledger", &e))?;
        }
        Ok(())
    })
}

/// The measures: those of lists of a polarity, or all.
fn measures(
    desk: &DeskState,
    book: &mut Workbook,
    polarity: Option<Polarity>,
) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("措施")?;
    head(
        sheet,
        &[
            "名单",
            "措施编号",
            "措施",
            "激励或者惩戒",
            "约束力",
            "实施单位",
            "期限",
            "依据",
            "状态",
        ],
    )?;
    let lists = desk.catalogue.lists.values();
    let of = lists.filter(|l| polarity.is_none_or(|p| l.polarity == p));
    let rows = of.flat_map(|l: &ListEntry| l.measures.iter().map(move |m| (l, m)));
    for (row, (list, measure)) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(measure_cells(list, measure)) {
            sheet.write_string(row, column, cell)?;
        }
    }
    Ok(())
}

fn measure_cells(list: &ListEntry, measure: &Measure) -> [String; 9] {
    let basis: Vec<String> = measure
        .basis
        .iter()
        .map(|b| format!("{} {}", b.title.zh, b.article))
        .collect();
    let kind = if measure.incentive {
        "激励"
    } else {
        "惩戒"
    };
    [
        list.name.zh.clone(),
        measure.code.clone(),
        measure.name.zh.clone(),
        kind.to_owned(),
        measure.force.zh().to_owned(),
        measure.executing_unit.zh.clone(),
        measure.duration.zh.clone(),
        basis.join("；"),
        measure.status.zh().to_owned(),
    ]
}
