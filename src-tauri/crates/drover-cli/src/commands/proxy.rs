//! `proxy`: where traffic leaves this machine.

use clap::Subcommand;
use drover_model::{
    Proxy, ProxyUrl,
    request::{ListProxies, RemoveProxy, SaveProxy},
    token::SecretText,
};

use crate::{
    failure::{Failure, Outcome, invalid},
    session::Session,
    standard_input::read_secret,
    table::table,
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
        /// `http://`, `https://` or `socks5://`, host and port; `-` reads it from standard input
        #[arg(allow_hyphen_values = true)]
        url: String,
    },
    /// List proxies
    #[command(after_help = "Example:\n  drover-cli proxy list")]
    List,
    /// Remove proxies that no profile uses
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
            let url = address(&name, url)?;
            let request = SaveProxy {
                id: None,
                name,
                url: SecretText::new(url),
                clear_login: false,
            };
            let saved = backend.call(request).await?;
            out.answer(&saved, |saved| {
                format!("made proxy {}: {}", saved.name, saved.masked())
            })?;
        }
        ProxyVerb::List => {
            let found = backend.call(ListProxies {}).await?;
            if found.is_empty() {
                out.note("there is no proxy; `drover-cli proxy add NAME URL` makes one");
            }
            out.answer(&found, |found| rows(found, out.colour))?;
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

/// The address as typed, or from standard input. A password is not taken as an argument.
fn address(name: &str, typed: String) -> Result<String, Failure> {
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
        .hint(format!(
            "give it on standard input: `drover-cli proxy add {name} -`"
        ))
        .into()),
        Err(error) => Err(invalid("url", error.to_string()).into()),
    }
}

fn rows(found: &[Proxy], colour: bool) -> String {
    let rows = found.iter().map(|proxy| {
        [
            proxy.name.to_string().into(),
            proxy.masked().into(),
            list(&proxy.used_by).into(),
        ]
    });
    table(["NAME", "ADDRESS", "USED BY"], rows, colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(url: &str) -> String {
        match address("eu", url.to_owned()) {
            Err(Failure::Command(error)) => error.message,
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
        assert_eq!(address("eu", "http://h:80".into()).unwrap(), "http://h:80");
    }

    #[test]
    fn a_bad_address_is_named_before_anything_is_sent() {
        assert_eq!(
            refuse("http://h:99999"),
            "`99999` is not a port; use a number from 1 to 65535"
        );
    }
}
