//! Answers about pasted proxies, checks and new addresses.

use std::net::{IpAddr, Ipv4Addr};

use drover_model::proxy::{ProxyHealth, ProxyState};
use drover_model::request::{
    ChangeProxyAddress, CheckProxies, ImportProxies, ImportedLine, LineOutcome, ProxyImport,
};
use drover_model::{Code, Fact, Proxy, ProxyId, ProxyUrl};

use super::{Outcome, fine};
use crate::bridge::demo::world::{World, missing, name};

impl World {
    /// Lines that are addresses with their scheme are understood, the others are not.
    pub(super) fn import_proxies(&mut self, request: ImportProxies) -> Outcome<ImportProxies> {
        let prefix = request.prefix.as_deref().unwrap_or("proxy");
        let (mut report, mut facts) = (ProxyImport::default(), Vec::new());
        let text = request.text.expose();
        let lines = text.lines().enumerate();
        for (index, text) in lines.filter(|(_, text)| !text.trim().is_empty()) {
            let line = index + 1;
            let found: Result<ProxyUrl, _> = text.trim().parse();
            let Ok(url) = found else {
                report.lines.push(ImportedLine {
                    line,
                    proxy: None,
                    outcome: LineOutcome::Bad {
                        message: "this is no proxy".to_owned(),
                    },
                });
                continue;
            };
            let made = name(&format!("{prefix}-{}", self.proxies.len() + line));
            report.lines.push(ImportedLine {
                line,
                proxy: Some(url.address.to_string()),
                outcome: LineOutcome::New { name: made.clone() },
            });
            if request.dry_run {
                continue;
            }
            let id = ProxyId::from_bits(self.fresh());
            self.proxies.push(Proxy {
                id,
                name: made,
                address: url.address,
                has_password: url.password.is_some(),
                user: url.user,
                rules: drover_model::Rules::default(),
                change_link: None,
                health: None,
                used_by: Vec::new(),
                created_at: self.now,
                updated_at: self.now,
            });
            report.saved += 1;
            facts.push(Fact::ProxyChanged { proxy: id });
        }
        Ok((report, facts))
    }

    pub(super) fn check_proxies(&mut self, request: CheckProxies) -> Outcome<CheckProxies> {
        let now = self.now;
        let (mut checked, mut facts) = (Vec::new(), Vec::new());
        for (number, proxy) in (1..).zip(&mut self.proxies) {
            let id = proxy.id.to_string();
            let named = |wanted: &String| *wanted == id || wanted.as_str() == proxy.name.as_str();
            if !request.proxies.is_empty() && !request.proxies.iter().any(named) {
                continue;
            }
            proxy.health = Some(ProxyHealth {
                checked_at: now,
                state: ProxyState::Works {
                    // A block that is kept for documentation (RFC 5737).
                    exit: IpAddr::V4(Ipv4Addr::new(203, 0, 113, number)),
                    connect_ms: 84,
                    first_byte_ms: 190,
                },
            });
            facts.push(Fact::ProxyChanged { proxy: proxy.id });
            checked.push(proxy.clone());
        }
        Ok((checked, facts))
    }

    pub(super) fn change_proxy_address(
        &mut self,
        request: ChangeProxyAddress,
    ) -> Outcome<ChangeProxyAddress> {
        let found = self.proxies.iter().find(|proxy| {
            proxy.name.as_str() == request.proxy || proxy.id.to_string() == request.proxy
        });
        let found = found.cloned();
        fine(found.ok_or_else(|| missing(Code::ProxyNotFound, "proxy", &request.proxy))?)
    }
}
