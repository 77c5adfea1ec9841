//! Who acts, in which role, for which authority (domain.md 7.6).

use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::domain::kinds::vocabulary;

vocabulary! {
    /// Role in which somebody acts.
    Role {
        Public = "public", "公众", "the public";
        Subject = "subject", "申请人", "the applicant";
        ProviderClerk = "provider_clerk", "信息提供单位经办人", "clerk of the provider";
        Handler = "handler", "认定单位经办人", "handler of the authority";
        Approver = "approver", "认定单位审批人", "approver of the authority";
        SecrecyReviewer = "secrecy_reviewer", "保密审查人", "secrecy reviewer";
        Operator = "operator", "公共信用信息工作机构", "platform operator";
        LeadingGroup = "leading_group", "社会信用体系建设领导小组", "leading group";
        Auditor = "auditor", "审计人员（只读）", "auditor, who only reads";
        System = "system", "系统", "the system";
    }
}

impl Role {
    /// Whether the role acts for one authority and in no case of another one.
    #[must_use]
    pub const fn is_scoped(self) -> bool {
        matches!(
            self,
            Self::ProviderClerk | Self::Handler | Self::Approver | Self::SecrecyReviewer
        )
    }

    /// Whether somebody in this role may read cases: of `own` authority or of every one.
    #[must_use]
    pub const fn may_read(self, own: bool) -> bool {
        match self {
            Self::Public | Self::Subject => false,
            Self::ProviderClerk | Self::Handler | Self::Approver | Self::SecrecyReviewer => own,
            Self::Operator | Self::LeadingGroup | Self::Auditor | Self::System => true,
        }
    }
}

/// Somebody who acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Who: a stable id of the officer, no name of an applicant.
    pub id: String,
    /// In which role.
    pub role: Role,
    /// Unified social credit code of the authority acted for; empty in roles without one.
    #[serde(default)]
    pub authority: String,
}

impl Actor {
    /// Somebody in a role, for an authority.
    #[must_use]
    pub fn new(id: &str, role: Role, authority: &str) -> Self {
        Self {
            id: id.to_owned(),
            role,
            authority: authority.to_owned(),
        }
    }

    /// The program itself, as for what the clock does.
    #[must_use]
    pub fn system() -> Self {
        Self::new("system", Role::System, "")
    }

    /// Whether this one may act in one of the roles in a case of `authority`.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] in another role, [`Refusal::OtherAuthority`] for another authority.
    pub fn may(&self, roles: &'static [Role], authority: &str) -> Result<(), Refusal> {
        if !roles.contains(&self.role) {
            return Err(Refusal::NotYours { role: self.role });
        }
        if self.role.is_scoped() && self.authority != authority {
            return Err(Refusal::OtherAuthority);
        }
        Ok(())
    }
}
