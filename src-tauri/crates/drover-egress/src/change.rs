//! The link by which a provider gives a proxy another address.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::fetch::{FetchError, Url, get};
use crate::tls;

/// How often an answer may send on.
const REDIRECTS: usize = 3;

/// For all of it. Some providers answer only when the new address is there.
const DEADLINE: Duration = Duration::from_mins(1);

/// Why no other address was asked for, or given. Neither the link nor the answer is in it, both may hold a token.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Providers lock out who asks too often.
    #[error("the address was changed a moment ago; it can be changed again at {until}")]
    CoolingDown { until: Timestamp },
    #[error("failed to load the root certificates of this system")]
    Roots,
    #[error("failed to ask the provider for another address")]
    Fetch(#[source] FetchError),
}

impl ChangeError {
    /// What to do about it, as an order.
    pub fn hint(&self) -> &'static str {
        match self {
            ChangeError::CoolingDown { .. } => "wait until then, or set a shorter pause",
            ChangeError::Roots => {
                "install the root certificates of this system (`ca-certificates`)"
            }
            ChangeError::Fetch(FetchError::Url) => "copy the whole link from the provider",
            ChangeError::Fetch(FetchError::Status(_)) => {
                "check with the provider whether the link still holds"
            }
            ChangeError::Fetch(_) => "check the link, then try again",
        }
    }
}

/// Calls the provider's link, from this machine and not through the proxy, which is about to change.
///
/// `last` is when that was done before, `pause` the least time between two calls. The caller notes `now` as the new
/// `last` on success, and on every failure but [`ChangeError::CoolingDown`] too, since the provider may have counted it.
pub async fn change_address(
    link: &SecretString,
    last: Option<Timestamp>,
    pause: Duration,
    now: Timestamp,
) -> Result<(), ChangeError> {
    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    let until = last.map(|last| last.saturating_add(pause).unwrap_or(Timestamp::MAX));
    if let Some(until) = until.filter(|until| *until > now) {
        return Err(ChangeError::CoolingDown { until });
    }
    let url = Url::new(link.expose_secret()).map_err(ChangeError::Fetch)?;
    timeout(DEADLINE, follow(url))
        .await
        .unwrap_or(Err(ChangeError::Fetch(FetchError::TimedOut)))
}

async fn follow(mut url: Url) -> Result<(), ChangeError> {
    for _ in 0..=REDIRECTS {
        let tls = url
            .tls
            .then(tls::system)
            .transpose()
            .map_err(|_| ChangeError::Roots)?;
        let wire = TcpStream::connect((url.target.host.as_str(), url.target.port))
            .await
            .map_err(|error| ChangeError::Fetch(FetchError::Reach(error)))?;
        let answer = get(wire, &url, tls, None)
            .await
            .map_err(ChangeError::Fetch)?;
        match (answer.status, answer.location) {
            (status, _) if status.is_success() => return Ok(()),
            (status, Some(location)) if status.is_redirection() => {
                url = url.join(&location).map_err(ChangeError::Fetch)?;
            }
            (status, _) => return Err(ChangeError::Fetch(FetchError::Status(status.as_u16()))),
        }
    }
    Err(ChangeError::Fetch(FetchError::TooManyRedirects(REDIRECTS)))
}
