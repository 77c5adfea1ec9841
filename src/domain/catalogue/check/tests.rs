use super::check;
use crate::base::catalogue::{load, read};

#[test]
fn shipped() {
    let c = read(None).unwrap();
    for f in check(&c) {
        eprintln!("{} {} {} {}", f.rule.code(), f.file, f.part, f.wrong.en);
    }
    load(None).unwrap();
}
