//! Documents are looked at many at a time: none is left out or taken twice, however many there are.

use super::segment::AT_A_TIME;
use super::tests::{TODAY, ask, date, fixture, org};
use super::*;

/// Every third is not displayed.
fn hidden(n: usize) -> bool {
    n % 3 == 1
}

fn displayed(count: usize) -> u64 {
    (0..count).filter(|n| !hidden(*n)).count() as u64
}

/// A name of its own for each number.
fn name(n: usize) -> String {
    let letter = |n: usize| char::from_u32(0x4E00 + u32::try_from(n % 150).unwrap()).unwrap();
    format!("苏州正光{}鑫{}有限公司", letter(n), letter(n / 150))
}

fn code(n: usize) -> String {
    format!("91320505MA{n:08}")
}

fn docs<'a>(names: &'a [String], codes: &'a [String]) -> Vec<IndexDoc<'a>> {
    let all = names.iter().zip(codes).enumerate();
    all.map(|(n, (name, code))| {
        let doc = org(n as u64 + 1, name, code);
        let until = if hidden(n) { TODAY } else { "2027-05-08" };
        IndexDoc {
            displayed_until: Some(date(until)),
            ..doc
        }
    })
    .collect()
}

/// All row numbers of an answer, page by page.
fn all(index: &SearchIndex, q: &str) -> Vec<u64> {
    let mut request = SearchRequest::new(q, date(TODAY));
    let mut nums = Vec::new();
    loop {
        let answer = index.search(&request).unwrap();
        nums.extend(answer.hits.iter().map(|hit| hit.num));
        match answer.next {
            Some(next) => request.after = Some(next),
            None => return nums,
        }
    }
}

#[test]
fn as_many_are_found_as_there_are() {
    let one = AT_A_TIME;
    for count in [1, one - 1, one, one + 1, 3 * one / 2, 2 * one, 5 * one + 7] {
        let (names, codes): (Vec<_>, Vec<_>) = (0..count).map(|n| (name(n), code(n))).unzip();
        let docs = docs(&names, &codes);
        // the last ones come in a segment of their own
        let (first, last) = docs.split_at(count - count / 4);
        let f = fixture(first);
        let mut writer = f.index.writer().unwrap();
        for doc in last {
            writer.put(doc).unwrap();
        }
        writer.commit(2).unwrap();
        let right = (0..count).filter(|n| !hidden(*n)).map(|n| n as u64 + 1);
        let right: Vec<u64> = right.collect();
        for q in [
            "正光",
            "苏州正光",
            "正光 鑫",
            "正光 公司 苏州",
            "91320505MA",
        ] {
            let answer = ask(&f.index, q);
            assert_eq!(answer.total, displayed(count), "{count} {q}");
            let mut nums = all(&f.index, q);
            nums.sort_unstable();
            assert_eq!(nums, right, "{count} {q}");
        }
        // names that are compared character by character are bounded
        let near = ask(&f.index, "苏州正光有限公司");
        assert_eq!(near.look_alikes, displayed(count).min(200), "{count}");
    }
}

/// More than are compared by name: all count, but the one that was taken as a whole name is not taken again.
#[test]
fn a_part_of_very_many_names_counts_them_all() {
    let count = 30_300;
    let mut names: Vec<String> = (0..count).map(name).collect();
    names[0] = "正光鑫".to_owned();
    let codes: Vec<String> = (0..count).map(code).collect();
    let f = fixture(&docs(&names, &codes));
    let answer = ask(&f.index, "正光");
    assert!(displayed(count) > 20_000);
    assert_eq!(answer.total, displayed(count));
    let answer = ask(&f.index, "正光鑫");
    assert_eq!((answer.total, answer.stage), (1, Some(Match::Exact)));
}
