//! What was probably meant: candidates one slip away from a code that does not check.
//!
//! Slips are those of people and scanners: a letter that looks like a digit, one wrong character, two
//! neighbours swapped, one character missing or too many. Which candidate is likely is for each
//! scheme to say; here they are only made.

use std::fmt;

/// One difference between what was given (in normal form) and what was probably meant.
/// Positions are counted from 1 in the normalised input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// A wrong character.
    Replace {
        /// Where it stands.
        position: usize,
        /// What stands there.
        found: char,
        /// What should stand there.
        with: char,
    },
    /// The characters at `position` and `position + 1` have changed places.
    Swap {
        /// The first of the two.
        position: usize,
    },
    /// A character is missing.
    Insert {
        /// Where it should stand.
        position: usize,
        /// Which one.
        what: char,
    },
    /// There is a character too many.
    Remove {
        /// Where it stands.
        position: usize,
        /// Which one.
        what: char,
    },
}

impl Change {
    /// The position (from 1) of the first character that is wrong.
    #[must_use]
    pub const fn position(self) -> usize {
        match self {
            Self::Replace { position, .. }
            | Self::Swap { position }
            | Self::Insert { position, .. }
            | Self::Remove { position, .. } => position,
        }
    }

    /// The change in Chinese, for reports and pages.
    #[must_use]
    pub fn zh(self) -> String {
        match self {
            Self::Replace {
                position,
                found,
                with,
            } => format!("第{position}位“{found}”应为“{with}”"),
            Self::Swap { position } => format!("第{position}位与第{}位颠倒", position + 1),
            Self::Insert { position, what } => format!("第{position}位缺“{what}”"),
            Self::Remove { position, what } => format!("第{position}位多“{what}”"),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Replace {
                position,
                found,
                with,
            } => {
                write!(f, "character {position}: {found} to {with}")
            }
            Self::Swap { position } => {
                write!(f, "characters {position} and {} swapped", position + 1)
            }
            Self::Insert { position, what } => write!(f, "character {position}: {what} is missing"),
            Self::Remove { position, what } => {
                write!(f, "character {position}: {what} is too many")
            }
        }
    }
}

/// A valid code that is a few changes away from what was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend<C> {
    /// The code that was probably meant.
    pub code: C,
    /// What has to be changed to get there, in order of position.
    pub changes: Vec<Change>,
}

/// The best suggestion as the tail of an English error text; empty when there is none.
pub(super) fn did_you_mean<C: fmt::Display>(mends: &[Mend<C>]) -> String {
    mends.first().map_or_else(String::new, |m| {
        let changes: Vec<String> = m.changes.iter().map(Change::to_string).collect();
        format!("; did you mean {} ({})", m.code, changes.join(", "))
    })
}

/// The best suggestion as the tail of a Chinese error text; empty when there is none.
pub(super) fn did_you_mean_zh<C: fmt::Display>(mends: &[Mend<C>]) -> String {
    mends.first().map_or_else(String::new, |m| {
        let changes: Vec<String> = m.changes.iter().map(|c| c.zh()).collect();
        format!(",是否应为 {}({})", m.code, changes.join(","))
    })
}

/// What a character is easily taken for, the likeliest first. Letters of other scripts stand for their Latin twin.
const fn looks_like(c: char) -> &'static [u8] {
    match c {
        'I' | '|' | '!' | 'ı' | 'Ι' | 'І' | '丨' => b"1I",
        'L' => b"1L",
        'O' | 'Ο' | 'О' | '〇' | '○' | '◯' => b"0OQ",
        'D' | 'Q' => b"0",
        'Z' | 'Ζ' => b"2Z",
        'S' | 'Ѕ' | '$' => b"5S",
        'B' => b"8",
        'Β' | 'В' => b"B8",
        'G' => b"6",
        'V' => b"UY",
        'А' | 'Α' => b"A",
        'Е' | 'Ε' => b"E",
        'К' | 'Κ' => b"K",
        'М' | 'Μ' => b"M",
        'Н' | 'Η' => b"H",
        'Ν' => b"N",
        'Р' | 'Ρ' => b"P",
        'С' => b"C",
        'Т' | 'Τ' => b"T",
        'У' | 'Υ' => b"Y",
        'Х' | 'Χ' | '×' | '✕' => b"X",
        _ => b"",
    }
}

/// Groups of characters that are taken for one another in print and handwriting.
const ALIKE: [&[u8]; 12] = [
    b"0ODQ", b"1IL7", b"2Z", b"5S", b"8B3", b"6G", b"UVY", b"MN", b"XK", b"EF", b"PR", b"CG",
];

