//! Names of what there is, offered while one is typed.

use std::collections::BTreeSet;

use drover_model::request::{ProfileList, TaskSummary};
use drover_model::{LimitKind, PauseScope, Proxy, TokenRef};
use yew::prelude::*;

use crate::hooks::use_area;

/// Whose names are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Nothing,
    Task,
    Profile,
    Proxy,
    Token,
    Tag,
    Resource,
}

impl From<LimitKind> for Named {
    fn from(kind: LimitKind) -> Self {
        match kind {
            LimitKind::Task => Self::Task,
            LimitKind::Proxy => Self::Proxy,
            LimitKind::Token => Self::Token,
            LimitKind::Tag => Self::Tag,
            LimitKind::Resource => Self::Resource,
        }
    }
}

impl From<PauseScope> for Named {
    fn from(scope: PauseScope) -> Self {
        match scope {
            PauseScope::All => Self::Nothing,
            PauseScope::Task => Self::Task,
            PauseScope::Profile => Self::Profile,
            PauseScope::Proxy => Self::Proxy,
        }
    }
}

/// The names that the window knows; others can be typed.
#[hook]
pub(super) fn use_names(of: Named) -> Vec<String> {
    let (tasks, proxies) = (use_area::<Vec<TaskSummary>>(), use_area::<Vec<Proxy>>());
    let (tokens, profiles) = (use_area::<Vec<TokenRef>>(), use_area::<ProfileList>());
    let specs = || {
        let all = tasks.data().into_iter().flat_map(|all| all.iter());
        all.map(|summary| &summary.task.spec)
    };
    match of {
        Named::Nothing => Vec::new(),
        Named::Task => specs().map(|spec| spec.name.to_string()).collect(),
        Named::Resource => {
            let needs = specs().flat_map(|spec| &spec.resources);
            let names: BTreeSet<String> = needs.map(|need| need.name.to_string()).collect();
            names.into_iter().collect()
        }
        Named::Profile => profiles.data().map_or_else(Vec::new, |list| {
            let rows = list.rows.iter();
            rows.map(|profile| profile.name.to_string()).collect()
        }),
        Named::Tag => profiles
            .data()
            .map_or_else(Vec::new, |list| list.tags.clone()),
        Named::Proxy => proxies.data().map_or_else(Vec::new, |all| {
            all.iter().map(|proxy| proxy.name.to_string()).collect()
        }),
        Named::Token => tokens.data().map_or_else(Vec::new, |all| {
            all.iter().map(|token| token.name.to_string()).collect()
        }),
    }
}
