//! The commitment letter (信用承诺书): its text by form. For repair it says what R36 asks for: materials true and valid, duty
//! performed, consequences of a breach accepted. An objection is made with a commitment to its truth.

use super::FormKind;

/// The points of a letter, in Chinese and English; the Chinese text is what is signed.
#[must_use]
pub const fn points(kind: FormKind) -> &'static [(&'static str, &'static str)] {
    match kind {
        FormKind::Repair => &[
            (
                "所提交的材料真实、合法、有效。",
                "The materials handed in are true, lawful and valid.",
            ),
            (
                "有关行政处罚、列入决定规定的义务已经全部履行，失信行为已经纠正。",
                "Every duty of the decision has been performed and the wrong has been corrected.",
            ),
            (
                "今后依法诚信经营（守法诚信），自觉接受监督。",
                "The law and honest dealing will be kept to, under supervision.",
            ),
            (
                "违反本承诺、提供虚假材料的，愿意承担撤销修复、恢复公示并记入信用记录等后果和法律责任。",
                "Whoever breaks this commitment or hands in false material accepts that the repair is revoked, the display resumed and the breach recorded, and liability in law.",
            ),
        ],
        FormKind::Objection | FormKind::Complaint => &[
            (
                "所陈述的事实和提交的材料真实、合法、有效。",
                "What is stated and handed in is true, lawful and valid.",
            ),
            (
                "提供虚假材料、恶意提出异议的，愿意承担相应后果和法律责任。",
                "Whoever hands in false material or objects in bad faith accepts the consequences and liability in law.",
            ),
        ],
    }
}

/// The title, in Chinese and English.
#[must_use]
pub const fn title(kind: FormKind) -> (&'static str, &'static str) {
    match kind {
        FormKind::Repair => ("信用修复承诺书", "Commitment for credit repair"),
        FormKind::Objection => ("异议申诉信用承诺书", "Commitment for an objection"),
        FormKind::Complaint => ("投诉信用承诺书", "Commitment for a complaint"),
    }
}

/// Whether a form needs a letter.
#[must_use]
pub const fn needed(kind: FormKind) -> bool {
    matches!(kind, FormKind::Repair | FormKind::Objection)
}
