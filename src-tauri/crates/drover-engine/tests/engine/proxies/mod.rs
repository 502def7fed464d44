//! Proxies and pools: imported, checked, given another address, used by runs.

mod doubles;
mod kept;
mod pools;
mod used;

const CANARY: &str = "canary-9c1e-proxy";
