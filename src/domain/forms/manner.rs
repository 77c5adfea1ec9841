//! What a message beside a field must be like, after the patterns of GOV.UK ("Error message"): it says what to do or what the
//! answer must be, in words of everyday life, without blame, apology or full stop; in both languages. Tests alone use it.

/// What is wrong with a message; nothing when it is as it should be.
pub(crate) fn faults(zh: &str, en: &str) -> Vec<&'static str> {
    let lower = format!(" {} ", en.to_lowercase());
    let starts = |with: &[&str]| with.iter().any(|w| en.starts_with(w));
    let tells_en = starts(&[
        "Enter ",
        "Select ",
        "Upload ",
        "Confirm ",
        "Your own ",
        "The selected file ",
    ]) || lower.contains(" must ");
    let tells_zh = ["请填写", "请选择", "请上传", "请勾选", "请确认", "应当"]
        .iter()
        .any(|w| zh.contains(w));
    let never_en = [
        " please",
        " invalid",
        " illegal",
        " forbidden",
        " sorry",
        " oops",
        " error",
        " wrong",
        " fail",
        " incorrect",
        " mistake",
        " you forgot",
        " you did not",
        " check character",
        " none ",
    ];
    let never_zh = [
        "非法",
        "无效",
        "错误",
        "不合法",
        "不合规",
        "抱歉",
        "对不起",
        "您没有",
        "忘记",
        "失败",
        "校验",
        "格式不",
        "有误",
    ];
    let all = [
        (
            zh.trim().is_empty() || en.trim().is_empty(),
            "a language is missing",
        ),
        (
            !en.starts_with(|c: char| c.is_uppercase()),
            "no capital letter at the beginning",
        ),
        (
            en.trim_end().ends_with(['.', '!', '?']),
            "a full stop in English",
        ),
        (
            zh.trim_end().ends_with(['。', '！', '？', '.']),
            "a full stop in Chinese",
        ),
        (!tells_en, "English does not say what to do"),
        (!tells_zh, "Chinese does not say what to do"),
        (
            never_en.iter().any(|w| lower.contains(w)),
            "a word that blames or frightens in English",
        ),
        (
            never_zh.iter().any(|w| zh.contains(w)),
            "a word that blames or frightens in Chinese",
        ),
        (
            zh.chars().any(|c| c.is_ascii_alphabetic()) && !zh.chars().any(|c| c as u32 > 0x2e80),
            "no Chinese",
        ),
        (
            en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
            "Chinese in English",
        ),
    ];
    all.into_iter()
        .filter_map(|(is, what)| is.then_some(what))
        .collect()
}

#[test]
fn the_manner_is_told_from_others() {
    for (zh, en) in [
        ("请填写姓名", "Enter a name"),
        ("请选择角色", "Select a role"),
        ("日期应当不晚于今天", "Date must be today or in the past"),
    ] {
        assert!(faults(zh, en).is_empty(), "{zh} {en}");
    }
    for (zh, en) in [
        ("", "Enter a name"),
        ("请填写姓名", ""),
        ("请填写姓名。", "Enter a name"),
        ("请填写姓名", "Enter a name."),
        ("请填写姓名", "enter a name"),
        ("姓名无效", "Enter a name"),
        ("请填写姓名", "Invalid name"),
        ("请填写姓名", "Please enter a name"),
        ("姓名", "Name"),
        ("请填写姓名", "Enter 姓名"),
    ] {
        assert!(!faults(zh, en).is_empty(), "{zh} {en}");
    }
}
