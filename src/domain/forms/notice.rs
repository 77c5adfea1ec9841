//! An objection to a notice names it in its target: written by the portal, read again by the desk, plain to the applicant.

/// Words before the id.
const BEFORE: &str = "公告编号 ";
/// Characters of an id.
const ID: usize = 20;
/// Longest target that the form takes, in characters.
const LONGEST: usize = 500;

/// The target of an objection to a notice: its id, and what it is about in words.
#[must_use]
pub fn target(id: &str, about: &str) -> String {
    let text = format!("{BEFORE}{id}：{about}");
    text.chars().take(LONGEST).collect()
}

/// The id of the notice that a target names, if it names one.
#[must_use]
pub fn named(target: &str) -> Option<&str> {
    let at = target.find(BEFORE)? + BEFORE.len();
    let id = target.get(at..at + ID)?;
    let is_id = id
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let ends = target[at + ID..]
        .chars()
        .next()
        .is_none_or(|c| !c.is_ascii_alphanumeric());
    (is_id && ends).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let id = "q7515e6zwp71vkadnwsa";
        let text = target(id, "某名单，某公司");
        assert_eq!(text, "公告编号 q7515e6zwp71vkadnwsa：某名单，某公司");
        assert_eq!(named(&text), Some(id));
        assert_eq!(named(&format!("对{text}有异议")), Some(id));
        assert!(target(id, &"长".repeat(600)).chars().count() <= LONGEST);
    }

    #[test]
    fn other_targets_name_no_notice() {
        for text in [
            "",
            "公告编号 ",
            "公告编号 q7515e6zwp71",
            "公告编号 Q7515E6ZWP71VKADNWSA",
            "公告编号 q7515e6zwp71vkadnwsa9",
            "公告编号 公告编号公告编号公告编号",
            "厦门市某名单的公示期限",
        ] {
            assert_eq!(named(text), None, "{text}");
        }
    }
}
