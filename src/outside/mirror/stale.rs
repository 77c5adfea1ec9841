//! Which ids of somebody's own copy must go: a file with an id column, CSV or JSON Lines.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use super::MirrorError;

/// The ids of a file, each once, in its order.
///
/// # Errors
/// When it cannot be read or has no such column; the text names line and column, never what stands there.
pub fn ids(path: &Path, column: &str) -> Result<Vec<String>, MirrorError> {
    let told =
        |what: &dyn std::fmt::Display| MirrorError::File(format!("{}: {what}", path.display()));
    let mut file = BufReader::new(File::open(path).map_err(|e| told(&e))?);
    // a byte order mark is no part of the first name
    if file
        .fill_buf()
        .map_err(|e| told(&e))?
        .starts_with(b"\xef\xbb\xbf")
    {
        file.consume(3);
    }
    let first = file.fill_buf().map_err(|e| told(&e))?;
    let found = if first.trim_ascii_start().starts_with(b"{") {
        lines(file, column)
    } else {
        csv(file, column)
    };
    let mut seen = HashSet::new();
    let mut out = found.map_err(|e| told(&e))?;
    out.retain(|id| !id.is_empty() && seen.insert(id.clone()));
    Ok(out)
}

fn lines(mut file: BufReader<File>, column: &str) -> Result<Vec<String>, String> {
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|e| e.to_string())?;
    let mut out = Vec::new();
    for (at, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let value: serde_json::Value =
            serde_json::from_str(line).map_err(|_| format!("line {at} is no JSON"))?;
        let id = value.get(column).and_then(|v| v.as_str());
        out.push(
            id.ok_or_else(|| format!("line {at} has no text {column:?}"))?
                .to_owned(),
        );
    }
    Ok(out)
}

fn csv(file: BufReader<File>, column: &str) -> Result<Vec<String>, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let place = reader
        .byte_headers()
        .map_err(|e| e.to_string())?
        .iter()
        .position(|name| name.trim_ascii() == column.as_bytes())
        .ok_or_else(|| format!("there is no column {column:?}: name it with --column"))?;
    let mut out = Vec::new();
    for (at, row) in (2..).zip(reader.byte_records()) {
        let row = row.map_err(|_| format!("row {at} is no CSV"))?;
        let id = row.get(place).unwrap_or_default().trim_ascii();
        out.push(String::from_utf8_lossy(id).into_owned());
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_csv_and_json_lines() {
        let dir = tempfile::tempdir().unwrap();
        let file = |text: &str| {
            let path = dir.path().join("f");
            std::fs::write(&path, text).unwrap();
            path
        };
        for (text, column) in [
            ("\u{feff}id,name\na1,\"甲,乙\"\nb2,丙\na1,丁\n,戊\n", "id"),
            ("name,编号\r\n甲,a1\r\n乙,b2\r\n", "编号"),
            ("{\"id\":\"a1\"}\n\n{\"id\":\"b2\",\"x\":1}\n", "id"),
        ] {
            assert_eq!(ids(&file(text), column).unwrap(), ["a1", "b2"], "{text}");
        }
        for (text, says) in [
            ("name\n甲\n", "no column"),
            ("{\"id\":1}\n", "line 1"),
            ("{\"id\":\"a\"}\n私密\n", "line 2"),
        ] {
            let error = ids(&file(text), "id").unwrap_err().to_string();
            assert!(error.contains(says) && !error.contains('私'), "{error}");
        }
        assert!(ids(&dir.path().join("none"), "id").is_err());
    }
}
