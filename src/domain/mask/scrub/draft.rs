//! A text under correction, with the way from every place back to the original.

use std::ops::Range;

/// A piece of the draft: some bytes, and the bytes of the original that they stand for.
#[derive(Clone, Debug)]
struct Piece {
    now: Range<usize>,
    was: Range<usize>,
    /// Copied as it was, so that places inside it correspond.
    same: bool,
}

/// The draft.
pub(super) struct Draft {
    text: String,
    pieces: Vec<Piece>,
}

impl Draft {
    /// Begins with the original.
    pub(super) fn new(text: &str) -> Self {
        let all = 0..text.len();
        Self {
            text: text.to_owned(),
            pieces: vec![Piece {
                now: all.clone(),
                was: all,
                same: true,
            }],
        }
    }

    /// The text as it is now.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Ends the work.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The bytes of the original behind a range of the draft; what was replaced counts whole.
    pub(super) fn original(&self, now: &Range<usize>) -> Range<usize> {
        let mut start = None;
        let mut end = 0;
        for piece in &self.pieces {
            let touches = piece.now.start < now.end && now.start < piece.now.end;
            if !touches {
                continue;
            }
            let (from, to) = if piece.same {
                (
                    piece.was.start + (now.start.max(piece.now.start) - piece.now.start),
                    piece.was.start + (now.end.min(piece.now.end) - piece.now.start),
                )
            } else {
                (piece.was.start, piece.was.end)
            };
            start.get_or_insert(from);
            end = to;
        }
        start.unwrap_or(end)..end
    }

    /// Replaces ranges of the draft that do not overlap and stand in order.
    pub(super) fn apply(&mut self, edits: &[(Range<usize>, String)]) {
        let mut text = String::with_capacity(self.text.len());
        let mut pieces = Vec::with_capacity(self.pieces.len() + edits.len() * 2);
        let mut at = 0;
        for (range, put) in edits {
            if range.start < at {
                continue;
            }
            self.copy(at..range.start, &mut text, &mut pieces);
            let from = text.len();
            text.push_str(put);
            pieces.push(Piece {
                now: from..text.len(),
                was: self.original(range),
                same: false,
            });
            at = range.end;
        }
        self.copy(at..self.text.len(), &mut text, &mut pieces);
        self.text = text;
        self.pieces = pieces;
    }

    fn copy(&self, range: Range<usize>, text: &mut String, pieces: &mut Vec<Piece>) {
        for piece in &self.pieces {
            let start = piece.now.start.max(range.start);
            let end = piece.now.end.min(range.end);
            if start >= end {
                continue;
            }
            let from = text.len();
            text.push_str(&self.text[start..end]);
            let was = if piece.same {
                let shift = start - piece.now.start;
                piece.was.start + shift..piece.was.start + shift + (end - start)
            } else {
                piece.was.clone()
            };
            pieces.push(Piece {
                now: from..text.len(),
                was,
                same: piece.same,
            });
        }
    }

    /// Replaces a span of the original, moved outwards to whole characters; `None` when nothing is in it.
    pub(super) fn hide_original(&mut self, span: &Range<usize>, put: &str) -> Option<Range<usize>> {
        let len = self.pieces.last().map_or(0, |p| p.was.end);
        let span = span.start.min(len)..span.end.min(len);
        let mut start = None;
        let mut end = 0;
        for piece in &self.pieces {
            if piece.was.start >= span.end || span.start >= piece.was.end {
                continue;
            }
            let (from, to) = if piece.same {
                (
                    piece.now.start + (span.start.max(piece.was.start) - piece.was.start),
                    piece.now.start + (span.end.min(piece.was.end) - piece.was.start),
                )
            } else {
                (piece.now.start, piece.now.end)
            };
            start.get_or_insert(from);
            end = end.max(to);
        }
        let mut start = start?;
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        if start >= end || self.text[start..end] == *put {
            return None;
        }
        let was = self.original(&(start..end));
        self.apply(&[(start..end, put.to_owned())]);
        Some(was)
    }
}
