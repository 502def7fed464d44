//! `token`: secrets in the keychain. Values come in on standard input and never go out.

use clap::Subcommand;
use drover_model::{
    Code, CommandError, TokenKind, TokenRef,
    request::{GetKeychain, ListTokens, RemoveToken, SetToken},
    token::{KeychainState, SecretText},
};
use jiff::Timestamp;

use crate::{
    failure::{Outcome, invalid},
    find::is_called,
    session::Session,
    standard_input::read_secret,
    table::table,
    when,
    words::{list, relative},
};

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenVerb {
    /// Store a value, new or in place of the old one
    #[command(
        after_help = "The value is read from standard input and goes to the keychain. On a terminal it is asked\nfor and not shown.\n\nExample:\n  drover-cli token set shop-api --kind token --expires 2099-12-31 < token.txt"
    )]
    Set {
        /// Letters, digits, `-`, `_` and `.`; tasks ask for it by this name
        name: String,
        /// What it is for
        #[arg(long, value_parser = kind, default_value = "token", value_name = "token|password|other")]
        kind: TokenKind,
        /// A date such as `2026-12-31`, or an RFC 3339 time
        #[arg(long, value_name = "DATE")]
        expires: Option<String>,
    },
    /// List tokens, without values
    #[command(after_help = "Example:\n  drover-cli token list")]
    List,
    /// Show what uses a token
    #[command(after_help = "Example:\n  drover-cli token usage shop-api")]
    Usage {
        /// Name or id
        name: String,
    },
    /// Remove tokens from the keychain and from the list
    #[command(after_help = "Example:\n  drover-cli token remove shop-api")]
    Remove {
        /// Names or ids
        #[arg(required = true, value_name = "TOKEN")]
        tokens: Vec<String>,
    },
}

fn kind(text: &str) -> Result<TokenKind, String> {
    let known = TokenKind::ALL.into_iter().find(|kind| kind.label() == text);
    known.ok_or_else(|| "use `token`, `password` or `other`".to_owned())
}

/// Does it.
pub(crate) async fn token(verb: TokenVerb, session: &Session) -> Outcome {
    let (backend, out, now) = (&session.backend, &session.out, session.now);
    match verb {
        TokenVerb::Set {
            name,
            kind,
            expires,
        } => {
            let expires_at = expires
                .map(|text| when::expiry(&text, now))
                .transpose()
                .map_err(|problem| invalid("expires", problem))?;
            let value = read_secret(&format!("value of token `{name}`"), "value")?;
            let request = SetToken {
                name,
                kind,
                expires_at,
                value: SecretText::new(value),
            };
            let saved = backend.call(request).await?;
            out.answer(&saved, |saved| {
                format!("stored token {} ({})", saved.name, saved.backend)
            })?;
        }
        TokenVerb::List => {
            let found = backend.call(ListTokens {}).await?;
            if found.is_empty() {
                out.note("there is no token; `drover-cli token set NAME` stores one");
            }
            tell_keychain(session).await?;
            out.answer(&found, |found| rows(found, now, out.colour))?;
        }
        TokenVerb::Usage { name } => {
            let found = backend.call(ListTokens {}).await?;
            let token = found.into_iter().find(|token| {
                is_called(token.name.as_str(), &name) || token.id.to_string() == name
            });
            let token = token.ok_or_else(|| not_found(&name))?;
            if token.used_by.is_empty() {
                out.note("nothing uses it");
            }
            out.answer(&token, |token| {
                let names = token.used_by.iter().map(ToString::to_string);
                names.collect::<Vec<_>>().join("\n")
            })?;
        }
        TokenVerb::Remove { tokens } => {
            for token in &tokens {
                let token = token.clone();
                backend.call(RemoveToken { token }).await?;
            }
            out.answer(&serde_json::json!({ "removed": tokens }), |_| {
                format!("removed {}", list(&tokens))
            })?;
        }
    }
    Ok(0)
}

fn not_found(name: &str) -> CommandError {
    CommandError::new(Code::TokenNotFound, format!("no token named `{name}`"))
        .hint("`drover-cli token list` shows them")
        .field("token")
}

/// Says so when values cannot be reached at the moment.
async fn tell_keychain(session: &Session) -> Result<(), CommandError> {
    let keychain = session.backend.call(GetKeychain {}).await?;
    let problem = match keychain.state {
        KeychainState::Ready if keychain.session_only => {
            "tokens are kept in memory until Drover quits"
        }
        KeychainState::Ready | KeychainState::Probing => return Ok(()),
        KeychainState::Locked | KeychainState::Unlocking => "the keychain is locked",
        KeychainState::Absent => "there is no keychain on this machine",
        KeychainState::TimedOut => "the keychain does not answer",
    };
    session.out.warn(problem);
    Ok(())
}

fn rows(found: &[TokenRef], now: Timestamp, colour: bool) -> String {
    let rows = found.iter().map(|token| {
        let when = |at: Option<Timestamp>, none: &str| {
            at.map_or_else(|| none.to_owned(), |at| relative(at, now))
        };
        [
            token.name.to_string().into(),
            token.kind.label().into(),
            token.backend.clone().into(),
            when(token.expires_at, "-").into(),
            when(token.last_used_at, "never").into(),
            list(&token.used_by).into(),
        ]
    });
    table(
        ["NAME", "KIND", "KEPT IN", "EXPIRES", "LAST USED", "USED BY"],
        rows,
        colour,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use drover_model::TokenId;

    #[test]
    fn a_list_shows_no_value() {
        let now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        let token = TokenRef {
            id: TokenId::from_bits(1),
            name: "shop-api".parse().unwrap(),
            kind: TokenKind::Token,
            backend: "secret-service".into(),
            expires_at: Some("2026-11-25T08:00:00Z".parse().unwrap()),
            created_at: now,
            updated_at: now,
            last_used_at: None,
            used_by: vec!["anna".parse().unwrap()],
        };
        insta::assert_snapshot!(rows(&[token], now, false), @r"
        NAME      KIND   KEPT IN         EXPIRES    LAST USED  USED BY
        shop-api  token  secret-service  in 2 days  never      anna
        ");
    }

    #[test]
    fn kinds_are_those_of_the_model() {
        assert_eq!(kind("password"), Ok(TokenKind::Password));
        assert!(kind("cookie").is_err());
    }
}
