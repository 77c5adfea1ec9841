//! `/desk/audit`: reading the audit log, and handing it to an auditor. That it was read and handed out stands in it, too.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{Days, NaiveDate};
use serde_json::json;
use url::form_urlencoded;

use crate::domain::time::{Moment, day_start};
use crate::inside::desk::pages::audit::{self, AuditView, FILTERS};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::refused::failed;
use crate::inside::desk::{DeskState, Refused, Stop, enter, rights};
use crate::inside::vault::{AuditFilter, LinkedEntry};

/// Entries of a page.
const SHOWN: usize = 100;
/// Entries read at once for an export.
const PIECE: usize = 5_000;
/// Entries of one file at most; the next begins after its last.
const MOST: usize = 200_000;

/// How the export can be checked, for its reader.
const HOW: &str = "hash = HMAC-SHA-256 under the node's id key of \"audit\", a zero byte, and each of prev_hash, seq, at (milliseconds), actor, action, object, detail with its length before it (four bytes, seq and at as eight bytes, big endian); prev_hash is the hash of the entry before, empty for the first. Without the key: every prev_hash must equal the hash before, seq runs without gaps, and the last hash must be that which the node tells (`gongshi verify`), which checks every hash with the key.";

fn asked(query: &str, name: &str) -> String {
    let found = form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name);
    let value = found.map(|(_, v)| v.trim().chars().take(100).collect());
    value.unwrap_or_default()
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

fn filter(query: &str) -> AuditFilter {
    let some = |name: &str| Some(asked(query, name)).filter(|v: &String| !v.is_empty());
    AuditFilter {
        actor: some("actor"),
        action: some("action"),
        object: some("object"),
        from: some("from").and_then(|d| day(&d)).map(day_start),
        until: some("until")
            .and_then(|d| day(&d))
            .and_then(|d| d.checked_add_days(Days::new(1)))
            .map(day_start),
        before: some("before").and_then(|n| n.parse().ok()),
    }
}

/// `GET /desk/audit`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::AUDIT).await?;
    let query = req.query_string().to_owned();
    let filter = filter(&query);
    let found = seat
        .work(move |desk| Ok(desk.vault.audit_search(&filter, SHOWN)?))
        .await?;
    let values = FILTERS.map(|name| asked(&query, name));
    let next = found.last().filter(|_| found.len() == SHOWN).map(|last| {
        let mut address = form_urlencoded::Serializer::new("/desk/audit?".to_owned());
        for (name, value) in FILTERS.iter().zip(&values).filter(|(_, v)| !v.is_empty()) {
            address.append_pair(name, value);
        }
        address.append_pair("before", &last.entry.seq.to_string());
        address.finish()
    });
    let view = AuditView {
        entries: found.into_iter().map(|linked| linked.entry).collect(),
        asked: values,
        next,
    };
    let title = seat.lang().say("审计日志", "Audit log");
    Ok(seat.page(title, Place::Audit, &audit::page(&seat.ctx(), &view)))
}

/// `GET /desk/audit/export.{jsonl,csv}?after=N`: entries after a number, in order, with what binds them.
///
/// # Errors
/// The answer that ends the request.
pub async fn export(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::AUDIT).await?;
    let csv = req.match_info().get("form") == Some("csv");
    let after: i64 = asked(req.query_string(), "after").parse().unwrap_or(0);
    let (id, now) = (seat.officer.id.clone(), seat.now);
    let body = seat
        .work(move |desk| {
            desk.vault
                .audit(now, &id, "audit.export", "audit", &format!("after {after}"))?;
            let mut all: Vec<LinkedEntry> = Vec::new();
            let mut from = after;
            while all.len() < MOST {
                let piece = desk.vault.audit_linked(from, PIECE)?;
                let Some(last) = piece.last() else { break };
                from = last.entry.seq;
                all.extend(piece);
            }
            if csv {
                as_csv(&all)
            } else {
                Ok(as_lines(&all, now))
            }
        })
        .await?;
    Ok(if csv {
        seat.file(body, "text/csv; charset=utf-8", "audit.csv")
    } else {
        seat.file(body, "application/jsonl", "audit.jsonl")
    })
}

fn as_lines(all: &[LinkedEntry], now: Moment) -> Vec<u8> {
    let head = json!({ "exported_at": now, "entries": all.len(), "how_to_check": HOW });
    let mut out = format!("{head}\n");
    for LinkedEntry {
        entry,
        prev_hash,
        hash,
    } in all
    {
        let line = json!({
            "seq": entry.seq, "at": entry.at, "actor": entry.actor, "action": entry.action,
            "object": entry.object, "detail": entry.detail, "prev_hash": prev_hash, "hash": hash,
        });
        out.push_str(&line.to_string());
        out.push('\n');
    }
    out.into_bytes()
}

fn as_csv(all: &[LinkedEntry]) -> Result<Vec<u8>, Refused> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = [
        "seq",
        "at",
        "actor",
        "action",
        "object",
        "detail",
        "prev_hash",
        "hash",
    ];
    let written = writer.write_record(header).and_then(|()| {
        for linked in all {
            let entry = &linked.entry;
            writer.write_record([
                &entry.seq.to_string(),
                &entry.at.to_rfc3339(),
                &entry.actor,
                &entry.action,
                &entry.object,
                &entry.detail,
                &linked.prev_hash,
                &linked.hash,
            ])?;
        }
        Ok(())
    });
    written.map_err(|e| failed("export of the audit log", &e))?;
    writer
        .into_inner()
        .map_err(|e| failed("export of the audit log", &e))
}
