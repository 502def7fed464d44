//! Proxies from a pasted list.

use std::collections::BTreeSet;

use drover_model::{
    Caller, Name, Paste, Proxy, ProxyEntry, ProxyId, Rules,
    proxy::{PastedLine, Reading},
    request::{ImportProxies, ImportedLine, LineOutcome, LineReading, ProxyImport},
};
use secrecy::SecretString;

use super::proxies::invalid;
use crate::{Engine, Result, error::Doing as _};

/// Begins the names of proxies where none was given.
const PREFIX: &str = "proxy";

impl Engine {
    pub async fn import_proxies(&self, by: Caller, req: ImportProxies) -> Result<ProxyImport> {
        let prefix = req.prefix.as_deref().unwrap_or(PREFIX).trim();
        named(prefix, 1).map_err(|error| invalid("prefix", error))?;
        let mut paste = Paste::read(&req.text.expose(), req.scheme);
        if let Some(notation) = req.notation {
            paste.settle(notation);
        }
        let known = self.rooms().store.read(|db| db.proxies()).await;
        let plan = Plan::of(&paste, &known.doing("read the proxies")?, prefix);
        let questions = if req.skip_ambiguous {
            Vec::new()
        } else {
            paste.questions()
        };
        let saves = questions.is_empty() && !req.dry_run;
        let saved = if saves {
            self.save_imported(by, plan.new).await?
        } else {
            0
        };
        Ok(ProxyImport {
            saved,
            lines: plan.lines,
            questions,
        })
    }

    /// All of them or none. Their passwords are in the keychain before a row says so.
    async fn save_imported(&self, by: Caller, new: Vec<(Name, ProxyEntry)>) -> Result<u32> {
        let now = self.rooms().now();
        let mut proxies: Vec<Proxy> = Vec::with_capacity(new.len());
        for (name, entry) in new {
            let id = ProxyId::from_bits(self.rooms().new_id.bits(now));
            let has_password = entry.password.is_some();
            if let Some(password) = entry.password {
                let stored = self
                    .put_secret(
                        &format!("store the password of proxy `{name}`"),
                        &id.to_string(),
                        SecretString::from(password.expose()),
                    )
                    .await;
                if let Err(error) = stored {
                    self.take_back(&proxies).await;
                    return Err(error);
                }
            }
            proxies.push(Proxy {
                id,
                name,
                address: entry.address,
                user: entry.user,
                has_password,
                rules: Rules::default(),
                change_link: None,
                health: None,
                used_by: Vec::new(),
                created_at: now,
                updated_at: now,
            });
        }
        let rows = proxies.clone();
        let written = self
            .rooms()
            .store
            .write(now, by, move |tx| {
                rows.iter().try_for_each(|proxy| tx.put_proxy(proxy))
            })
            .await
            .doing("save the proxies");
        if let Err(error) = written {
            self.take_back(&proxies).await;
            return Err(error);
        }
        Ok(u32::try_from(proxies.len()).unwrap_or(u32::MAX))
    }

    async fn take_back(&self, proxies: &[Proxy]) {
        for proxy in proxies.iter().filter(|proxy| proxy.has_password) {
            self.forget_secret(&proxy.id.to_string()).await;
        }
    }
}

/// What an import comes to.
struct Plan {
    lines: Vec<ImportedLine>,
    new: Vec<(Name, ProxyEntry)>,
}

impl Plan {
    fn of(paste: &Paste, known: &[Proxy], prefix: &str) -> Self {
        let mut names = Names {
            taken: known.iter().map(|proxy| folded(&proxy.name)).collect(),
            next: 1,
            prefix,
        };
        let mut new = Vec::new();
        let lines = paste.lines.iter().map(|line| ImportedLine {
            line: line.number,
            proxy: match &line.reading {
                Reading::Proxy(entry) => Some(entry.masked()),
                Reading::Ambiguous(_) | Reading::Bad(_) => None,
            },
            outcome: outcome(line, known, &mut names, &mut new),
        });
        let lines = lines.collect();
        Self { lines, new }
    }
}

fn outcome(
    line: &PastedLine,
    known: &[Proxy],
    names: &mut Names<'_>,
    new: &mut Vec<(Name, ProxyEntry)>,
) -> LineOutcome {
    match &line.reading {
        Reading::Bad(bad) => LineOutcome::Bad {
            message: bad.to_string(),
        },
        Reading::Ambiguous(candidates) => LineOutcome::Ambiguous {
            readings: candidates
                .iter()
                .map(|one| LineReading {
                    notation: one.notation,
                    host: one.entry.address.host().to_owned(),
                })
                .collect(),
        },
        Reading::Proxy(entry) => {
            if let Some(line) = line.same_as {
                return LineOutcome::Repeated { line };
            }
            let is_it = |proxy: &&Proxy| proxy.address == entry.address && proxy.user == entry.user;
            if let Some(proxy) = known.iter().find(is_it) {
                return LineOutcome::Known {
                    name: proxy.name.clone(),
                };
            }
            let name = names.give(entry.name.as_deref());
            new.push((name.clone(), entry.clone()));
            LineOutcome::New { name }
        }
    }
}

/// Gives each new proxy a name that is free.
struct Names<'a> {
    taken: BTreeSet<String>,
    next: u32,
    prefix: &'a str,
}

impl Names<'_> {
    /// The name that stood beside it, or the next number.
    fn give(&mut self, wanted: Option<&str>) -> Name {
        let wanted = wanted.and_then(|name| name.parse::<Name>().ok());
        if let Some(name) = wanted.filter(|name| self.taken.insert(folded(name))) {
            return name;
        }
        loop {
            let name = named(self.prefix, self.next).expect("BUG: the prefix was tried");
            self.next += 1;
            if self.taken.insert(folded(&name)) {
                return name;
            }
        }
    }
}

/// The prefix with a number. It is tried with every length that a number can have.
fn named(prefix: &str, number: u32) -> std::result::Result<Name, drover_model::name::BadName> {
    format!("{prefix}-{number}").parse()
}

fn folded(name: &Name) -> String {
    name.as_str().to_lowercase()
}

#[cfg(test)]
mod tests {
    use drover_model::ProxyScheme;

    use super::*;

    #[test]
    fn names_are_kept_given_and_never_twice() {
        let text = "[eu] 10.0.0.1:80\n[EU] 10.0.0.2:80\n10.0.0.3:80\n10.0.0.3:80\nnonsense\n";
        let paste = Paste::read(text, ProxyScheme::Http);
        let plan = Plan::of(&paste, &[], "us");
        let names: Vec<_> = plan.new.iter().map(|(name, _)| name.to_string()).collect();
        assert_eq!(names, ["eu", "us-1", "us-2"]);
        assert_eq!(plan.lines[3].outcome, LineOutcome::Repeated { line: 3 });
        assert!(matches!(plan.lines[4].outcome, LineOutcome::Bad { .. }));
    }

    #[test]
    fn of_an_open_question_nothing_is_told_that_could_be_a_password() {
        let paste = Paste::read("eu.example:8080:john.doe:4711", ProxyScheme::Http);
        let plan = Plan::of(&paste, &[], PREFIX);
        let told = serde_json::to_string(&plan.lines).unwrap();
        assert!(
            told.contains("ambiguous") && told.contains("eu.example"),
            "{told}"
        );
        assert!(!told.contains("4711"), "{told}");
    }
}
