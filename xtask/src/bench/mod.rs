//! `cargo xtask bench`: measurements in interleaved rounds, next to the peers, with the machine they were made on.
//!
//! The drivers are programs of their own: Drover's are bench targets of the crates they measure, the peers' lie in
//! `xtask/bench/peers/`. Both answer orders, one JSON line each.

mod browser;
mod crash;
mod driver;
mod egress;
mod lane;
mod lines;
mod machine;
mod options;
mod parts;
mod peers;
mod planner;
mod probe;
mod queue;
mod queue_peers;
mod report;
mod rounds;
mod row;
mod runs;
mod series;
mod site;
mod statistics;
mod verb;
mod verdict;

pub(crate) use options::Options;
pub(crate) use verb::bench;
