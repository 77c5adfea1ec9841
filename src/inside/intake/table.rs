//! From a reader's rows to chunks of data rows with the layout they stand in: finds the header below
//! merged titles, takes a second header of column codes, refuses a sheet that lacks mandatory columns.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::finding::{Fault, Finding};
use super::header::{self, HEADER_WITHIN, Layout};
use super::source::{Cell, Flow, Item, Place, SheetRow};
use super::template::Template;

/// Rows of one chunk: enough to make hand-over cheap, few enough to keep memory flat.
const CHUNK_ROWS: usize = 256;

/// Data rows that share a layout, in their order.
#[derive(Debug)]
pub(in crate::inside) struct Chunk {
    /// What stands where.
    pub layout: Arc<Layout>,
    /// Ordinal of the sheet within the file.
    pub sheet: u32,
    /// Rows.
    pub rows: Vec<SheetRow>,
    /// How far the file is read.
    pub place: Place,
}

/// Why no sheet of a file could be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Sheet; empty for csv and JSON lines.
    pub sheet: String,
    /// Mandatory columns that are not there; empty when no header was found at all.
    pub missing: Vec<String>,
    /// Columns that were understood.
    pub found: Vec<String>,
    /// Columns that were not.
    pub unknown: Vec<String>,
}

enum State {
    Searching { rows: usize },
    MaybeSecond(Layout),
    Rows(Arc<Layout>),
    Skipped,
}

/// Takes items, gives chunks.
pub(in crate::inside) struct Table<'t, 'o> {
    template: &'t Template,
    out: Box<dyn FnMut(Chunk) -> Flow + 'o>,
    state: State,
    sheet: u32,
    name: String,
    keyed: bool,
    rows: Vec<SheetRow>,
    place: Place,
    reported: BTreeSet<String>,
    nearest: Vec<String>,
    /// Sheets of which the header was found and complete.
    pub usable: u32,
    /// Sheets refused although they have a header.
    pub refused: Vec<Refused>,
    /// Findings about the file as a whole.
    pub findings: Vec<Finding>,
}

