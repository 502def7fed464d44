//! Pools: several proxies of which each run gets one.

mod choose;
mod state;
mod view;

pub use choose::{Choice, NoMember, choose};
pub use state::{MemberState, Pool, PoolState, Rotation};
pub use view::{PoolMember, PoolView};

#[cfg(test)]
mod tests;
