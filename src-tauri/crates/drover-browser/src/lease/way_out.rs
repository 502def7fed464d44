//! The way out of one browser, which can be changed while the browser runs.

use std::{
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use drover_egress::{Gateway, Old, Result, Route, reach};

/// The gateway with the route that it follows.
pub(super) struct WayOut {
    gateway: Gateway,
    route: Mutex<Route>,
}

impl WayOut {
    /// Opens it. A proxy that is dead is said at once, not by pages that do not load.
    pub(super) async fn open(route: Route) -> Result<Self> {
        reach(&route.upstream).await?;
        Ok(Self {
            gateway: Gateway::open(route.clone()).await?,
            route: Mutex::new(route),
        })
    }

    /// Where the browser finds it.
    pub(super) fn address(&self) -> SocketAddr {
        self.gateway.address()
    }

    /// Where it leads at the moment.
    pub(super) fn route(&self) -> MutexGuard<'_, Route> {
        self.route.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows `to` from now on, if it follows `from`; `true` then.
    pub(super) fn switch(&self, from: &Route, to: &Route, old: Old) -> Result<bool> {
        let mut route = self.route();
        if *route != *from {
            return Ok(false);
        }
        self.gateway.switch(to.clone(), old)?;
        *route = to.clone();
        Ok(true)
    }
}
