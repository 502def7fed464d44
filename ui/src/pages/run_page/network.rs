//! What went through the proxy in an attempt: the address that the world saw, and bytes by host.

use drover_model::NetworkUse;
use drover_model::network::HostUse;
use yew::prelude::*;

use crate::format::{self, plural};

pub(super) fn network_facts(network: &NetworkUse) -> Html {
    let failures: u64 = network.failures.values().sum();
    html! {
        <div class="stack stack--tight" data-testid="run-network">
            <dl class="facts">
                <dt>{ "Exit address" }</dt>
                <dd class="mono">{ network.exit.map_or_else(|| "not checked".to_owned(), |exit| exit.to_string()) }</dd>
                <dt>{ "Traffic" }</dt>
                <dd class="tabular">{ format!("{} down, {} up, {}", format::size(network.bytes_down), format::size(network.bytes_up), plural(network.connections, "connection")) }</dd>
                if network.blocked > 0 { <dt>{ "Blocked" }</dt><dd>{ format!("{} by a rule", plural(network.blocked, "request")) }</dd> }
                if network.switches > 0 { <dt>{ "Proxy" }</dt><dd>{ format!("changed {} while it ran", plural(network.switches, "time")) }</dd> }
                if failures > 0 {
                    <dt>{ "Failed" }</dt>
                    <dd>{ format!("{}. {}", plural(failures, "connection"), network.last_error.as_deref().map(format::sentence).unwrap_or_default()) }</dd>
                }
            </dl>
            if !network.hosts.is_empty() {
                <div class="table-wrap hosts">
                    <table class="table">
                        <thead><tr><th>{ "Host" }</th><th class="num">{ "Down" }</th><th class="num">{ "Up" }</th><th class="num">{ "Connections" }</th></tr></thead>
                        <tbody>for host in &network.hosts { { host_row(host) } }</tbody>
                    </table>
                </div>
            }
            if network.other_hosts > 0 { <p class="mute small">{ format!("And {}.", plural(network.other_hosts, "further host")) }</p> }
        </div>
    }
}

fn host_row(host: &HostUse) -> Html {
    html! {
        <tr key={host.host.clone()}>
            <td class="mono">{ &host.host }
                if host.direct > 0 { <span class="tone-warn" title="Past the proxy, by a rule">{ " direct" }</span> }
                if host.failures > 0 { <span class="tone-err">{ format!(" {} failed", host.failures) }</span> }
            </td>
            <td class="num">{ format::size(host.bytes_down) }</td>
            <td class="num">{ format::size(host.bytes_up) }</td>
            <td class="num">{ format::count(host.connections) }</td>
        </tr>
    }
}
