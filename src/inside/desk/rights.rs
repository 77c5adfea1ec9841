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

/// Whether a role has a desk at all.
#[must_use]
pub fn has_desk(role: Role) -> bool {
    ALL.contains(&role)
}
