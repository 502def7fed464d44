//! Random lives, played on a queue and on the queue in memory alike: both must answer the same, whatever comes.
//!
//! What comes: runs with and without a profile, at once or later, too late for their line, for all their attempts or for
//! their schedule, behind another run, through a proxy or a member of a pool, with named resources; fan-outs with shared
//! places that failures stop, sealed or not when the owner dies; every step of a life, allowed or not; limits of tasks,
//! tags, named resources and proxies; pauses of everything, of tasks, profiles and proxies; priorities and "run next";
//! proxies that fail and work; a locked keychain, an open window and short memory; clocks that pass and jump; crashes.
//!
//! What is compared: who is claimed, in which order and with which way out; what each order is told; why every waiting run waits; when the
//! queue wants to be woken; what a recovery settles; where each run stands in the end. Not played: survivors of a crash
//! and races of claimers, which have cases of their own, and what only the planner does with the rows.

mod act;
mod orders;
mod play;
mod wish;

pub use orders::{Order, any_orders};
pub use play::{Play, play};
pub use wish::{Way, Wish};
