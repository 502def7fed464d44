//! The list of proxies.

use drover_model::request::ListProxies;
use drover_model::{CommandError, Fact, Proxy};

use crate::state::{Area, Load};
use crate::{api, bridge::Link};

pub type Proxies = Area<Vec<Proxy>>;

impl Load for Vec<Proxy> {
    async fn load(link: Link) -> Result<Self, CommandError> {
        api::list_proxies(&link, ListProxies {}).await
    }

    fn stale_by(fact: &Fact) -> bool {
        matches!(
            fact,
            Fact::ProxyChanged { .. } | Fact::ProfileChanged { .. }
        )
    }
}
