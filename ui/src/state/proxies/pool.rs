//! Pools: the list, and the one that is being made or changed.

use drover_model::request::{ListPools, SavePool};
use drover_model::{CommandError, Fact, FieldErrors, Name, PoolId, PoolView, Rotation, Span};

use crate::state::Load;
use crate::{api, bridge::Link};

impl Load for Vec<PoolView> {
    async fn load(link: Link) -> Result<Self, CommandError> {
        api::list_pools(&link, ListPools {}).await
    }

    fn stale_by(fact: &Fact) -> bool {
        matches!(
            fact,
            Fact::PoolChanged { .. }
                | Fact::ProxyChanged { .. }
                | Fact::TaskChanged { .. }
                | Fact::RunMoved { .. }
        )
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolDraft {
    /// None for a new one.
    pub id: Option<PoolId>,
    pub name: String,
    /// Names of proxies in the order of their turns.
    pub members: Vec<String>,
    pub rotation: Rotation,
    pub sticky: bool,
    pub cool_down: String,
    pub forget_kept: bool,
}

impl PoolDraft {
    pub fn of(pool: &PoolView) -> Self {
        let names = pool.members.iter().map(|member| member.name.to_string());
        Self {
            id: Some(pool.id),
            name: pool.name.to_string(),
            members: names.collect(),
            rotation: pool.rotation,
            sticky: pool.sticky,
            cool_down: pool.cool_down.to_string(),
            forget_kept: false,
        }
    }

    pub fn errors(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        errors.take("name", self.name.parse::<Name>());
        if self.members.is_empty() {
            errors.add("members", "choose at least one proxy");
        }
        let rest = self.cool_down.trim();
        if !rest.is_empty() {
            errors.take("cool_down", rest.parse::<Span>());
        }
        errors
    }

    pub fn request(&self) -> SavePool {
        SavePool {
            id: self.id,
            name: self.name.trim().to_owned(),
            members: self.members.clone(),
            rotation: self.rotation,
            sticky: self.sticky,
            cool_down: self.cool_down.trim().parse().ok(),
            forget_kept: self.forget_kept,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_needs_a_name_and_a_member() {
        let draft = PoolDraft {
            cool_down: "soon".into(),
            ..PoolDraft::default()
        };
        let errors = draft.errors();
        for field in ["name", "members", "cool_down"] {
            assert!(errors.of(field).is_some(), "{field}: {errors}");
        }
        let whole = PoolDraft {
            name: " eu ".into(),
            members: vec!["b".into(), "a".into()],
            ..PoolDraft::default()
        };
        assert!(whole.errors().0.is_empty());
        let request = whole.request();
        assert_eq!((request.name.as_str(), request.cool_down), ("eu", None));
        assert_eq!(request.members, ["b", "a"], "turns stay in their order");
    }
}
