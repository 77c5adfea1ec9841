//! Files: those of the national templates, and evidence.

use std::io::Write as _;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use gongshi::domain::catalogue::Catalogue;
use gongshi::inside::intake::{ImportOptions, check};
use gongshi::outside::evidence;

pub static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| gongshi::base::catalogue::load(None).expect("the embedded catalogue"));

/// A dry run over one file: every row ends accepted, rejected or skipped, whatever the bytes are.
fn import(list: &str, end: &str, data: &[u8]) {
    let mut file = tempfile::Builder::new()
        .suffix(end)
        .tempfile()
        .expect("a temporary file");
    file.write_all(data).expect("room for a file");
    let at = DateTime::<Utc>::from_timestamp(1_790_000_000, 0).expect("a moment");
    let options = ImportOptions::new(list, at);
    // an error with words is as good as a summary
    match check(&CATALOGUE, file.path(), &options, &mut |_| ()) {
        Ok(summary) => assert!(summary.exit_status() <= 3),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// The length chooses the list, so that each template is met and a file of the corpus is a seed as it stands.
const fn list(data: &[u8]) -> &'static str {
    const LISTS: [&str; 4] = ["penalty", "licence", "penalty_natural", "list_serious"];
    LISTS[data.len() % LISTS.len()]
}

pub fn csv(data: &[u8]) {
    import(list(data), ".csv", data);
}

pub fn jsonl(data: &[u8]) {
    import(list(data), ".jsonl", data);
}

pub fn xlsx(data: &[u8]) {
    import("penalty", ".xlsx", data);
}

/// What is taken is within its bounds, judged alike twice, and still taken when what hangs behind it is cut off.
pub fn evidence(data: &[u8]) {
    match evidence::inspect(data) {
        Ok(kept) => {
            assert!(kept.length <= data.len() && kept.length <= evidence::MOST_BYTES);
            let again = evidence::inspect(&data[..kept.length]).expect("what is kept is taken");
            assert_eq!((again.kind, again.length), (kept.kind, kept.length));
        }
        Err(refused) => assert!(!refused.to_string().is_empty()),
    }
}
