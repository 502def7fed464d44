//! `proxy`: where traffic leaves this machine.

use clap::Subcommand;
use drover_model::{
    Code, CommandError, Proxy, ProxyUrl,
    request::{ChangeProxyAddress, CheckProxies, ListProxies, RemoveProxy, SaveProxy},
    token::SecretText,
};

use super::{
    proxy_edit::{EditProxy, edit},
    proxy_import::{ImportArgs, import},
    proxy_pool::{PoolVerb, pool},
    proxy_text::{checked, rows, sheet},
};
use crate::{
    failure::{Failure, Outcome, invalid},
    find::is_called,
    session::Session,
    standard_input::read_secret,
    words::list,
};

/// What can be done with proxies.
#[derive(Debug, Subcommand)]
pub(crate) enum ProxyVerb {
    /// Add a proxy
    #[command(
        after_help = "An address with a password is given on standard input, with `-` in its place, because\narguments can be seen by others. The password goes to the keychain.\n\nExample:\n  drover-cli proxy add eu-1 http://eu-1.example:8080\n  drover-cli proxy add eu-2 - < address.txt"
    )]
    Add {
        /// By which profiles and tasks mean it
        name: String,
        /// `http://`, `https://`, `socks5://` or `socks4://`, host and port; `-` reads it from standard input
        #[arg(allow_hyphen_values = true)]
        url: String,
    },
    /// Change a proxy, for browsers that use it too
    Edit(Box<EditProxy>),
    /// Import a list of proxies in any usual notation
    Import(ImportArgs),
    /// List proxies
    #[command(after_help = "Example:\n  drover-cli proxy list")]
    List,
    /// Show one proxy with its rules and what the last check found
    #[command(after_help = "Example:\n  drover-cli proxy show eu-1")]
    Show {
        /// Name or id
        proxy: String,
    },
    /// Ask the address echo through proxies: do they work, how fast, with which address
    #[command(
        after_help = "Exits with 1 when one does not work. The address echo is a setting.\n\nExample:\n  drover-cli proxy check\n  drover-cli proxy check eu-1 eu-2 --echo https://echo.example/ip"
    )]
    Check {
        /// Names or ids; all when none is given
        #[arg(value_name = "PROXY")]
        proxies: Vec<String>,
        /// Another address echo than that of the settings
        #[arg(long, value_name = "URL")]
        echo: Option<String>,
    },
    /// Call the provider's link, which gives a proxy another address
    #[command(
        after_help = "`drover-cli proxy edit NAME --change-link` takes the link.\n\nExample:\n  drover-cli proxy change-ip eu-1"
    )]
    ChangeIp {
        /// Name or id
        proxy: String,
    },
    /// Several proxies under one name, of which each run gets one
    #[command(
        subcommand,
        after_help = "Example:\n  drover-cli proxy pool add eu eu-1 eu-2 --sticky"
    )]
    Pool(PoolVerb),
    /// Remove proxies that no profile and no pool uses
    #[command(after_help = "Example:\n  drover-cli proxy remove eu-1")]
    Remove {
        /// Names or ids
        #[arg(required = true, value_name = "PROXY")]
        proxies: Vec<String>,
    },
}

