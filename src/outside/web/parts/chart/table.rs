//! The table behind a chart.

use maud::{Markup, html};

/// A row: its name and its numbers as they are told.
#[derive(Clone, Debug)]
pub struct Row {
    /// Name, perhaps a link.
    pub name: Markup,
    /// One text a column.
    pub values: Vec<String>,
}

/// A table of numbers.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    /// What it is a table of.
    pub caption: &'a str,
    /// Heads of its columns, that of the names first.
    pub heads: &'a [&'a str],
    /// Its rows.
    pub rows: Vec<Row>,
}

impl Table<'_> {
    /// The markup.
    pub(super) fn render(&self) -> Markup {
        html! {
            div.table-wrap {
                table.chart-table {
                    caption { (self.caption) }
                    thead { tr { @for head in self.heads { th scope="col" { (head) } } } }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                th scope="row" { (row.name) }
                                @for (value, head) in row.values.iter().zip(self.heads.iter().skip(1)) {
                                    td.num data-label=(head) { (value) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
