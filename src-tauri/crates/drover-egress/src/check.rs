use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::dial::Dialer;
use crate::hosts::HostTally;
use crate::target::Target;
use crate::{Result, Route, Upstream};

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

/// Whether the proxy can be reached at all. It is not asked for anything, so a login that it refuses shows only later.
pub async fn reach(upstream: &Upstream) -> Result<()> {
    let dialer = Dialer::new(Route::from(upstream.clone()), Arc::default())?;
    dialer
        .proxy(&Arc::new(HostTally::default()))
        .await
        .map(drop)
}
