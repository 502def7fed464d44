//! The way out of one browser, which can be changed while the browser runs.

use std::{
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use drover_egress::{Gateway, Old, Report, Result, Route, login, reach};
use drover_model::ProxyId;

use super::news::Notice;

/// Where the traffic of a profile is to go.
#[derive(Clone, Debug)]
pub struct Lead {
    pub proxy: ProxyId,
    /// Through that proxy, as it was read.
    pub route: Route,
    /// Taken before it was read, so that a change meanwhile is not missed.
    pub notice: Notice,
}

/// The gateway with the lead that it follows.
pub(super) struct WayOut {
    gateway: Gateway,
    lead: Mutex<Following>,
}

struct Following {
    proxy: ProxyId,
    route: Route,
    /// The number of the news that it knows.
    number: u64,
}

impl WayOut {
    /// Opens it. A proxy that is dead is said at once, not by pages that do not load.
    pub(super) async fn open(lead: Lead) -> Result<Self> {
        reach(&lead.route.upstream).await?;
        Ok(Self {
            gateway: Gateway::open(lead.route.clone()).await?,
            lead: Mutex::new(Following {
                proxy: lead.proxy,
                route: lead.route,
                number: lead.notice.number(),
            }),
        })
    }

    /// Where the browser finds it.
    pub(super) fn address(&self) -> SocketAddr {
        self.gateway.address()
    }

    /// What went through it so far.
    pub(super) fn report(&self) -> Report {
        self.gateway.report()
    }

    /// Leads a browser that nobody has at the moment where the next one wants it. Nothing of the last one's goes on. A
    /// proxy that is dead is said at once here, too.
    pub(super) async fn take_up(&self, lead: &Lead) -> Result<()> {
        reach(&lead.route.upstream).await?;
        let is_proven = self.following().route.upstream == lead.route.upstream;
        if !is_proven {
            login(&lead.route.upstream).await?;
        }
        let mut following = self.following();
        let same = following.proxy == lead.proxy;
        let knows_better = same && following.number > lead.notice.number();
        if knows_better || same && following.route == lead.route {
            return Ok(());
        }
        self.gateway.switch(lead.route.clone(), Old::Cut)?;
        *following = Following {
            proxy: lead.proxy,
            route: lead.route.clone(),
            number: lead.notice.number(),
        };
        Ok(())
    }

    /// Follows the news of a proxy from now on, if it goes there and does not know them; `true` then.
    pub(super) fn hear(&self, proxy: ProxyId, number: u64, to: &Route, old: Old) -> Result<bool> {
        let mut following = self.following();
        if following.proxy != proxy || following.number >= number {
            return Ok(false);
        }
        if following.route != *to || old == Old::Cut {
            self.gateway.switch(to.clone(), old)?;
        }
        following.route = to.clone();
        following.number = number;
        Ok(true)
    }

    fn following(&self) -> MutexGuard<'_, Following> {
        self.lead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
