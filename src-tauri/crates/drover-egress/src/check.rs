use std::time::{Duration, Instant};

use crate::dial::Route;
use crate::target::Target;
use crate::{Result, Upstream};

/// Whether the proxy can be reached, takes the login and connects to `target` (host and port); how long that took.
/// Nothing is sent to the target.
pub async fn check(upstream: &Upstream, target: (&str, u16)) -> Result<Duration> {
    let route = Route::new(upstream.clone())?;
    let target = Target {
        host: target.0.to_owned(),
        port: target.1,
    };
    let start = Instant::now();
    route.tunnel(&target).await?;
    Ok(start.elapsed())
}

/// Whether the proxy can be reached at all. It is not asked for anything, so a login that it refuses shows only later.
pub async fn reach(upstream: &Upstream) -> Result<()> {
    Route::new(upstream.clone())?.proxy().await.map(drop)
}
