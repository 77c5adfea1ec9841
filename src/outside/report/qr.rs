//! A QR code as shapes: runs of dark modules, for the page (SVG) and for the PDF.

use std::fmt::Write as _;

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

/// Light modules around a code (ISO/IEC 18004 asks for four).
pub const QUIET: u16 = 4;

/// A code as runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// Modules a side, without the quiet zone.
    pub side: u16,
    /// Runs of dark modules: column, row, length.
    pub runs: Vec<(u16, u16, u16)>,
}

impl Qr {
    /// The code of a text; `None` when it is too long for one.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        // The mask is fixed: choosing the best of eight takes ten times as long, and readers read any.
        let code = QrCode::encode_segments_advanced(
            &QrSegment::make_segments(text),
            QrCodeEcc::Medium,
            Version::MIN,
            Version::MAX,
            Some(Mask::new(2)),
            true,
        )
        .ok()?;
        let side = u16::try_from(code.size()).ok()?;
        let mut runs = Vec::new();
        for y in 0..side {
            let mut x = 0;
            while x < side {
                let dark = |x: u16| code.get_module(i32::from(x), i32::from(y));
                let from = x;
                while x < side && dark(x) {
                    x += 1;
                }
                if x > from {
                    runs.push((from, y, x - from));
                } else {
                    x += 1;
                }
            }
        }
        Some(Self { side, runs })
    }

    /// The runs as the data of an SVG path that is drawn with a line one unit wide, one unit a module, with the quiet zone
    /// around: half as long as shapes to be filled.
    #[must_use]
    pub fn path(&self) -> String {
        let mut out = String::with_capacity(self.runs.len() * 10);
        for (x, y, length) in &self.runs {
            // writing to a text cannot fail
            let _ = write!(out, "M{} {}.5h{length}", x + QUIET, y + QUIET);
        }
        out
    }

    /// Modules a side with the quiet zone.
    #[must_use]
    pub const fn whole(&self) -> u16 {
        self.side + 2 * QUIET
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runs_are_the_dark_modules() {
        let qr = Qr::new("https://credit.example.gov.cn/verify?code=0123").unwrap();
        assert_eq!(qr.side % 4, 1);
        // the finder pattern: seven dark modules in its first row
        assert_eq!(qr.runs[0], (0, 0, 7));
        assert!(qr.runs.iter().all(|(x, _, n)| x + n <= qr.side));
        assert!(qr.path().starts_with("M4 4.5h7"));
        assert_eq!(Qr::new(&"x".repeat(5_000)), None);
    }
}