/// Does it.
pub(crate) async fn proxy(verb: ProxyVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    match verb {
        ProxyVerb::Add { name, url } => {
            let instead = format!("drover-cli proxy add {name} -");
            let url = address(&name, url, &instead)?;
            let request = SaveProxy {
                id: None,
                name,
                url: SecretText::new(url),
                clear_login: false,
                rules: None,
                change_link: None,
                change_pause: None,
                cut: false,
            };
            let saved = backend.call(request).await?;
            out.answer(&saved, |saved| {
                format!("made proxy {}: {}", saved.name, saved.masked())
            })?;
        }
        ProxyVerb::Edit(args) => return edit(*args, session).await,
        ProxyVerb::Import(args) => return import(args, session).await,
        ProxyVerb::Show { proxy } => {
            let found = called(session, &proxy).await?;
            out.answer(&found, |found| sheet(found, session.now, out.colour))?;
        }
        ProxyVerb::Check { proxies, echo } => return check(proxies, echo, session).await,
        ProxyVerb::ChangeIp { proxy } => {
            let changed = backend.call(ChangeProxyAddress { proxy }).await?;
            out.answer(&changed, |changed| {
                format!("asked the provider of {} for another address", changed.name)
            })?;
        }
        ProxyVerb::Pool(verb) => return pool(verb, session).await,
        ProxyVerb::List => {
            let found = backend.call(ListProxies {}).await?;
            if found.is_empty() {
                out.note("there is no proxy; `drover-cli proxy add NAME URL` makes one");
            }
            out.answer(&found, |found| rows(found, session.now, out.colour))?;
        }
        ProxyVerb::Remove { proxies } => {
            for proxy in &proxies {
                let proxy = proxy.clone();
                backend.call(RemoveProxy { proxy }).await?;
            }
            out.answer(&serde_json::json!({ "removed": proxies }), |_| {
                format!("removed {}", list(&proxies))
            })?;
        }
    }
    Ok(0)
}

/// The address as typed, or from standard input. A password is not taken as an argument; `instead` is the command that
/// takes it.
pub(super) fn address(name: &str, typed: String, instead: &str) -> Result<String, Failure> {
    if typed == "-" {
        return read_secret(&format!("address of proxy `{name}`"), "url");
    }
    let parsed: Result<ProxyUrl, _> = typed.parse();
    match parsed {
        Ok(url) if url.password.is_none() => Ok(typed),
        Ok(_) => Err(invalid(
            "url",
            "an address with a password cannot be an argument, because others can see arguments",
        )
        .hint(format!("give it on standard input: `{instead}`"))
        .into()),
        Err(error) => Err(invalid("url", error.to_string()).into()),
    }
}

/// The proxy that a person means.
pub(super) async fn called(session: &Session, typed: &str) -> Result<Proxy, CommandError> {
    let all = session.backend.call(ListProxies {}).await?;
    let mut meant = all.into_iter().filter(|proxy| {
        is_called(proxy.name.as_str(), typed)
            || proxy.id.to_string().eq_ignore_ascii_case(typed.trim())
    });
    meant.next().ok_or_else(|| {
        CommandError::new(Code::ProxyNotFound, format!("no proxy named `{typed}`"))
            .hint("`drover-cli proxy list` shows them")
            .field("proxy")
    })
}

/// What has to be known wherever a rule says `DIRECT`.
pub(super) const fn past_the_proxy() -> &'static str {
    "a rule sends traffic past the proxy, from this machine's own address"
}

async fn check(proxies: Vec<String>, echo: Option<String>, session: &Session) -> Outcome {
    let out = &session.out;
    let found = session.backend.call(CheckProxies { proxies, echo }).await?;
    if found.is_empty() {
        out.note("there is no proxy; `drover-cli proxy add NAME URL` makes one");
    }
    out.answer(&found, |found| checked(found, out.colour))?;
    let fails = |proxy: &Proxy| {
        !proxy
            .health
            .as_ref()
            .is_some_and(|health| health.state.works())
    };
    Ok(u8::from(found.iter().any(fails)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(url: &str) -> String {
        match address("eu", url.to_owned(), "drover-cli proxy edit eu --url -") {
            Err(Failure::Command(error)) => {
                let hint = error.hint.unwrap_or_default();
                assert!(
                    hint.is_empty() || hint.contains("edit eu --url -"),
                    "{hint}"
                );
                error.message
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_password_is_not_an_argument() {
        let said = refuse("http://anna:canary-1@h:80");
        assert!(
            said.contains("cannot be an argument") && !said.contains("canary"),
            "{said}"
        );
        assert_eq!(
            address("eu", "http://h:80".into(), "").unwrap(),
            "http://h:80"
        );
    }

    #[test]
    fn a_bad_address_is_named_before_anything_is_sent() {
        assert_eq!(
            refuse("http://h:99999"),
            "`99999` is not a port; use a number from 1 to 65535"
        );
    }
}
