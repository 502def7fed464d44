//! Proxies. The address and the rules are stored, the password and the provider's link go to the keychain.

use drover_egress::Old;
use drover_model::{
    Caller, ChangeLink, Code, CommandError, Name, Proxy, ProxyId, ProxyUrl, Rules, Span,
    request::{ListProxies, RemoveProxy, SaveProxy},
    token::SecretText,
};
use jiff::SignedDuration;
use secrecy::SecretString;

use crate::{Engine, Error, Result, error::Doing as _, route::route};

/// An error for a proxy that is not there.
pub(crate) fn no_proxy(name: &str) -> CommandError {
    CommandError::new(Code::ProxyNotFound, format!("no proxy named `{name}`"))
        .hint("`drover-cli proxy list` shows them.")
        .field("proxy")
}

/// A field of a request that cannot be used.
pub(super) fn invalid(field: &str, error: impl std::fmt::Display) -> Error {
    CommandError::new(Code::Invalid, format!("`{field}`: {error}"))
        .field(field)
        .into()
}

/// Whether a text can be a web address; what it says else is found out when it is called.
pub(super) fn web_address(field: &str, text: &str) -> Result<()> {
    let lower = text.trim().to_ascii_lowercase();
    let rest = ["http://", "https://"]
        .into_iter()
        .find_map(|scheme| lower.strip_prefix(scheme));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.contains(char::is_whitespace) => Ok(()),
        _ => Err(invalid(
            field,
            "it has to begin with `http://` or `https://`",
        )),
    }
}

/// The keychain's entry for the provider's link of a proxy.
pub(super) fn link_entry(proxy: ProxyId) -> String {
    format!("{proxy}.change-link")
}

/// A pause between calls of a link needs one.
fn check_pause(before: Option<&Proxy>, link: Option<&str>, pause: Option<Span>) -> Result<()> {
    let has_link = link.map_or_else(
        || before.is_some_and(|before| before.change_link.is_some()),
        |link| !link.is_empty(),
    );
    if pause.is_none() || has_link {
        return Ok(());
    }
    let message =
        "the proxy has no link for another address, so nothing can pause between its calls";
    Err(CommandError::new(Code::Invalid, message)
        .hint("Give the link with `--change-link`.")
        .field("change_pause")
        .into())
}

impl Engine {
    pub async fn list_proxies(&self, _by: Caller, _req: ListProxies) -> Result<Vec<Proxy>> {
        self.rooms()
            .store
            .read(|db| db.proxies())
            .await
            .doing("list the proxies")
    }

    pub async fn save_proxy(&self, by: Caller, req: SaveProxy) -> Result<Proxy> {
        let name: Name = req
            .name
            .parse()
            .map_err(|error: drover_model::name::BadName| invalid("name", error))?;
        let url: ProxyUrl = req
            .url
            .expose()
            .parse()
            .map_err(|error: drover_model::proxy::BadProxy| invalid("url", error))?;
        let rules: Option<Rules> = req
            .rules
            .map(|text| text.parse())
            .transpose()
            .map_err(|error: drover_model::proxy::BadRule| invalid("rules", error))?;
        let link = req.change_link.map(SecretText::expose);
        if let Some(link) = link.as_deref().filter(|link| !link.is_empty()) {
            web_address("change_link", link)?;
        }
        let now = self.rooms().now();
        let before = self.proxy_before(req.id).await?;
        check_pause(before.as_ref(), link.as_deref(), req.change_pause)?;
        let id = before.as_ref().map_or_else(
            || ProxyId::from_bits(self.rooms().new_id.bits(now)),
            |before| before.id,
        );
        // An edit that repeats no login keeps the known one.
        let keeps = url.user.is_none() && !req.clear_login;
        let kept = before.as_ref().filter(|_| keeps);
        let mut proxy = Proxy {
            id,
            name,
            address: url.address.clone(),
            user: url
                .user
                .clone()
                .or_else(|| kept.and_then(|before| before.user.clone())),
            has_password: url.password.is_some() || kept.is_some_and(|before| before.has_password),
            rules: rules.unwrap_or_else(|| {
                before
                    .as_ref()
                    .map(|before| before.rules.clone())
                    .unwrap_or_default()
            }),
            change_link: change_link(before.as_ref(), link.as_deref(), req.change_pause),
            health: None,
            used_by: before
                .as_ref()
                .map(|before| before.used_by.clone())
                .unwrap_or_default(),
            created_at: before.as_ref().map_or(now, |before| before.created_at),
            // Always another moment than before, because it also tells one state of the proxy from the next.
            updated_at: before.as_ref().map_or(now, |before| {
                now.max(before.updated_at + SignedDuration::from_millis(1))
            }),
        };
        let is_same = |before: &&Proxy| {
            (&before.address, &before.user, before.has_password)
                == (&proxy.address, &proxy.user, proxy.has_password)
        };
        if url.password.is_none() {
            proxy.health = before
                .as_ref()
                .filter(is_same)
                .and_then(|before| before.health.clone());
        }
        self.put_row(by, before.as_ref(), &proxy).await?;
        let mut secrets = Vec::new();
        if let Some(password) = url.password {
            secrets.push(("password", id.to_string(), SecretString::from(password)));
        }
        if let Some(link) = link.filter(|link| !link.is_empty()) {
            secrets.push(("link", link_entry(id), SecretString::from(link)));
        }
        for (what, entry, value) in secrets {
            let doing = format!("store the {what} of proxy `{}`", proxy.name);
            if let Err(error) = self.put_secret(&doing, &entry, value).await {
                self.take_row_back(by, before.as_ref(), &proxy).await;
                return Err(error);
            }
        }
        if let Some(before) = &before {
            if before.has_password && !proxy.has_password {
                self.forget_secret(&id.to_string()).await;
            }
            if before.change_link.is_some() && proxy.change_link.is_none() {
                self.forget_secret(&link_entry(id)).await;
            }
            let old = if req.cut { Old::Cut } else { Old::Drain };
            self.switch(&proxy, old).await;
        }
        Ok(proxy)
    }

