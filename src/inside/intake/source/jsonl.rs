//! JSON lines: one object a line, keyed by Chinese header, column code or canonical key.
//!
//! Nested objects are read as `outer.inner`, arrays as values joined by `;`. Whole numbers keep all
//! their digits; `true` and `false` become 是 and 否.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead, Read};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::sniff::{Encoding, TextForm};
use super::{Cell, Flow, Hint, Item, Limits, Place, SheetRow, Sink, Trouble};

/// Reads JSON lines.
pub(in crate::inside) fn read(
    mut input: impl BufRead,
    form: TextForm,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let mut place = Place {
        done: 0,
        total: form.bytes,
    };
    if sink(Item::Sheet(String::new()), place) != Flow::More {
        return Ok(());
    }
    let mut columns = Columns::default();
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let got = input
            .by_ref()
            .take(limits.record_bytes as u64)
            .read_until(b'\n', &mut line)?;
        if got == 0 {
            return Ok(());
        }
        number += 1;
        place.done += got as u64;
        let too_long = got >= limits.record_bytes && !line.ends_with(b"\n");
        if too_long {
            place.done += skip_line(&mut input)?;
        }
        let row = if too_long {
            broken(number, Trouble::TooLong)
        } else {
            let Some(row) = row_of(number, &line, form.encoding, &mut columns, limits) else {
                continue;
            };
            row
        };
        if std::mem::take(&mut columns.grown)
            && sink(Item::Columns(columns.names.clone()), place) != Flow::More
        {
            return Ok(());
        }
        if sink(Item::Row(row), place) != Flow::More {
            return Ok(());
        }
    }
}

fn skip_line(input: &mut impl BufRead) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            return Ok(skipped);
        }
        let (used, end) = match chunk.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (chunk.len(), false),
        };
        input.consume(used);
        skipped += used as u64;
        if end {
            return Ok(skipped);
        }
    }
}

/// Columns met so far, in the order in which they were first met.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    at: HashMap<String, usize>,
    grown: bool,
}

impl Columns {
    fn index(&mut self, name: &str) -> usize {
        if let Some(at) = self.at.get(name) {
            return *at;
        }
        let at = self.names.len();
        self.names.push(name.to_owned());
        self.at.insert(name.to_owned(), at);
        self.grown = true;
        at
    }
}

fn broken(number: u64, trouble: Trouble) -> SheetRow {
    SheetRow {
        number,
        cells: Vec::new(),
        trouble: Some(trouble),
    }
}

/// One line as a row; `None` for an empty line.
fn row_of(
    number: u64,
    line: &[u8],
    encoding: Encoding,
    columns: &mut Columns,
    limits: &Limits,
) -> Option<SheetRow> {
    let decoded;
    let text = if encoding == Encoding::Gb18030 {
        let (text, faults) = encoding_rs::GB18030.decode_without_bom_handling(line);
        if faults {
            return Some(broken(number, Trouble::Encoding));
        }
        decoded = text;
        decoded.as_ref()
    } else {
        match std::str::from_utf8(line) {
            Ok(text) => text,
            Err(_) => return Some(broken(number, Trouble::Encoding)),
        }
    };
    let text = text.trim_start_matches('\u{FEFF}').trim();
    if text.is_empty() {
        return None;
    }
    let Ok(object) = serde_json::from_str::<Pairs>(text) else {
        return Some(broken(number, Trouble::Json));
    };
    let mut flat = Vec::new();
    for (key, value) in object.0 {
        flatten(key, value, 0, &mut flat);
    }
    let mut cells: Vec<Cell> = vec![Cell::empty(); columns.names.len()];
    let mut seen = vec![false; columns.names.len()];
    for (key, cell) in flat {
        if columns.names.len() >= limits.columns && !columns.at.contains_key(&key) {
            return Some(broken(number, Trouble::TooLong));
        }
        let at = columns.index(&key);
        if at >= cells.len() {
            cells.resize(at + 1, Cell::empty());
            seen.resize(at + 1, false);
        }
        if let (Some(slot), Some(seen)) = (cells.get_mut(at), seen.get_mut(at)) {
            if std::mem::replace(seen, true) {
                return Some(broken(number, Trouble::DuplicateKey));
            }
            *slot = cell;
        }
    }
    Some(SheetRow {
        number,
        cells,
        trouble: None,
    })
}

fn flatten(key: String, value: Value, depth: u8, out: &mut Vec<(String, Cell)>) {
    match value {
        Value::Object(inner) if depth < 3 => {
            for (k, v) in inner {
                flatten(format!("{key}.{k}"), v, depth + 1, out);
            }
        }
        Value::Array(values) => {
            let joined: Vec<String> = values.iter().map(|v| cell_of(v).text).collect();
            out.push((key, Cell::text(joined.join(";"))));
        }
        other => out.push((key, cell_of(&other))),
    }
}

fn cell_of(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::empty(),
        Value::Bool(true) => Cell::text("是"),
        Value::Bool(false) => Cell::text("否"),
        Value::String(text) => Cell::text(text.clone()),
        Value::Number(n) => {
            let text = n.to_string();
            // a whole number beyond 20 digits, or one written with an exponent, was read as floating point
            let lost = !n.is_i64() && !n.is_u64() && n.as_f64().is_some_and(|f| f.abs() >= 1e15);
            Cell {
                text,
                hint: if lost { Hint::Destroyed } else { Hint::Number },
            }
        }
        Value::Array(_) | Value::Object(_) => Cell::text(value.to_string()),
    }
}

/// The pairs of an object in their order, doubles included.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Visit)
    }
}
