//! Answers about pasted proxies, checks and new addresses.

use std::net::{IpAddr, Ipv4Addr};

use drover_model::proxy::{Candidate, ProxyHealth, ProxyState, Reading};
use drover_model::request::{
    ChangeProxyAddress, CheckProxies, ImportProxies, ImportedLine, LineOutcome, LineReading,
    ProxyImport,
};
use drover_model::{Code, Fact, Name, Paste, Proxy, ProxyEntry, ProxyId};

use super::Outcome;
use crate::bridge::demo::world::{World, missing, name};

impl World {
    /// Read as the engine reads it; only the keychain is left out.
    pub(super) fn import_proxies(&mut self, request: ImportProxies) -> Outcome<ImportProxies> {
        let mut paste = Paste::read(&request.text.expose(), request.scheme);
        if let Some(notation) = request.notation {
            paste.settle(notation);
        }
        let mut report = ProxyImport::default();
        if !request.skip_ambiguous {
            report.questions = paste.questions();
        }
        let saves = report.questions.is_empty() && !request.dry_run;
        let prefix = request.prefix.as_deref().unwrap_or("proxy");
        let (mut facts, mut number) = (Vec::new(), 0);
        for line in &paste.lines {
            let (proxy, outcome) = match &line.reading {
                Reading::Bad(bad) => (
                    None,
                    LineOutcome::Bad {
                        message: bad.to_string(),
                    },
                ),
                Reading::Ambiguous(all) => (None, ambiguous(all)),
                Reading::Proxy(entry) => {
                    let known = self
                        .proxies
                        .iter()
                        .find(|proxy| proxy.address == entry.address && proxy.user == entry.user);
                    let outcome = match (line.same_as, known) {
                        (Some(line), _) => LineOutcome::Repeated { line },
                        (None, Some(proxy)) => LineOutcome::Known {
                            name: proxy.name.clone(),
                        },
                        (None, None) => {
                            number += 1;
                            let own = entry.name.as_deref().and_then(|name| name.parse().ok());
                            let made = own.unwrap_or_else(|| name(&format!("{prefix}-{number}")));
                            if saves {
                                facts.push(self.add_proxy(&made, entry));
                                report.saved += 1;
                            }
                            LineOutcome::New { name: made }
                        }
                    };
                    (Some(entry.masked()), outcome)
                }
            };
            report.lines.push(ImportedLine {
                line: line.number,
                proxy,
                outcome,
            });
        }
        Ok((report, facts))
    }

    fn add_proxy(&mut self, name: &Name, entry: &ProxyEntry) -> Fact {
        let id = ProxyId::from_bits(self.fresh());
        self.proxies.push(Proxy {
            id,
            name: name.clone(),
            address: entry.address.clone(),
            has_password: entry.password.is_some(),
            user: entry.user.clone(),
            rules: drover_model::Rules::default(),
            change_link: None,
            health: None,
            used_by: Vec::new(),
            created_at: self.now,
            updated_at: self.now,
        });
        Fact::ProxyChanged { proxy: id }
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
        let now = self.now;
        let found = self.proxies.iter_mut().find(|proxy| {
            proxy.name.as_str() == request.proxy || proxy.id.to_string() == request.proxy
        });
        let proxy = found.ok_or_else(|| missing(Code::ProxyNotFound, "proxy", &request.proxy))?;
        if let Some(link) = &mut proxy.change_link {
            link.called_at = Some(now);
        }
        Ok((proxy.clone(), vec![Fact::ProxyChanged { proxy: proxy.id }]))
    }
}

fn ambiguous(all: &[Candidate]) -> LineOutcome {
    let readings = all.iter().map(|one| LineReading {
        notation: one.notation,
        host: one.entry.address.host().to_owned(),
    });
    LineOutcome::Ambiguous {
        readings: readings.collect(),
    }
}
