use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use crate::dial::Dialer;
use crate::hosts::HostTally;
use crate::target::Target;
use crate::{FailureKind, Result, Route, Upstream};

/// Whether the proxy can be reached, takes the login and connects to `target` (host and port); how long that took.
/// Nothing is sent to the target.
pub async fn check(upstream: &Upstream, target: (&str, u16)) -> Result<Duration> {
    let dialer = Dialer::new(Route::from(upstream.clone()), Arc::default())?;
    let target = Target::new(target.0, target.1)
        .ok_or_else(|| dialer.refused("the destination is no host"))?;
    let start = Instant::now();
    dialer
        .tunnel(&target, &Arc::new(HostTally::default()))
        .await?;
    Ok(start.elapsed())
}

/// A proxy that takes longer to say what it thinks of a login says it to the first page.
const LOGIN_LIMIT: Duration = Duration::from_secs(5);

/// Whether the proxy takes its login, if it has one: the error is [`FailureKind::Login`] or one of this machine. It is
/// asked for a name that nobody has (RFC 6761), so nothing is reached, and whatever else it says about that is good.
pub async fn login(upstream: &Upstream) -> Result<()> {
    if upstream.login.is_none() {
        return Ok(());
    }
    let dialer = Dialer::new(Route::from(upstream.clone()), Arc::default())?;
    let target = Target::new("drover.invalid", 443)
        .ok_or_else(|| dialer.refused("the destination is no host"))?;
    let tally = Arc::new(HostTally::default());
    match timeout(LOGIN_LIMIT, dialer.tunnel(&target, &tally)).await {
        Ok(Err(error)) if error.kind() == FailureKind::Login => Err(error),
        _ => Ok(()),
    }
}

/// Whether the proxy can be reached at all. It is not asked for anything, so a login that it refuses shows only later.
pub async fn reach(upstream: &Upstream) -> Result<()> {
    let dialer = Dialer::new(Route::from(upstream.clone()), Arc::default())?;
    dialer
        .proxy(&Arc::new(HostTally::default()))
        .await
        .map(drop)
}
