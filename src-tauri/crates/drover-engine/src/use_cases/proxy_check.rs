//! Whether proxies work, and another address from their provider.

use std::{sync::Arc, time::Duration};

use drover_egress::{ProbeError, Route, change_address, probe};
use drover_model::{
    Caller, Code, CommandError, Proxy, ProxyHealth, ProxyId, ProxyState, Rules, Settings,
    request::{ChangeProxyAddress, CheckProxies},
};
use drover_store::AddressChange;
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::Semaphore, task::JoinSet, time::timeout};

use super::proxies::{link_entry, web_address};
use crate::{Engine, Error, Result, engine::Rooms, error::Doing as _, route::route};

/// A run asks again for the address behind its proxy when the last answer is older.
const EXIT_GOOD: SignedDuration = SignedDuration::from_mins(5);
/// How long is waited for it.
const EXIT_LIMIT: Duration = Duration::from_secs(30);

/// How many proxies are asked at the same time.
const AT_ONCE: usize = 8;

impl Engine {
    pub async fn check_proxies(&self, by: Caller, req: CheckProxies) -> Result<Vec<Proxy>> {
        let proxies = self.proxies_called(&req.proxies).await?;
        let echo = if let Some(echo) = req.echo {
            web_address("echo", &echo)?;
            echo
        } else {
            let settings = self.rooms().store.read(|db| db.settings()).await;
            settings.doing("read the settings")?.echo_url
        };
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut checks = JoinSet::new();
        for proxy in &proxies {
            let (engine, proxy, echo) = (self.clone(), proxy.clone(), echo.clone());
            let places = places.clone();
            checks.spawn(async move {
                let _place = places
                    .acquire_owned()
                    .await
                    .expect("BUG: the semaphore is never closed");
                let state = checked(engine.rooms(), &proxy, &echo).await;
                keep_health(engine.rooms(), by, proxy, state).await
            });
        }
        while let Some(done) = checks.join_next().await {
            done.expect("BUG: a check does not panic")?;
        }
        let mut found = Vec::with_capacity(proxies.len());
        for proxy in proxies {
            found.push(self.proxy_called(&proxy.id.to_string()).await?);
        }
        Ok(found)
    }

    async fn proxies_called(&self, called: &[String]) -> Result<Vec<Proxy>> {
        if called.is_empty() {
            return self
                .rooms()
                .store
                .read(|db| db.proxies())
                .await
                .doing("list the proxies");
        }
        let mut found: Vec<Proxy> = Vec::with_capacity(called.len());
        for called in called {
            let proxy = self.proxy_called(called).await?;
            if found.iter().all(|known| known.id != proxy.id) {
                found.push(proxy);
            }
        }
        Ok(found)
    }

    pub async fn change_proxy_address(&self, by: Caller, req: ChangeProxyAddress) -> Result<Proxy> {
        let proxy = self.proxy_called(&req.proxy).await?;
        let known = proxy.change_link.ok_or_else(|| {
            CommandError::new(
                Code::Invalid,
                format!("proxy `{}` has no link for another address", proxy.name),
            )
            .hint("`drover-cli proxy edit NAME --change-link` takes it on standard input.")
            .field("proxy")
        })?;
        let vault = self.rooms().vault();
        let link = vault
            .get(&vault.reference(link_entry(proxy.id)))
            .await
            .map_err(|source| Error::Vault {
                doing: format!("read the link of proxy `{}`", proxy.name),
                source,
            })?;
        // The call is noted first, in one step with the look at the last one: the provider may count a call that fails as
        // well, and of two at the same time only one may be made.
        let (id, now) = (proxy.id, self.rooms().now());
        let noted = self
            .rooms()
            .store
            .write(now, by, move |tx| tx.note_address_change(id, now))
            .await
            .doing("note the change of address")?;
        let last = match noted {
            AddressChange::Noted => None,
            AddressChange::TooEarly { called_at } => Some(called_at),
        };
        let changed = change_address(&link, last, known.pause.duration(), now).await;
        changed.map_err(|error| {
            let cause = std::error::Error::source(&error);
            let cause = cause.map_or_else(String::new, |cause| format!(": {cause}"));
            CommandError::new(Code::WrongState, format!("{error}{cause}")).hint(error.hint())
        })?;
        self.proxy_called(&id.to_string()).await
    }
}

async fn checked(rooms: &Rooms, proxy: &Proxy, echo: &str) -> ProxyState {
    let way = match route(rooms, proxy).await {
        // The question is about the proxy, so no rule may lead past it.
        Ok(way) => Route {
            rules: Rules::default(),
            ..way
        },
        Err(error) => {
            return ProxyState::Fails {
                failure: "keychain".to_owned(),
                message: format!("its password cannot be read: {error}"),
                hint: "unlock the keychain, or save the login again".to_owned(),
            };
        }
    };
    match probe(&way, echo).await {
        Ok(health) => ProxyState::Works {
            exit: health.exit,
            connect_ms: milliseconds(health.connect),
            first_byte_ms: milliseconds(health.first_byte),
        },
        Err(error) => ProxyState::Fails {
            failure: match &error {
                ProbeError::Proxy(error) => error.kind().as_str(),
                ProbeError::Echo(_) | ProbeError::NoAddress => "echo",
            }
            .to_owned(),
            message: error.chain(),
            hint: error.hint().to_owned(),
        },
    }
}

async fn keep_health(rooms: &Rooms, by: Caller, proxy: Proxy, state: ProxyState) -> Result<()> {
    let now = rooms.now();
    let health = ProxyHealth {
        checked_at: now,
        state,
    };
    rooms
        .store
        .write(now, by, move |tx| tx.put_health(&proxy, &health))
        .await
        .doing("keep what was found")
}

/// Which address the world sees behind a proxy, for a run that begins. Nobody waits for it: it is kept when it comes, and
/// what does not work is shown by the run itself.
pub(crate) async fn look_up_exit(rooms: Arc<Rooms>, id: ProxyId) {
    if let Err(error) = look_up(&rooms, id).await {
        tracing::warn!(%error, "the address behind a proxy was not kept");
    }
}

async fn look_up(rooms: &Rooms, id: ProxyId) -> Result<()> {
    let read = rooms
        .store
        .read(move |db| Ok((db.settings()?, db.proxy(id)?)))
        .await;
    let (settings, proxy) = read.doing("read a proxy")?;
    let Some(proxy) = proxy else { return Ok(()) };
    // The service that Drover brings is asked by a click alone; one that the operator chose is there to be asked.
    if settings.echo_url == Settings::ECHO_URL || is_known(&proxy, rooms.now()) {
        return Ok(());
    }
    match timeout(EXIT_LIMIT, checked(rooms, &proxy, &settings.echo_url)).await {
        Ok(state @ ProxyState::Works { .. }) => {
            keep_health(rooms, Caller::Drover, proxy, state).await
        }
        Ok(ProxyState::Fails { .. }) | Err(_) => Ok(()),
    }
}

fn is_known(proxy: &Proxy, now: Timestamp) -> bool {
    proxy.health.as_ref().is_some_and(|health| {
        matches!(health.state, ProxyState::Works { .. })
            && now.duration_since(health.checked_at) < EXIT_GOOD
    })
}

fn milliseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
