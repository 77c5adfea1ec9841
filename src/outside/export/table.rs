//! Parquet made of parts: a row group a part, made alone and kept with its own description. A file is the row groups of
//! its parts and a footer in which each of them stands where it then is, so that a withdrawal makes one row group anew.

use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, OnceLock};

use chrono::NaiveDate;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::metadata::{
    FileMetaData, ParquetMetaData, ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData,
};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type, TypePtr};

use super::columns::{COLUMNS, Column};
use super::row::Row;
use super::{ExportError, io};

/// What a Parquet file begins and ends with.
pub const MAGIC: &[u8; 4] = b"PAR1";
/// Length of the description, and the magic, at the end of a file.
const END: usize = 8;
/// How hard pages are pressed.
const LEVEL: i32 = 3;

/// Days from the first of January 1970, by which Parquet tells a date.
fn days(date: NaiveDate) -> i32 {
    let days = date.signed_duration_since(NaiveDate::default()).num_days();
    i32::try_from(days).unwrap_or(0)
}

/// The physical type of a column.
fn physical(column: &Column) -> Physical {
    match (column.kind, column.name) {
        ("integer", "seq") => Physical::INT64,
        ("date" | "integer", _) => Physical::INT32,
        _ => Physical::BYTE_ARRAY,
    }
}

fn schema() -> Result<TypePtr, ExportError> {
    let mut fields = Vec::with_capacity(COLUMNS.len());
    for column in &COLUMNS {
        let logical = match column.kind {
            "date" => Some(LogicalType::Date),
            "integer" => None,
            _ => Some(LogicalType::String),
        };
        let repetition = if column.required {
            Repetition::REQUIRED
        } else {
            Repetition::OPTIONAL
        };
        let field = Type::primitive_type_builder(column.name, physical(column))
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build()?;
        fields.push(Arc::new(field));
    }
    let schema = Type::group_type_builder("records")
        .with_fields(fields)
        .build()?;
    Ok(Arc::new(schema))
}