    /// The row comes first: what refuses it must not have changed a secret.
    async fn put_row(&self, by: Caller, before: Option<&Proxy>, proxy: &Proxy) -> Result<()> {
        let (known, row) = (before.map(|before| before.updated_at), proxy.clone());
        self.rooms()
            .store
            .write(proxy.updated_at, by, move |tx| match known {
                Some(known) => tx.replace_proxy(&row, known),
                None => tx.put_proxy(&row),
            })
            .await
            .doing("save the proxy")
    }

    /// The keychain took no secret, so that the proxy is as it was. What a change in between made of it stays.
    async fn take_row_back(&self, by: Caller, before: Option<&Proxy>, proxy: &Proxy) {
        let (id, saved, before) = (proxy.id, proxy.updated_at, before.cloned());
        let taken_back = self
            .rooms()
            .store
            .write(self.rooms().now(), by, move |tx| match before {
                Some(before) => tx.replace_proxy(&before, saved),
                None => tx.delete_proxy(id),
            })
            .await;
        if let Err(error) = taken_back {
            tracing::warn!(%error, "a proxy is kept although the keychain did not take its secret");
        }
    }

    /// Leads browsers that go through the proxy the new way. Where that fails they keep the former one, never none at
    /// all.
    async fn switch(&self, proxy: &Proxy, old: Old) {
        let switched = match route(self.rooms(), proxy).await {
            Ok(new) => self
                .rooms()
                .leases
                .switch(proxy.id, &new, old)
                .map_err(|error| error.chain()),
            Err(error) => Err(error.to_string()),
        };
        match switched {
            Ok(0) => {}
            Ok(browsers) => tracing::info!(browsers, "running browsers go another way now"),
            Err(error) => tracing::warn!(error, "running browsers keep the former way"),
        }
    }

    async fn proxy_before(&self, id: Option<ProxyId>) -> Result<Option<Proxy>> {
        match id {
            Some(id) => self.proxy_called(&id.to_string()).await.map(Some),
            None => Ok(None),
        }
    }

    /// The proxy of that id or name.
    pub(super) async fn proxy_called(&self, called: &str) -> Result<Proxy> {
        let text = called.to_owned();
        let proxy = self
            .rooms()
            .store
            .read(move |db| db.find_proxy(&text))
            .await
            .doing("read the proxy")?;
        proxy.ok_or_else(|| no_proxy(called).into())
    }

    pub async fn remove_proxy(&self, by: Caller, req: RemoveProxy) -> Result<()> {
        let proxy = self.proxy_called(&req.proxy).await?;
        let (id, now) = (proxy.id, self.rooms().now());
        self.rooms()
            .store
            .write(now, by, move |tx| tx.delete_proxy(id))
            .await
            .doing("remove the proxy")?;
        if proxy.has_password {
            self.forget_secret(&proxy.id.to_string()).await;
        }
        if proxy.change_link.is_some() {
            self.forget_secret(&link_entry(proxy.id)).await;
        }
        Ok(())
    }
}

/// What is stored about the provider's link after a change. Another link has not been called yet, but its provider
/// is the same one, so the pause goes on.
fn change_link(
    before: Option<&Proxy>,
    link: Option<&str>,
    pause: Option<Span>,
) -> Option<ChangeLink> {
    let known = before.and_then(|before| before.change_link);
    let has = link.map_or(known.is_some(), |link| !link.is_empty());
    has.then(|| ChangeLink {
        pause: pause
            .or(known.map(|known| known.pause))
            .unwrap_or(ChangeLink::PAUSE),
        called_at: known.and_then(|known| known.called_at),
    })
}
