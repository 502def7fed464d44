//! Pools: several proxies of which each run gets one.

mod choose;
mod state;

pub use choose::{Choice, NoMember, choose};
pub use state::{MemberState, Pool, PoolState, Rotation};

#[cfg(test)]
mod tests;