fn properties() -> Result<WriterProperties, ExportError> {
    Ok(WriterProperties::builder()
        .set_created_by(concat!("gongshi ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        // each id occurs once
        .set_column_dictionary_enabled(ColumnPath::from("id"), false)
        .build())
}

/// Rows as a Parquet file of one row group; of none when there is no row.
///
/// # Errors
/// None that is known: it is written into memory.
pub fn encode(rows: &[&Row<'_>]) -> Result<Vec<u8>, ExportError> {
    let mut file = SerializedFileWriter::new(Vec::new(), schema()?, Arc::new(properties()?))?;
    if !rows.is_empty() {
        let mut group = file.next_row_group()?;
        let mut at = 0;
        while let Some(mut writer) = group.next_column()? {
            let Some(column) = COLUMNS.get(at) else { break };
            column_of(rows, at, column, writer.untyped())?;
            writer.close()?;
            at += 1;
        }
        group.close()?;
    }
    Ok(file.into_inner()?)
}

fn column_of(
    rows: &[&Row<'_>],
    at: usize,
    column: &Column,
    writer: &mut ColumnWriter<'_>,
) -> Result<(), ExportError> {
    let mut levels: Vec<i16> = Vec::new();
    match writer {
        ColumnWriter::Int64ColumnWriter(writer) => {
            let values: Vec<i64> = rows.iter().map(|r| r.line().number(column.name)).collect();
            writer.write_batch(&values, None, None)?;
        }
        ColumnWriter::Int32ColumnWriter(writer) if column.kind == "integer" => {
            let number = |r: &&Row<'_>| i32::try_from(r.line().number(column.name)).unwrap_or(0);
            let values: Vec<i32> = rows.iter().map(number).collect();
            writer.write_batch(&values, None, None)?;
        }
        ColumnWriter::Int32ColumnWriter(writer) => {
            let dates = rows.iter().map(|r| r.line().date(column.name));
            levels.extend(dates.clone().map(|d| i16::from(d.is_some())));
            let values: Vec<i32> = dates.flatten().map(days).collect();
            writer.write_batch(&values, (!column.required).then_some(&levels[..]), None)?;
        }
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            let cells = rows.iter().map(|r| r.cells().get(at).unwrap_or_default());
            // an empty cell says that there is nothing, where there may be nothing
            let filled = |cell: &str| column.required || !cell.is_empty();
            levels.extend(cells.clone().map(|c| i16::from(filled(c))));
            let values: Vec<ByteArray> = cells.filter(|c| filled(c)).map(ByteArray::from).collect();
            writer.write_batch(&values, (!column.required).then_some(&levels[..]), None)?;
        }
        _ => {
            let what = format!("no column of this type: {}", column.name);
            return Err(ExportError::Encode(what));
        }
    }
    Ok(())
}

/// Row groups that are put together to a file.
pub struct Assembly {
    groups: Vec<RowGroupMetaData>,
    at: u64,
    rows: i64,
}

impl Default for Assembly {
    /// Nothing yet but the magic at the beginning.
    fn default() -> Self {
        Self {
            groups: Vec::new(),
            at: MAGIC.len() as u64,
            rows: 0,
        }
    }
}

impl Assembly {
    /// Takes in the row group of a file that [`encode`] made and that stands in another from a byte, so long. Says which of
    /// its bytes belong to the file that is put together: from where, how many.
    ///
    /// # Errors
    /// Those of the file system; when it is no such file.
    pub fn add(
        &mut self,
        file: &std::fs::File,
        offset: u64,
        length: u64,
    ) -> Result<(u64, u64), ExportError> {
        let read = |from: u64, size: usize| {
            let mut bytes = vec![0; size];
            file.read_exact_at(&mut bytes, from)
                .map_err(io(std::path::Path::new("a part of the exports")))?;
            Ok::<_, ExportError>(bytes)
        };
        let damaged = || ExportError::Encode("a row group is damaged".to_owned());
        let end = read(offset + length.saturating_sub(END as u64), END)?;
        let size: [u8; 4] = end[..4].try_into().map_err(|_| damaged())?;
        let size = u64::from(u32::from_le_bytes(size));
        let data = length
            .checked_sub(MAGIC.len() as u64 + size + END as u64)
            .ok_or_else(damaged)?;
        let from = offset + MAGIC.len() as u64;
        let footer = read(from + data, usize::try_from(size).unwrap_or(0))?;
        let metadata = ParquetMetaDataReader::decode_metadata(&footer)?;
        // it stood behind a magic alone, and stands further on now
        let shift = i64::try_from(self.at - MAGIC.len() as u64).map_err(|_| damaged())?;
        for group in metadata.row_groups() {
            self.rows += group.num_rows();
            let group = moved(group.clone(), shift, self.groups.len())?;
            self.groups.push(group);
        }
        self.at += data;
        Ok((from, data))
    }

    /// The footer of the file.
    ///
    /// # Errors
    /// None that is known: it is written into memory.
    pub fn finish(self) -> Result<Vec<u8>, ExportError> {
        let empty = empty()?;
        let of = empty.file_metadata();
        let file = FileMetaData::new(
            of.version(),
            self.rows,
            of.created_by().map(str::to_owned),
            of.key_value_metadata().cloned(),
            of.schema_descr_ptr(),
            of.column_orders().cloned(),
        );
        let metadata = ParquetMetaData::new(file, self.groups);
        let mut out = Vec::new();
        ParquetMetaDataWriter::new(&mut out, &metadata).finish()?;
        Ok(out)
    }
}

/// The description of a file without rows: what it says does not depend on them.
fn empty() -> Result<&'static ParquetMetaData, ExportError> {
    static EMPTY: OnceLock<ParquetMetaData> = OnceLock::new();
    if let Some(empty) = EMPTY.get() {
        return Ok(empty);
    }
    let file = encode(&[])?;
    // the magic, the description, its length and the magic
    let footer = file.get(MAGIC.len()..file.len() - END).unwrap_or_default();
    let made = ParquetMetaDataReader::decode_metadata(footer)?;
    Ok(EMPTY.get_or_init(|| made))
}

fn moved(
    group: RowGroupMetaData,
    shift: i64,
    ordinal: usize,
) -> Result<RowGroupMetaData, ExportError> {
    let from = group.file_offset();
    let mut builder = group.into_builder();
    let mut columns = Vec::with_capacity(COLUMNS.len());
    for column in builder.take_columns() {
        let data = column.data_page_offset() + shift;
        let dictionary = column.dictionary_page_offset().map(|at| at + shift);
        columns.push(
            column
                .into_builder()
                .set_data_page_offset(data)
                .set_dictionary_page_offset(dictionary)
                .build()?,
        );
    }
    builder = builder.set_column_metadata(columns);
    if let Some(from) = from {
        builder = builder.set_file_offset(from + shift);
    }
    // the form has sixteen bits for it, and does without
    if let Ok(ordinal) = i16::try_from(ordinal) {
        builder = builder.set_ordinal(i32::from(ordinal));
    }
    Ok(builder.build()?)
}