impl<'t, 'o> Table<'t, 'o> {
    /// A table for files of a template.
    pub fn new(template: &'t Template, out: impl FnMut(Chunk) -> Flow + 'o) -> Self {
        Self {
            template,
            out: Box::new(out),
            state: State::Skipped,
            sheet: 0,
            name: String::new(),
            keyed: false,
            rows: Vec::new(),
            place: Place::default(),
            reported: BTreeSet::new(),
            nearest: Vec::new(),
            usable: 0,
            refused: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Takes one item of a reader.
    pub fn take(&mut self, item: Item, place: Place) -> Flow {
        self.place = place;
        match item {
            Item::Sheet(name) => {
                let flow = self.end_sheet();
                self.sheet += 1;
                self.name = name;
                self.nearest.clear();
                self.state = State::Searching { rows: 0 };
                flow
            }
            Item::Columns(columns) => self.columns(&columns),
            Item::Row(row) if row.is_blank() => Flow::More,
            Item::Row(row) => self.row(row),
        }
    }

    /// The file is at its end.
    pub fn finish(&mut self) -> Flow {
        let flow = self.end_sheet();
        self.state = State::Skipped;
        flow
    }

    fn row(&mut self, row: SheetRow) -> Flow {
        match std::mem::replace(&mut self.state, State::Skipped) {
            State::Skipped => Flow::NextSheet,
            State::Searching { rows } if self.keyed => {
                // JSON lines whose first lines are all unreadable
                self.state = State::Searching { rows };
                let layout = Arc::new(Layout::of(self.template, &self.name, 0, &[]));
                self.emit_alone(layout, row)
            }
            State::Searching { rows } => {
                if header::is_header(self.template, &row.cells) {
                    let layout =
                        Layout::of(self.template, &self.name, row.number, &texts(&row.cells));
                    self.state = State::MaybeSecond(layout);
                    return Flow::More;
                }
                let texts = texts(&row.cells);
                if texts.len() > self.nearest.len() {
                    self.nearest = texts;
                }
                if rows + 1 >= HEADER_WITHIN {
                    self.no_header();
                    return Flow::NextSheet;
                }
                self.state = State::Searching { rows: rows + 1 };
                Flow::More
            }
            State::MaybeSecond(mut layout) => {
                if header::is_header(self.template, &row.cells) {
                    let second =
                        Layout::of(self.template, &self.name, row.number, &texts(&row.cells));
                    layout.merge(second);
                    return self.settle(layout);
                }
                match self.settle(layout) {
                    Flow::More => self.row(row),
                    other => other,
                }
            }
            State::Rows(layout) => {
                // a header repeated on a later page of the sheet
                let repeated = row.cells.len() >= 3
                    && row
                        .cells
                        .iter()
                        .zip(&layout.headers)
                        .filter(|(c, h)| !h.is_empty() && super::value::clean_line(&c.text) == **h)
                        .count()
                        * 2
                        > row.cells.len();
                self.state = State::Rows(Arc::clone(&layout));
                if repeated && !self.keyed {
                    return Flow::More;
                }
                self.rows.push(row);
                if self.rows.len() >= CHUNK_ROWS {
                    return self.flush();
                }
                Flow::More
            }
        }
    }

    /// A layout is complete: report what is odd about it, refuse the sheet when columns are missing.
    fn settle(&mut self, layout: Layout) -> Flow {
        let missing = layout.missing(self.template);
        if !missing.is_empty() {
            self.refused.push(Refused {
                sheet: self.name.clone(),
                missing: missing.clone(),
                found: owned(&layout.known()),
                unknown: owned(&layout.unknown()),
            });
            let list = missing.join("、");
            let fault = Fault::new(
                "missing_columns",
                (
                    format!("缺少必备列:{list}"),
                    format!("mandatory columns are missing: {list}"),
                ),
                (
                    "按国家模板补齐列名",
                    "name the columns as the national template does",
                ),
            );
            self.findings
                .push(Finding::at(&self.name, layout.row, "", "", fault));
            self.state = State::Skipped;
            return Flow::NextSheet;
        }
        self.usable += 1;
        self.report(&layout);
        self.state = State::Rows(Arc::new(layout));
        Flow::More
    }

    fn report(&mut self, layout: &Layout) {
        let notes = [
            (
                layout.unknown(),
                "unknown_column",
                "模板中没有此列,内容仅存内部,不公开",
                "no column of the template; kept inside, never public",
                "核对列名;多余的列可删除",
                "compare the name with the template; a needless column may be deleted",
            ),
            (
                layout.repeated(),
                "repeated_column",
                "此列重复,只读取第一列",
                "the column occurs twice; the first one is read",
                "删除重复列",
                "delete the second one",
            ),
        ];
        for (headers, code, zh, en, mend_zh, mend_en) in notes {
            for header in headers {
                if self.reported.insert(format!("{code} {header}")) {
                    let fault = Fault::new(code, (zh, en), (mend_zh, mend_en)).warning();
                    self.findings
                        .push(Finding::at(&self.name, layout.row, header, "", fault));
                }
            }
        }
    }

    fn columns(&mut self, columns: &[String]) -> Flow {
        self.keyed = true;
        let flow = self.flush();
        let layout = Layout::of(self.template, &self.name, 0, columns);
        if layout.known().is_empty() {
            self.nearest = columns.to_vec();
            self.no_header();
            self.state = State::Skipped;
            return Flow::NextSheet;
        }
        if self.usable == 0 {
            self.usable = 1;
        }
        self.report(&layout);
        self.state = State::Rows(Arc::new(layout));
        flow
    }

    fn no_header(&mut self) {
        let found: Vec<String> = self
            .nearest
            .iter()
            .take(60)
            .map(|t| super::finding::shown_value(t, false))
            .collect();
        self.refused.push(Refused {
            sheet: self.name.clone(),
            missing: Vec::new(),
            found: Vec::new(),
            unknown: found,
        });
        let fault = Fault::new(
            "no_header",
            (
                "未找到表头,本工作表未读取",
                "no header was found; the sheet was not read",
            ),
            (
                "在前30行内放置国家模板的表头",
                "put the header of the national template into the first 30 rows",
            ),
        )
        .warning();
        self.findings
            .push(Finding::at(&self.name, 0, "", "", fault));
        self.state = State::Skipped;
    }

    fn end_sheet(&mut self) -> Flow {
        let flow = self.flush();
        match std::mem::replace(&mut self.state, State::Skipped) {
            // a header and no rows: still to be judged
            State::MaybeSecond(layout) => {
                self.settle(layout);
            }
            State::Searching { .. } if !self.nearest.is_empty() => self.no_header(),
            State::Searching { .. } | State::Rows(_) | State::Skipped => {}
        }
        flow
    }

    fn flush(&mut self) -> Flow {
        let State::Rows(layout) = &self.state else {
            return Flow::More;
        };
        if self.rows.is_empty() {
            return Flow::More;
        }
        let chunk = Chunk {
            layout: Arc::clone(layout),
            sheet: self.sheet,
            rows: std::mem::take(&mut self.rows),
            place: self.place,
        };
        (self.out)(chunk)
    }

    fn emit_alone(&mut self, layout: Arc<Layout>, row: SheetRow) -> Flow {
        (self.out)(Chunk {
            layout,
            sheet: self.sheet,
            rows: vec![row],
            place: self.place,
        })
    }

    /// Whether a refused sheet had a header: then its rows are lost to the import.
    pub fn lost_sheets(&self) -> usize {
        self.refused
            .iter()
            .filter(|r| !r.missing.is_empty())
            .count()
    }
}

fn texts(cells: &[Cell]) -> Vec<String> {
    cells.iter().map(|c| c.text.clone()).collect()
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}
