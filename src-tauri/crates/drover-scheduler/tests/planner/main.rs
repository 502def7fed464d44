//! The planner over a real database, with clocks that the tests set.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod clocks;
mod desk;
mod edges;
mod following;
mod overlapping;
mod pausing;
mod years;
mod zones;
mod zones_of_all_kinds;
