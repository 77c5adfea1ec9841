//! Which roles may do what at the desk (domain.md 7.6). Whether it is their authority's matter is asked beside that.

use crate::domain::cases::Role;

/// Everybody who has a desk.
pub const ALL: &[Role] = &[
    Role::ProviderClerk,
    Role::Handler,
    Role::Approver,
    Role::SecrecyReviewer,
    Role::Operator,
    Role::LeadingGroup,
    Role::Auditor,
];

/// Who sees the life of list entries.
pub const ENTRIES: &[Role] = &[
    Role::Handler,
    Role::Approver,
    Role::SecrecyReviewer,
    Role::Operator,
    Role::LeadingGroup,
    Role::Auditor,
];

/// Who proposes them.
pub const PROPOSE: &[Role] = &[Role::Handler];

/// Who acts on them; which act is whose is the machine's to say.
pub const ACT_ON_ENTRIES: &[Role] = &[
    Role::Handler,
    Role::Approver,
    Role::SecrecyReviewer,
    Role::Operator,
];

/// Who proposes exits, and who does them.
pub const DECIDE_ENTRIES: &[Role] = &[Role::Handler, Role::Approver];

/// Who ends a task that was looked at.
pub const END_TASKS: &[Role] = &[Role::Handler, Role::Approver, Role::Operator];

/// Who reads cases of applications: those who handle and decide them, those who watch over that.
pub const CASES: &[Role] = &[
    Role::Handler,
    Role::Approver,
    Role::Operator,
    Role::LeadingGroup,
    Role::Auditor,
];

/// Who acts in them.
pub const CASE_ACTS: &[Role] = &[
    Role::Handler,
    Role::Approver,
    Role::Operator,
    Role::LeadingGroup,
];

/// Who enters what is handed in on paper, and gives an authority what is routed to none.
pub const PAPER: &[Role] = &[Role::Operator];

/// Seeing messages that did not arrive.
pub const SEE_MESSAGES: &[Role] = &[Role::Operator, Role::Auditor];

/// Letting one be tried again.
pub const RETRY_MESSAGES: &[Role] = &[Role::Operator];

/// Whether a role has a desk at all.
#[must_use]
pub fn has_desk(role: Role) -> bool {
    ALL.contains(&role)
}

/// Reviewing held texts of their authority; the operator of every one.
pub const REVIEW: &[Role] = &[
    Role::Handler,
    Role::Approver,
    Role::SecrecyReviewer,
    Role::Operator,
];

/// Bringing files in: what they provide or decided; the operator for everybody.
pub const IMPORT: &[Role] = &[Role::ProviderClerk, Role::Handler, Role::Operator];

/// Seeing files that are brought in: who brings them, and who releases those of others.
pub const SEE_IMPORTS: &[Role] = &[
    Role::ProviderClerk,
    Role::Handler,
    Role::Approver,
    Role::Operator,
];

/// Releasing, or sending back, a file that another officer proposed.
pub const SECOND: &[Role] = &[Role::Approver, Role::Operator];

/// Seeing what the next release would do.
pub const SEE_RELEASE: &[Role] = &[Role::Operator, Role::Auditor];

/// Releasing.
pub const RELEASE: &[Role] = &[Role::Operator];

/// Reading the audit log.
pub const AUDIT: &[Role] = &[Role::Operator, Role::Auditor];

/// Seeing who the officers are.
pub const SEE_OFFICERS: &[Role] = &[Role::Operator, Role::Auditor];

/// Making, resetting and disabling officers, and keys of the API.
pub const ADMIN: &[Role] = &[Role::Operator];

/// Reports and ledgers: of their authority, or of every one.
pub const REPORTS: &[Role] = ALL;

/// Changing the calendar.
pub const CALENDAR: &[Role] = &[Role::Operator];
