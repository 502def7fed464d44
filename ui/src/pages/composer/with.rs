//! The second column: profiles, proxy, tokens, parameters, and what is seldom changed.

use drover_model::Proxy;
use drover_model::ProxyPolicy;
use yew::prelude::*;

use super::bound::{PartProps, field_id};
use super::limits::LimitsPart;
use super::parameters::ParametersPart;
use super::profiles::ProfilesPart;
use super::section::Section;
use super::tokens::TokensPart;
use super::variables::VariablesPart;
use crate::components::{Choice, Select};
use crate::hooks::use_area;
use crate::state::draft::DraftAction;

/// Before the name of a proxy in the list, so that a proxy may be called "none".
const NAMED: &str = "name:";

/// The same for the pool that the task names.
const POOL: &str = "pool:";

#[component]
pub(super) fn With(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let proxies = use_area::<Vec<Proxy>>();
    let chosen = (onaction.clone(), draft.file.proxy.clone());
    let onproxy = use_callback(chosen, |value: String, (onaction, chosen)| {
        if value.starts_with(POOL) {
            return onaction.emit(DraftAction::Proxy(chosen.clone()));
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
    if let ProxyPolicy::Pool { pool, .. } = &draft.file.proxy {
        choices.push(Choice::new(value.clone(), format!("One of pool {pool}")));
    }
    if choices.iter().all(|choice| choice.value != value) {
        choices.push(Choice::new(
            value.clone(),
            format!("{} (not found)", value.trim_start_matches(NAMED)),
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
            <LimitsPart ..props.clone() />
            <VariablesPart ..props.clone() />
        </>
    }
}
