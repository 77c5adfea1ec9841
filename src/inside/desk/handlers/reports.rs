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
use crate::record::{Note, PublicRecord};

/// Records read at once.
const PAGE: usize = 4_000;
/// Rows of a sheet at most: what a spreadsheet holds, less its head.
const MOST_ROWS: u32 = 1_048_575;

/// Calls with every record that is displayed today, of one authority or of all.
fn each(
    desk: &DeskState,
    of: Option<&str>,
    today: NaiveDate,
    mut call: impl FnMut(&PublicRecord),
) -> Result<(), Refused> {
    let mut after = 0;
    loop {
        let rows = desk.store.scan(after, PAGE)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.num;
        for row in &rows {
            let ours = of.is_none_or(|own| row.record.parts().authority_code == own);
            if ours && row.record.displayed_on(today) {
                call(&row.record);
            }
        }
    }
}

/// `GET /desk/late`.
///
/// # Errors
/// The answer that ends the request.
pub async fn late(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::REPORTS).await?;
    let (officer, today) = (seat.officer.clone(), seat.today);
    let lines = seat
        .work(move |desk| {
            let mut found: BTreeMap<(String, String), LateLine> = BTreeMap::new();
            each(desk, officer.scope(), today, |record| {
                let parts = record.parts();
                let timed = desk.catalogue.list(&parts.list);
                if timed.is_none_or(|l| l.publish_within_working_days.is_none()) {
                    return;
                }
                let month = parts.decided_on.format("%Y-%m").to_string();
                let key = (month.clone(), parts.authority_code.clone());
                let line = found.entry(key).or_insert_with(|| LateLine {
                    month,
                    authority: parts.authority_name.clone(),
                    code: parts.authority_code.clone(),
                    all: 0,
                    late: 0,
                });
                line.all += 1;
                line.late += u64::from(parts.notes.contains(&Note::PublishedLate));
            })?;
            // newest month first
            Ok(found.into_values().rev().collect::<Vec<_>>())
        })
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
    let mut fault = None;
    each(desk, of, today, |record| {
        let parts = record.parts();
        let entry = desk.catalogue.list(&parts.list);
        if entry.is_none_or(|e| e.polarity != polarity) || row >= MOST_ROWS || fault.is_some() {
            return;
        }
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
            if let Err(error) = sheet.write_string(row, column, cell) {
                fault = Some(error);
            }
        }
    })?;
    match fault {
        Some(error) => Err(failed("a ledger", &error)),
        None => Ok(()),
    }
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
