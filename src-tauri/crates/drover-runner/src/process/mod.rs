//! The one door for starting anything: a never-ending spawn thread, a cleared environment, a session and a process
//! group per child, and the proof that a tree is gone.

mod brand;
mod child;
mod door;
mod environment;
mod kill_tree;
mod spawn_port;
mod sweep;
mod tail;
mod tree;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "elsewhere.rs")]
mod platform;

pub use child::Child;
pub use door::{Door, MARKER_VARIABLE, Output, Start};
pub use environment::{Audience, Environment, allowed};
pub use kill_tree::{Graces, Rung, Stopped, stop_tree};
pub use sweep::{Swept, sweep};
pub use tree::Tree;