/// Whether two different characters are easily taken for one another.
pub(super) fn alike(a: char, b: char) -> bool {
    let (Ok(a), Ok(b)) = (u8::try_from(a), u8::try_from(b)) else {
        return false;
    };
    ALIKE.iter().any(|g| g.contains(&a) && g.contains(&b))
}

/// The text with every character outside the alphabet of its place replaced by its look-alike, and what was replaced;
/// `None` when one of them looks like nothing in the alphabet. `alphabet(i)` is that of index `i`.
pub(super) fn replace_look_alikes(
    chars: &[char],
    alphabet: impl Fn(usize) -> &'static [u8],
) -> Option<(Vec<u8>, Vec<Change>)> {
    let mut bytes = Vec::with_capacity(chars.len());
    let mut changes = Vec::new();
    for (i, &found) in chars.iter().enumerate() {
        let allowed = alphabet(i);
        if let Some(b) = u8::try_from(found).ok().filter(|b| allowed.contains(b)) {
            bytes.push(b);
        } else {
            let with = *looks_like(found).iter().find(|b| allowed.contains(b))?;
            changes.push(Change::Replace {
                position: i + 1,
                found,
                with: char::from(with),
            });
            bytes.push(with);
        }
    }
    Some((bytes, changes))
}

/// Calls `visit` with every text of length `want` that is one slip away from `given`: replacements and
/// swaps when the length is right, one insertion or one removal when it is one off, nothing otherwise.
/// `alphabet(i)` is the alphabet of index `i` in the wanted text.
pub(super) fn each_neighbour(
    given: &[u8],
    want: usize,
    alphabet: impl Fn(usize) -> &'static [u8],
    mut visit: impl FnMut(&[u8], Change),
) {
    let mut work = given.to_vec();
    if given.len() == want {
        for i in 0..want {
            for &with in alphabet(i).iter().filter(|&&b| b != given[i]) {
                work[i] = with;
                let change = Change::Replace {
                    position: i + 1,
                    found: char::from(given[i]),
                    with: char::from(with),
                };
                visit(&work, change);
            }
            work[i] = given[i];
        }
        for i in 1..want {
            let (a, b) = (given[i - 1], given[i]);
            if a != b && alphabet(i - 1).contains(&b) && alphabet(i).contains(&a) {
                work.swap(i - 1, i);
                visit(&work, Change::Swap { position: i });
                work.swap(i - 1, i);
            }
        }
    } else if given.len() + 1 == want {
        for i in 0..want {
            // inserting a character beside its equal gives the same text twice
            let before = i.checked_sub(1).map(|j| given[j]);
            for &what in alphabet(i).iter().filter(|&&b| Some(b) != before) {
                work.clear();
                work.extend_from_slice(&given[..i]);
                work.push(what);
                work.extend_from_slice(&given[i..]);
                visit(
                    &work,
                    Change::Insert {
                        position: i + 1,
                        what: char::from(what),
                    },
                );
            }
        }
    } else if given.len() == want + 1 {
        for i in 0..given.len() {
            if i > 0 && given[i] == given[i - 1] {
                continue;
            }
            work.clear();
            work.extend_from_slice(&given[..i]);
            work.extend_from_slice(&given[i + 1..]);
            visit(
                &work,
                Change::Remove {
                    position: i + 1,
                    what: char::from(given[i]),
                },
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn all(given: &str, want: usize) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        let mut count = 0;
        each_neighbour(
            given.as_bytes(),
            want,
            |_| b"012",
            |t, _| {
                count += 1;
                out.insert(String::from_utf8(t.to_vec()).unwrap());
            },
        );
        assert_eq!(out.len(), count, "a neighbour came twice for {given}");
        out
    }

    #[test]
    fn neighbours_are_complete_and_distinct() {
        let set = |items: &[&str]| {
            items
                .iter()
                .map(|s| (*s).to_owned())
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(all("01", 2), set(&["11", "21", "00", "02", "10"]));
        assert_eq!(all("0", 2), set(&["00", "10", "20", "01", "02"]));
        assert_eq!(all("001", 2), set(&["01", "00"]));
        assert_eq!(all("0", 3), BTreeSet::new());
    }

    #[test]
    fn look_alikes_are_replaced_with_their_place() {
        let chars: Vec<char> = "1OI".chars().collect();
        let (bytes, changes) = replace_look_alikes(&chars, |_| b"0123456789").unwrap();
        assert_eq!(bytes, b"101");
        assert_eq!(changes.len(), 2);
        assert_eq!(
            changes[0],
            Change::Replace {
                position: 2,
                found: 'O',
                with: '0'
            }
        );
        assert!(replace_look_alikes(&['人'], |_| b"0").is_none());
    }
}
