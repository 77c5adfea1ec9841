//! What differs between a raw text and what would be shown of it, character by character, so that a reviewer sees each
//! masked place at once.

/// Product of the lengths beyond which the middle of two texts is told as replaced: the work is bounded.
const MOST_WORK: usize = 4_000_000;

/// A piece of a text beside the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// In both.
    Same(String),
    /// In the first alone.
    Gone(String),
    /// In the second alone.
    New(String),
}

/// The pieces of two texts, in order; what replaces stands after what it replaces.
#[must_use]
pub fn diff(raw: &str, shown: &str) -> Vec<Piece> {
    let (a, b): (Vec<char>, Vec<char>) = (raw.chars().collect(), shown.chars().collect());
    let before = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a_rest, b_rest) = (&a[before..], &b[before..]);
    let after = a_rest
        .iter()
        .rev()
        .zip(b_rest.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let a_mid = &a_rest[..a_rest.len() - after];
    let b_mid = &b_rest[..b_rest.len() - after];
    let mut out = Out::default();
    out.all(0, &a[..before]);
    if a_mid.len().saturating_mul(b_mid.len()) > MOST_WORK {
        out.all(1, a_mid);
        out.all(2, b_mid);
    } else {
        middle(a_mid, b_mid, &mut out);
    }
    out.all(0, &a[a.len() - after..]);
    out.done()
}

/// The longest common subsequence of two texts, walked.
fn middle(a: &[char], b: &[char], out: &mut Out) {
    let width = b.len() + 1;
    // lengths of the common subsequence of what is left from each place on
    let mut left = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            left[i * width + j] = if a[i] == b[j] {
                left[(i + 1) * width + j + 1] + 1
            } else {
                left[(i + 1) * width + j].max(left[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            out.one(0, a[i]);
            i += 1;
            j += 1;
        } else if left[(i + 1) * width + j] >= left[i * width + j + 1] {
            out.one(1, a[i]);
            i += 1;
        } else {
            out.one(2, b[j]);
            j += 1;
        }
    }
    out.all(1, &a[i..]);
    out.all(2, &b[j..]);
}

/// Pieces as they are gathered: what is gone and what is new between two common pieces are each one.
#[derive(Default)]
struct Out {
    pieces: Vec<Piece>,
    gone: String,
    new: String,
    same: String,
}

impl Out {
    fn one(&mut self, kind: u8, c: char) {
        if kind == 0 {
            self.flush_changed();
            self.same.push(c);
        } else {
            self.flush_same();
            if kind == 1 {
                &mut self.gone
            } else {
                &mut self.new
            }
            .push(c);
        }
    }

    fn all(&mut self, kind: u8, chars: &[char]) {
        for c in chars {
            self.one(kind, *c);
        }
    }

    fn flush_same(&mut self) {
        if !self.same.is_empty() {
            self.pieces
                .push(Piece::Same(std::mem::take(&mut self.same)));
        }
    }

    fn flush_changed(&mut self) {
        if !self.gone.is_empty() {
            self.pieces
                .push(Piece::Gone(std::mem::take(&mut self.gone)));
        }
        if !self.new.is_empty() {
            self.pieces.push(Piece::New(std::mem::take(&mut self.new)));
        }
    }

    fn done(mut self) -> Vec<Piece> {
        self.flush_same();
        self.flush_changed();
        self.pieces
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(raw: &str, shown: &str) -> String {
        let tell = |p: Piece| match p {
            Piece::Same(t) => t,
            Piece::Gone(t) => format!("[-{t}]"),
            Piece::New(t) => format!("[+{t}]"),
        };
        diff(raw, shown).into_iter().map(tell).collect()
    }

    #[test]
    fn masked_places_are_marked() {
        for (raw, shown, expected) in [
            ("", "", ""),
            ("相同", "相同", "相同"),
            ("张三到店", "张某到店", "张[-三][+某]到店"),
            (
                "电话13800138000，罚款",
                "电话***，罚款",
                "电话[-13800138000][+***]，罚款",
            ),
            ("甲乙", "", "[-甲乙]"),
            ("", "甲", "[+甲]"),
            ("张三和李四", "张某和李某", "张[-三][+某]和李[-四][+某]"),
        ] {
            assert_eq!(told(raw, shown), expected, "{raw}");
        }
        let long = "长".repeat(5000);
        assert_eq!(
            diff(&format!("a{long}b"), &format!("c{long}{long}d")).len(),
            2
        );
    }

    proptest! {
        #[test]
        fn each_side_is_read_back(a in "[ab甲]{0,40}", b in "[ab甲]{0,40}") {
            let (mut left, mut right) = (String::new(), String::new());
            for piece in diff(&a, &b) {
                match piece {
                    Piece::Same(t) => { left.push_str(&t); right.push_str(&t); }
                    Piece::Gone(t) => left.push_str(&t),
                    Piece::New(t) => right.push_str(&t),
                }
            }
            prop_assert_eq!(left, a);
            prop_assert_eq!(right, b);
        }
    }
}
