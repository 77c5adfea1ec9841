//! Officers of the demonstration: those of each place's bodies, and those of the portal. Their authorities are invented like
//! everything else.

use super::places::{Body, PLACES};
use crate::domain::cases::Role;

/// An officer of the demonstration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoOfficer {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Code and name of the authority.
    pub authority: Option<(String, String)>,
}

/// All of them: for each place a clerk of the provider, handler, approver and secrecy reviewer of its first body, handler and
/// approver of each other body and of the keeper of its lists; then operators (two, for what needs two), leading group and
/// auditor.
#[must_use]
pub fn officers() -> Vec<DemoOfficer> {
    let mut all = Vec::new();
    for place in &PLACES {
        let mut add = |id: String, role: Role, body: &Body| {
            all.push(DemoOfficer {
                name: format!("演示{}", short(role)),
                id,
                role,
                authority: Some((body.code(), body.name.to_owned())),
            });
        };
        let slug = place.slug;
        add(
            format!("{slug}.clerk"),
            Role::ProviderClerk,
            &place.provider,
        );
        for (n, body) in (1..).zip(place.bodies) {
            let prefix = if n == 1 {
                slug.to_owned()
            } else {
                format!("{slug}{n}")
            };
            add(format!("{prefix}.handler"), Role::Handler, body);
            add(format!("{prefix}.approver"), Role::Approver, body);
            if n == 1 {
                add(format!("{prefix}.secrecy"), Role::SecrecyReviewer, body);
            }
        }
        add(format!("{slug}.lists"), Role::Handler, &place.keeper);
        add(format!("{slug}.lists2"), Role::Approver, &place.keeper);
    }
    for (id, role) in [
        ("operator", Role::Operator),
        ("operator2", Role::Operator),
        ("leading", Role::LeadingGroup),
        ("leading2", Role::LeadingGroup),
        ("auditor", Role::Auditor),
    ] {
        all.push(DemoOfficer {
            id: id.to_owned(),
            name: format!("演示{}", short(role)),
            role,
            authority: None,
        });
    }
    all
}

fn short(role: Role) -> &'static str {
    match role {
        Role::ProviderClerk => "报送员",
        Role::Handler => "经办员",
        Role::Approver => "审批员",
        Role::SecrecyReviewer => "保密员",
        Role::Operator => "管理员",
        Role::LeadingGroup => "领导小组",
        Role::Auditor => "审计员",
        Role::Public | Role::Subject | Role::System => "人员",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_place_has_every_role_of_an_authority_and_no_id_is_used_twice() {
        let all = officers();
        let ids: BTreeSet<&str> = all.iter().map(|o| o.id.as_str()).collect();
        assert_eq!(ids.len(), all.len());
        for place in &PLACES {
            for role in [
                Role::ProviderClerk,
                Role::Handler,
                Role::Approver,
                Role::SecrecyReviewer,
            ] {
                let of = |o: &&DemoOfficer| o.role == role && o.id.starts_with(place.slug);
                assert!(all.iter().find(of).is_some(), "{} {role:?}", place.slug);
            }
            // whoever decides has somebody who handles and another who approves
            for body in place.bodies.iter().chain([&place.keeper]) {
                let roles: BTreeSet<Role> = all
                    .iter()
                    .filter(|o| o.authority.as_ref().is_some_and(|(c, _)| *c == body.code()))
                    .map(|o| o.role)
                    .collect();
                assert!(roles.contains(&Role::Handler) && roles.contains(&Role::Approver));
            }
        }
        assert!(
            all.iter()
                .all(|o| o.role.is_scoped() == o.authority.is_some())
        );
    }
}
