//! The second column: profiles, proxy, tokens, parameters, and what is seldom changed.

use drover_model::request::ListPools;
use drover_model::{Fact, Proxy, ProxyPolicy};
use yew::prelude::*;

use super::bound::{PartProps, field_id};
use super::limits::limits_part;
use super::parameters::ParametersPart;
use super::profiles::ProfilesPart;
use super::section::Section;
use super::sign_in::sign_in_part;
use super::tokens::TokensPart;
use super::variables::variables_part;
use crate::components::{Choice, Select};
use crate::format::plural;
use crate::hooks::{use_area, use_query};
use crate::state::draft::DraftAction;

/// Before the name of a proxy in the list, so that a proxy may be called "none".
const NAMED: &str = "name:";

/// The same for the pool that the task names.
const POOL: &str = "pool:";

#[component]
pub(super) fn With(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let proxies = use_area::<Vec<Proxy>>();
    let pools = use_query(ListPools {}, 0, |_, fact| {
        matches!(fact, Fact::PoolChanged { .. })
    });
    let chosen = (onaction.clone(), draft.file.proxy.clone());
    let onproxy = use_callback(chosen, |value: String, (onaction, chosen)| {
        if let Some(name) = value.strip_prefix(POOL) {
            let policy = match chosen {
                // Chosen again it stays as it is, with what the task says of keeping a member.
                ProxyPolicy::Pool { pool, .. } if pool.as_str() == name => Some(chosen.clone()),
                _ => name
                    .parse()
                    .ok()
                    .map(|pool| ProxyPolicy::Pool { pool, sticky: None }),
            };
            return onaction.emit(DraftAction::Proxy(policy.unwrap_or_default()));
        }
        let named = value
            .strip_prefix(NAMED)
            .and_then(|name| name.parse().ok())
            .map(ProxyPolicy::Named);
        onaction.emit(DraftAction::Proxy(named.unwrap_or(if value == "none" {
            ProxyPolicy::None
        } else {
            ProxyPolicy::Profile
        })));
    });
    let value = match &draft.file.proxy {
        ProxyPolicy::Profile => "profile".to_owned(),
        ProxyPolicy::None => "none".to_owned(),
        ProxyPolicy::Named(name) => format!("{NAMED}{name}"),
        ProxyPolicy::Pool { pool, .. } => format!("{POOL}{pool}"),
    };
    let mut choices = vec![
        Choice::new("profile", "Each profile's own"),
        Choice::new("none", "None: this machine's own address"),
    ];
    choices.extend(
        proxies
            .data()
            .iter()
            .flat_map(|list| list.iter())
            .map(|proxy| {
                Choice::new(
                    format!("{NAMED}{}", proxy.name),
                    format!("{} · {}", proxy.name, proxy.address),
                )
            }),
    );
    choices.extend(pools.data().iter().flat_map(|all| all.iter()).map(|pool| {
        let members = plural(pool.members.len() as u64, "proxy");
        Choice::new(
            format!("{POOL}{}", pool.name),
            format!("One of pool {} ({members})", pool.name),
        )
    }));
    if choices.iter().all(|choice| choice.value != value) {
        choices.push(Choice::new(
            value.clone(),
            format!(
                "{} (not found)",
                value.trim_start_matches(NAMED).trim_start_matches(POOL)
            ),
        ));
    }
    html! {
        <>
            <Section title="Profiles"><ProfilesPart ..props.clone() /></Section>
            <Section title="Proxy">
                <Select id={field_id("proxy")} aria_label="Proxy" {value} {choices} onchange={onproxy} testid="task-proxy" />
            </Section>
            <Section title="Tokens"><TokensPart ..props.clone() /></Section>
            <Section title="Parameters"><ParametersPart ..props.clone() /></Section>
            { limits_part(props) }
            { sign_in_part(props) }
            { variables_part(props) }
        </>
    }
}
