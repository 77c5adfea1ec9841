//! The example of domain.md 4.2, the corpus of `tests/corpus/scrub`, and what holds for every text.

use super::*;

#[test]
fn the_example_of_domain_4_2() {
    let text = "当事人李四(身份证440524188001010014,电话13800138000,住厦门市思明区湖滨南路1号302室)雇用工人王五无证作业";
    let out = scrub(text, &ScrubContext::new(SubjectKind::LegalPerson));
    assert_eq!(
        out.text,
        "当事人李某(身份证[证件号码已隐去],电话[联系方式已隐去],住厦门市思明区)雇用工人王某无证作业"
    );
    let held: Vec<&str> = out.held.iter().map(|d| &text[d.span.clone()]).collect();
    assert_eq!(held, ["李四", "王五"]);
    assert_eq!(out.blocked, None);
}
