//! The mark of a file: a last line that a reader of PDF takes for a comment. It tells a file that is byte for byte what
//! this portal made from one that was changed, whatever became of the records since.

use crate::base::crypto::VerifyKey;

/// How the line begins.
const HEAD: &[u8] = b"%gongshi-report-1 ";
/// Purpose of the mark.
const PURPOSE: &str = "report file 1";
/// Bytes of the mark.
const MARK: usize = 16;
/// Longest such line: a code, a mark, spaces.
const LONGEST: usize = 160;

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileMark {
    /// It is what this portal made; the code of its contents.
    Genuine(String),
    /// It bears the line, and is not what the line was made for.
    Changed,
    /// It bears no such line: it is something else, or was saved anew by another program.
    None,
}

/// Adds the line to a finished file.
pub fn seal(file: &mut Vec<u8>, code: &str, key: &VerifyKey) {
    if !file.ends_with(b"\n") {
        file.push(b'\n');
    }
    file.extend(HEAD);
    file.extend(code.as_bytes());
    let mark = key.mark(PURPOSE, file);
    file.push(b' ');
    file.extend(data_encoding::HEXLOWER.encode(&mark[..MARK]).as_bytes());
    file.push(b'\n');
}

/// Looks for the line at the end of a file.
#[must_use]
pub fn examine(file: &[u8], key: &VerifyKey) -> FileMark {
    let from = file.len().saturating_sub(LONGEST);
    let tail = &file[from..];
    let Some(at) = tail.windows(HEAD.len()).rposition(|w| w == HEAD) else {
        return FileMark::None;
    };
    let line = &tail[at + HEAD.len()..];
    let read = || {
        let (code, mark) = std::str::from_utf8(line)
            .ok()?
            .strip_suffix('\n')?
            .split_once(' ')?;
        let mark = data_encoding::HEXLOWER.decode(mark.as_bytes()).ok()?;
        let marked = from + at + HEAD.len() + code.len();
        let is_ours = mark.len() == MARK && key.is_mark(PURPOSE, file.get(..marked)?, &mark);
        is_ours.then(|| code.to_owned())
    };
    read().map_or(FileMark::Changed, FileMark::Genuine)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sealed() -> Vec<u8> {
        let mut file = b"%PDF-1.7\nbody\n%%EOF".to_vec();
        seal(&mut file, "ABCD", &VerifyKey::fixed(1));
        file
    }

    #[test]
    fn a_file_is_known_again() {
        let key = VerifyKey::fixed(1);
        assert_eq!(examine(&sealed(), &key), FileMark::Genuine("ABCD".into()));
        assert_eq!(examine(&sealed(), &VerifyKey::fixed(2)), FileMark::Changed);
        assert_eq!(examine(b"%PDF-1.7\n%%EOF\n", &key), FileMark::None);
        assert_eq!(examine(b"", &key), FileMark::None);
        assert_eq!(examine(HEAD, &key), FileMark::Changed);
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_noticed(at in any::<prop::sample::Index>(), to in any::<u8>()) {
            let mut file = sealed();
            let at = at.index(file.len());
            prop_assume!(file[at] != to);
            file[at] = to;
            prop_assert!(!matches!(examine(&file, &VerifyKey::fixed(1)), FileMark::Genuine(_)));
        }

        #[test]
        fn what_is_added_or_cut_off_is_noticed(more in "[ -~\n]{1,40}", cut in 1_usize..30) {
            let key = VerifyKey::fixed(1);
            let mut longer = sealed();
            longer.extend(more.as_bytes());
            prop_assert!(!matches!(examine(&longer, &key), FileMark::Genuine(_)));
            let whole = sealed();
            prop_assert!(!matches!(examine(&whole[..whole.len() - cut], &key), FileMark::Genuine(_)));
        }
    }
}
