//! Reads the ids and sequence numbers of a file again, in every form that has rows: for checking a copy.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

use calamine::{DataRef, Reader as _, Xlsx};
use diesel::prelude::*;
use flate2::read::MultiGzDecoder;
use parquet::file::reader::{ChunkReader, FileReader as _, SerializedFileReader};
use parquet::record::RowAccessor as _;
use parquet::schema::types::Type;
use serde::Deserialize;

use super::database::records;

#[derive(Deserialize)]
struct RowId {
    id: String,
    seq: i64,
}

/// Tells every row of a file; says whether the file is of a form that has rows.
///
/// # Errors
/// What is wrong with the file, in words.
pub fn rows(path: &Path, row: &mut dyn FnMut(&str, i64)) -> Result<bool, String> {
    let name = path
        .file_name()
        .and_then(|n| n.to_str())
        .unwrap_or_default();
    let open = || File::open(path).map_err(|e| e.to_string());
    if name.ends_with(".jsonl.gz") {
        json(MultiGzDecoder::new(open()?), row)?;
    } else if name.ends_with(".csv.gz") {
        csv(MultiGzDecoder::new(open()?), true, row)?;
    } else if name.ends_with(".parquet") {
        parquet(open()?, row).map_err(|e| e.to_string())?;
    } else if name.ends_with(".xlsx") {
        workbook(open()?, row)?;
    } else if name.ends_with(".sqlite") {
        database(path, row)?;
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// The rows of JSON Lines.
pub(super) fn json(plain: impl Read, row: &mut dyn FnMut(&str, i64)) -> Result<(), String> {
    for line in BufReader::new(plain).lines() {
        let line = line.map_err(|e| e.to_string())?;
        // the category only: the text of the error could quote the row
        let read: RowId =
            serde_json::from_str(&line).map_err(|e| format!("{:?} error", e.classify()))?;
        row(&read.id, read.seq);
    }
    Ok(())
}

/// The rows of CSV of either edition, with a head or without.
pub(super) fn csv(
    plain: impl Read,
    head: bool,
    row: &mut dyn FnMut(&str, i64),
) -> Result<(), String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(head)
        .from_reader(plain);
    let mut record = csv::StringRecord::new();
    // what makes a number a text for spreadsheets
    let bare = |cell: Option<&str>| cell.map(|c| c.trim_start_matches('\t').to_owned());
    while reader
        .read_record(&mut record)
        .map_err(|_| "no CSV".to_owned())?
    {
        let seq = bare(record.get(1)).and_then(|s| s.parse().ok());
        let (Some(id), Some(seq)) = (bare(record.get(0)), seq) else {
            return Err("a row without id or seq".to_owned());
        };
        row(&id, seq);
    }
    Ok(())
}

/// The rows of a Parquet file.
pub(super) fn parquet(
    file: impl ChunkReader + 'static,
    row: &mut dyn FnMut(&str, i64),
) -> Result<(), parquet::errors::ParquetError> {
    let reader = SerializedFileReader::new(file)?;
    let schema = reader.metadata().file_metadata().schema();
    let fields = schema.get_fields().iter();
    let wanted = fields.filter(|f| matches!(f.name(), "id" | "seq")).cloned();
    let wanted = Type::group_type_builder(schema.name())
        .with_fields(wanted.collect())
        .build()?;
    for read in reader.get_row_iter(Some(wanted))? {
        let read = read?;
        row(read.get_string(0)?, read.get_long(1)?);
    }
    Ok(())
}

/// The rows of a piece of a sheet, without the workbook around it: the first two cells of each, which are texts without
/// any character that XML writes otherwise.
pub(super) fn sheet(piece: &str, row: &mut dyn FnMut(&str, i64)) -> Result<(), String> {
    // a less-than sign is written otherwise in a text
    for one in piece.split("<row>").skip(1) {
        let mut texts = one.split("<t>").skip(1).map(|t| t.split('<').next());
        let (id, seq) = (texts.next().flatten(), texts.next().flatten());
        let seq = seq.and_then(|s| s.parse().ok());
        let (Some(id), Some(seq)) = (id, seq) else {
            return Err("a row without id or seq".to_owned());
        };
        row(id, seq);
    }
    Ok(())
}

fn workbook(file: File, row: &mut dyn FnMut(&str, i64)) -> Result<(), String> {
    let mut book = Xlsx::new(BufReader::new(file)).map_err(|e| e.to_string())?;
    let sheet = book.sheet_names().first().cloned().unwrap_or_default();
    let mut cells = book
        .worksheet_cells_reader(&sheet)
        .map_err(|e| e.to_string())?;
    let mut id: Option<(u32, String)> = None;
    while let Some(cell) = cells.next_cell().map_err(|e| e.to_string())? {
        let (at, column) = cell.get_position();
        let text = match cell.get_value() {
            DataRef::String(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            _ => continue,
        };
        match (at, column) {
            (0, _) => {}
            (_, 0) => id = Some((at, text)),
            (_, 1) => {
                let seq = text.parse().map_err(|_| "a row without seq".to_owned())?;
                match &id {
                    Some((of, id)) if *of == at => row(id, seq),
                    _ => return Err("a row without id".to_owned()),
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn database(path: &Path, row: &mut dyn FnMut(&str, i64)) -> Result<(), String> {
    let url = format!("file:{}?mode=ro", path.to_string_lossy());
    let mut conn = SqliteConnection::establish(&url).map_err(|e| e.to_string())?;
    let mut after = i64::MIN;
    loop {
        let some: Vec<(i64, String, i64)> = records::table
            .filter(records::row.gt(after))
            .select((records::row, records::id, records::seq))
            .order(records::row)
            .limit(10_000)
            .load(&mut conn)
            .map_err(|e| e.to_string())?;
        let Some(last) = some.last() else {
            return Ok(());
        };
        after = last.0;
        some.iter().for_each(|(_, id, seq)| row(id, *seq));
    }
}
