//! The rejects file: one line a finding, for the provider to mend and send again.
//!
//! UTF-8 with byte order mark and RFC 4180, so that a spreadsheet opens it by a double click; no cell can
//! be taken for a formula; private values are masked; only the owner of the process may read it.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::finding::{Finding, Gravity};

const HEADER: [&str; 11] = [
    "工作表 sheet",
    "行号 row",
    "列 column",
    "值 value",
    "结果 result",
    "代码 code",
    "原因",
    "如何更正",
    "reason",
    "how to mend it",
    "文件 file",
];

/// Writes findings; the file comes into being with the first one.
#[derive(Debug)]
pub(in crate::inside) struct Rejects {
    path: Option<PathBuf>,
    file_name: String,
    writer: Option<csv::Writer<BufWriter<File>>>,
}

impl Rejects {
    /// Findings go to `dir/<batch>.csv`; nowhere when `dir` is absent.
    pub fn new(dir: Option<&Path>, batch: &str, file_name: &str) -> Self {
        Self {
            path: dir.map(|d| d.join(format!("{batch}.csv"))),
            file_name: file_name.to_owned(),
            writer: None,
        }
    }

    /// Adds findings.
    pub fn add(&mut self, findings: &[Finding]) -> io::Result<()> {
        if findings.is_empty() {
            return Ok(());
        }
        let Some(path) = &self.path else {
            return Ok(());
        };
        if self.writer.is_none() {
            self.writer = Some(open(path)?);
        }
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        for f in findings {
            let row = if f.row == 0 {
                String::new()
            } else {
                f.row.to_string()
            };
            let result = match f.gravity {
                Gravity::Reject => "未导入 rejected",
                Gravity::Warning => "提示 warning",
            };
            let cells = [
                safe(&f.sheet),
                row,
                safe(&f.column),
                safe(&f.value),
                result.to_owned(),
                f.code.to_owned(),
                safe(&f.reason_zh),
                safe(&f.mend_zh),
                safe(&f.reason_en),
                safe(&f.mend_en),
                safe(&self.file_name),
            ];
            writer.write_record(&cells).map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// Writes out what is buffered; the path when there is a file.
    pub fn finish(self) -> io::Result<Option<PathBuf>> {
        match self.writer {
            Some(writer) => {
                let file = writer
                    .into_inner()
                    .map_err(|e| io::Error::other(e.to_string()))?
                    .into_inner()
                    .map_err(io::IntoInnerError::into_error)?;
                file.sync_all()?;
                Ok(self.path)
            }
            None => Ok(None),
        }
    }
}

fn open(path: &Path) -> io::Result<csv::Writer<BufWriter<File>>> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = BufWriter::new(options.open(path)?);
    file.write_all(b"\xEF\xBB\xBF")?;
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(file);
    writer.write_record(HEADER).map_err(io::Error::other)?;
    Ok(writer)
}

/// A cell that no spreadsheet takes for a formula: what begins with a sign that starts one gets an apostrophe.
fn safe(text: &str) -> String {
    let starts = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    if text.starts_with(starts) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inside::intake::finding::Fault;

    #[test]
    fn a_rejects_file_is_safe_to_open_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let mut rejects = Rejects::new(Some(dir.path()), "b1", "x.csv");
        let fault = Fault::new("bad_date", ("不是日期,\"x\"", "no date"), ("更正", "mend"));
        let finding = Finding::at("", 7, "=cmd()", "@SUM(A1)", fault);
        rejects.add(&[finding]).unwrap();
        let path = rejects.finish().unwrap().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with('\u{FEFF}'));
        assert!(text.contains("\r\n,7,'=cmd(),'@SUM(A1),"), "{text}");
        assert!(text.contains("\"不是日期,\"\"x\"\"\""), "{text}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
    }

    #[test]
    fn no_finding_makes_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let mut rejects = Rejects::new(Some(dir.path()), "b1", "x.csv");
        rejects.add(&[]).unwrap();
        assert_eq!(rejects.finish().unwrap(), None);
    }
}
