//! A small catalogue entry for the tests of the rules: both regimes of penalties (domain.md 2.1).

use crate::domain::catalogue::ListEntry;

const PENALTY: &str = r#"
code = "penalty"
name = { zh = "行政处罚" }
summary = { zh = "行政处罚决定" }
category = "penalty"
polarity = "negative"
level = "national"
territory = "100000"
subject_kinds = ["legal_person", "unincorporated_org", "individual_business"]
basis_status = "active"
basis = [{ kind = "law", title = { zh = "行政处罚法" }, article = "第四十八条", status = "active" }]
attributes = { disclosable = true, shareable = true, scope = "public", disclosure_period = { zh = "按严重程度" }, retention_period = { zh = "五年" } }
template = "penalty"
fields = []
persons = { published = false, name = "never", id_number = "never" }
entry_conditions = []
entry_procedure = []
exit_conditions = []
exit_procedure = []
repair = { repairable = true, channel = "own", effect = "end_disclosure", conditions = [], materials = [], procedure = [] }
remedies = []
objection = { annotates_display = true, suspends_measures = false, answer_working_days = 10 }
contact = { name = { zh = "认定单位" } }

[[periods]]
id = "R58"
decided_from = "2010-01-01"
decided_until = "2026-04-01"
source = { zh = "国家发展改革委令第58号" }
kind = "by_severity"
starts = "decision"
earlier_end_with = "R36"
terms = [
  { displayed = true, min_months = 3, max_months = 36 },
  { domains = ["food", "drugs", "special_equipment", "work_safety", "fire"], displayed = true, min_months = 12, max_months = 36 },
]

[[periods]]
id = "R36"
decided_from = "2026-04-01"
source = { zh = "国家发展改革委令第36号" }
kind = "by_severity"
starts = "decision"
terms = [
  { severity = "minor", displayed = false, min_months = 0, max_months = 3 },
  { severity = "general", displayed = true, min_months = 3, max_months = 12 },
  { severity = "serious", displayed = true, min_months = 12, max_months = 36 },
]
"#;

/// The entry of penalties, changed as a test needs it.
pub fn penalty(change: impl FnOnce(&mut ListEntry)) -> ListEntry {
    let mut entry: ListEntry = toml::from_str(PENALTY).unwrap();
    change(&mut entry);
    entry
}
