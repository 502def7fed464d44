//! The list of tokens, and the keychain that holds their values.

use drover_model::request::{GetKeychain, ListTokens};
use drover_model::token::Keychain;
use drover_model::{CommandError, Fact, TokenRef};
use jiff::{SignedDuration, Timestamp};

use super::{Area, Load};
use crate::{api, bridge::Link, components::Tone, format};

pub type Tokens = Area<Vec<TokenRef>>;
pub type Vault = Area<Keychain>;

impl Load for Vec<TokenRef> {
    async fn load(link: Link) -> Result<Self, CommandError> {
        api::list_tokens(&link, ListTokens {}).await
    }

    fn stale_by(fact: &Fact) -> bool {
        matches!(
            fact,
            Fact::TokenChanged { .. } | Fact::ProfileChanged { .. } | Fact::TaskChanged { .. }
        )
    }
}

impl Load for Keychain {
    async fn load(link: Link) -> Result<Self, CommandError> {
        api::get_keychain(&link, GetKeychain {}).await
    }

    fn stale_by(fact: &Fact) -> bool {
        matches!(fact, Fact::KeychainChanged)
    }
}

/// A token is said to expire soon within this many days.
const SOON_DAYS: i64 = 7;

/// The words and the colour of an expiry under a heading "Expires", seen from `now`.
pub fn expiry(at: Timestamp, now: Timestamp) -> (String, Tone) {
    let left = at.duration_since(now);
    if left <= SignedDuration::ZERO {
        (format!("expired {}", format::relative(at, now)), Tone::Err)
    } else if left <= SignedDuration::from_hours(SOON_DAYS * 24) {
        (format::relative(at, now), Tone::Warn)
    } else {
        (format::date(at), Tone::Mute)
    }
}

/// Whether any token has expired or will within a week.
pub fn any_expiring(tokens: &[TokenRef], now: Timestamp) -> bool {
    tokens
        .iter()
        .filter_map(|token| token.expires_at)
        .any(|at| expiry(at, now).1 != Tone::Mute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_marked_a_week_before() {
        let now: Timestamp = "2026-05-04T12:00:00Z".parse().unwrap();
        let check = |at: &str, text: &str, tone: Tone| {
            assert_eq!(
                expiry(at.parse().unwrap(), now),
                (text.to_owned(), tone),
                "expiry at {at}"
            );
        };
        check("2026-05-03T12:00:00Z", "expired 1 day ago", Tone::Err);
        check("2026-05-07T12:00:00Z", "in 3 days", Tone::Warn);
        check("2026-06-04T12:00:00Z", "4 Jun 2026", Tone::Mute);
    }
}
