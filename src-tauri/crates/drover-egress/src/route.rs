use std::time::Duration;

use drover_model::Rules;

use crate::Upstream;

/// Where the traffic of a gateway goes: a proxy, and the exceptions that the operator wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub upstream: Upstream,
    /// Without a rule everything goes through the proxy.
    pub rules: Rules,
    pub patience: Patience,
}

impl From<Upstream> for Route {
    fn from(upstream: Upstream) -> Route {
        Route {
            upstream,
            rules: Rules::default(),
            patience: Patience::default(),
        }
    }
}

/// How long to wait for a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// From the first packet to the proxy until it says that the tunnel stands.
    pub connect: Duration,
    /// Until the head of an answer to a request for a plain `http://` address, from the last byte of the request on.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            connect: Duration::from_secs(15),
            // Sites may think for long; a browser by itself waits this long.
            answer: Duration::from_mins(5),
        }
    }
}

/// What becomes of connections that stand while the proxy is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Old {
    /// They go on through the old proxy until they end by themselves.
    Drain,
    /// They end now.
    Cut,
}
