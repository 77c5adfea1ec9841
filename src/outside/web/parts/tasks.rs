//! A list of tasks with their state, and the steps of a procedure with the present one.

use maud::{Markup, html};

use super::lang::Lang;

/// How a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// Finished.
    Done,
    /// Begun and not finished.
    Begun,
    /// Not begun.
    Open,
    /// Another task comes first.
    Blocked,
    /// Something in it has to be mended.
    Faulty,
}

impl TaskState {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Done,
        Self::Begun,
        Self::Open,
        Self::Blocked,
        Self::Faulty,
    ];

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Done => ("已完成", "Done"),
            Self::Begun => ("进行中", "Begun"),
            Self::Open => ("未开始", "Not begun"),
            Self::Blocked => ("尚不能开始", "Cannot begin yet"),
            Self::Faulty => ("需要改正", "To be mended"),
        }
    }

    const fn tone(self) -> &'static str {
        match self {
            Self::Done => "good",
            Self::Begun => "caution",
            Self::Open | Self::Blocked => "plain",
            Self::Faulty => "grave",
        }
    }
}

/// One task, finished for the page.
#[derive(Clone, Debug)]
pub struct Task {
    /// What is to be done.
    pub name: Markup,
    /// Where; none when it cannot begin yet.
    pub address: Option<String>,
    /// What helps to do it; empty when nothing.
    pub hint: &'static str,
    /// How it stands.
    pub state: TaskState,
}

/// Tasks, each with its state in words.
#[must_use]
pub fn task_list(lang: Lang, tasks: &[Task]) -> Markup {
    html! {
        ul.tasks {
            @for task in tasks {
                @let (zh, en) = task.state.words();
                li {
                    div {
                        @match (&task.address, task.state) {
                            (Some(address), state) if state != TaskState::Blocked => a href=(address) { (task.name) },
                            _ => span { (task.name) },
                        }
                        @if !task.hint.is_empty() { span.meta.line { (task.hint) } }
                    }
                    span.tag.{ (task.state.tone()) } { (lang.say(zh, en)) }
                }
            }
        }
    }
}

/// Steps of a procedure: those before `at` are done, that one is the present; past the last, all are done.
#[must_use]
pub fn steps(lang: Lang, name: &str, steps: &[&str], at: usize) -> Markup {
    html! {
        p.hidden { (name) }
        ol.steps {
            @for (i, step) in steps.iter().enumerate() {
                li.done[i < at].present[i == at] aria-current=[(i == at).then_some("step")] {
                    span.step-name { (step) }
                    @if i < at { span.hidden { (lang.say("（已完成）", " (done)")) } }
                }
            }
        }
    }
}
