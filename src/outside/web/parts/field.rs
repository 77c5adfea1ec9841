//! Fields of forms: label, hint, error, tied to the field so that they are read with it; and the summary of errors that
//! stands above a form which was refused.

use maud::{Markup, html};

use super::lang::Lang;

/// What is typed into a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input<'a> {
    /// A line of text, with the purpose that browsers complete (`autocomplete`) or `off`.
    Line {
        /// Purpose.
        autocomplete: &'a str,
        /// Most characters.
        longest: u32,
    },
    /// Several lines.
    Lines {
        /// Lines shown.
        rows: u32,
        /// Most characters.
        longest: u32,
    },
    /// A date.
    Date,
    /// A file, with the media types that are taken.
    File {
        /// Media types.
        accept: &'a str,
    },
    /// One of several, all of them seen: value and words.
    Radio {
        /// The choices.
        of: &'a [(&'a str, &'a str)],
    },
    /// A box to tick, with what is agreed to; ticked, `yes` is sent.
    Tick {
        /// What is agreed to.
        words: &'a str,
    },
    /// One of several choices: value and words.
    Choice {
        /// The choices.
        of: &'a [(&'a str, &'a str)],
    },
}

/// A field of a form. All words are in the language of the page.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Name under which it is sent; also its id.
    pub name: &'a str,
    /// What is asked.
    pub label: &'a str,
    /// What helps to answer; empty when nothing.
    pub hint: &'a str,
    /// What is wrong with what was sent; empty when nothing.
    pub error: &'a str,
    /// What was sent.
    pub value: &'a str,
    /// Whether it must be filled in; what need not says so.
    pub required: bool,
    /// What is typed.
    pub input: Input<'a>,
}

impl Field<'_> {
    /// Ids of what describes the field.
    fn described_by(&self) -> Option<String> {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = (!self.error.is_empty()).then(|| format!("{}-error", self.name));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// A field.
#[must_use]
pub fn field(lang: Lang, f: &Field<'_>) -> Markup {
    let described = f.described_by();
    let invalid = (!f.error.is_empty()).then_some("true");
    if let Input::Radio { of } = f.input {
        return radios(lang, f, of);
    }
    html! {
        div.field.invalid[invalid.is_some()] {
            label for=(f.name) {
                (f.label)
                @if !f.required { span.meta { (lang.say("（选填）", " (optional)")) } }
            }
            @if !f.hint.is_empty() { p.hint id={ (f.name) "-hint" } { (f.hint) } }
            @if !f.error.is_empty() {
                p.error id={ (f.name) "-error" } { span.hidden { (lang.say("错误：", "Error: ")) } (f.error) }
            }
            @match f.input {
                Input::Line { autocomplete, longest } => {
                    input #(f.name) type="text" name=(f.name) value=(f.value) maxlength=(longest) autocomplete=(autocomplete)
                        required[f.required] aria-describedby=[&described] aria-invalid=[invalid];
                }
                Input::Lines { rows, longest } => {
                    textarea #(f.name) name=(f.name) rows=(rows) maxlength=(longest)
                        required[f.required] aria-describedby=[&described] aria-invalid=[invalid] { (f.value) }
                }
                Input::Date => {
                    input #(f.name) type="date" name=(f.name) value=(f.value)
                        required[f.required] aria-describedby=[&described] aria-invalid=[invalid];
                }
                Input::File { accept } => {
                    input #(f.name) type="file" name=(f.name) accept=(accept)
                        required[f.required] aria-describedby=[&described] aria-invalid=[invalid];
                }
                Input::Radio { .. } => {}
                Input::Tick { words } => {
                    div.option {
                        input #(f.name) type="checkbox" name=(f.name) value="yes" checked[f.value == "yes"]
                            required[f.required] aria-describedby=[&described] aria-invalid=[invalid];
                        span { (words) }
                    }
                }
                Input::Choice { of } => {
                    select #(f.name) name=(f.name) required[f.required] aria-describedby=[&described] aria-invalid=[invalid] {
                        option value="" { (lang.say("请选择", "Choose")) }
                        @for (value, words) in of { option value=(value) selected[*value == f.value] { (words) } }
                    }
                }
            }
        }
    }
}

/// A group of radio buttons. The first one bears the id that the summary of errors leads to.
fn radios(lang: Lang, f: &Field<'_>, of: &[(&str, &str)]) -> Markup {
    let invalid = !f.error.is_empty();
    html! {
        fieldset.field.invalid[invalid] aria-describedby=[f.described_by()] {
            legend {
                (f.label)
                @if !f.required { span.meta { (lang.say("（选填）", " (optional)")) } }
            }
            @if !f.hint.is_empty() { p.hint id={ (f.name) "-hint" } { (f.hint) } }
            @if invalid {
                p.error id={ (f.name) "-error" } { span.hidden { (lang.say("错误：", "Error: ")) } (f.error) }
            }
            @for (i, (value, words)) in of.iter().enumerate() {
                @let id = if i == 0 { f.name.to_owned() } else { format!("{}-{i}", f.name) };
                div.option {
                    input #(id) type="radio" name=(f.name) value=(value) checked[*value == f.value] required[f.required];
                    label for=(id) { (words) }
                }
            }
        }
    }
}

/// The errors of a form that was refused, each with a link to its field; nothing when there is none.
#[must_use]
pub fn error_summary(lang: Lang, fields: &[Field<'_>]) -> Markup {
    let wrong = fields.iter().filter(|f| !f.error.is_empty());
    let wrong: Vec<(&str, &str)> = wrong.map(|f| (f.name, f.error)).collect();
    problems(lang, &wrong)
}

/// What is wrong with a form, in the order of its fields: id of the field and words. It has the focus when the page has
/// opened, so that it is what is read first; nothing when nothing is wrong.
#[must_use]
pub fn problems(lang: Lang, wrong: &[(&str, &str)]) -> Markup {
    html! {
        @if !wrong.is_empty() {
            div.error-summary role="alert" tabindex="-1" autofocus {
                h2 { (lang.say("请改正下列内容", "There is a problem")) }
                ul { @for (field, words) in wrong { li { a href={ "#" (field) } { (words) } } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_and_errors_are_tied_to_their_field() {
        let line = Input::Line {
            autocomplete: "off",
            longest: 18,
        };
        let base = Field {
            name: "code",
            label: "代码",
            hint: "",
            error: "",
            value: "\"><script>",
            required: true,
            input: line,
        };
        for (hint, error, described, invalid) in [
            ("", "", None, false),
            ("h", "", Some("code-hint"), false),
            ("", "e", Some("code-error"), true),
            ("h", "e", Some("code-hint code-error"), true),
        ] {
            let f = Field {
                hint,
                error,
                ..base
            };
            let page = field(Lang::Hans, &f).into_string();
            let has = described.map_or(!page.contains("aria-describedby"), |d| {
                page.contains(&format!("aria-describedby=\"{d}\""))
            });
            assert!(has, "{page}");
            assert_eq!(page.contains("aria-invalid"), invalid, "{page}");
            assert!(!page.contains("<script"), "{page}");
            let summary = error_summary(Lang::Hans, &[f]).into_string();
            assert_eq!(summary.contains("href=\"#code\""), invalid);
        }
    }
}
