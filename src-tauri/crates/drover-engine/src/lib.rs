//! The engine: the one place where the rooms of the house are wired together, and the
//! use cases that the window, the command line and the socket call.
//!
//! What it is not: it knows no Tauri and no terminal, it writes no SQL and asks no
//! keychain by itself. What it wires, it hands on as values, channels and small ports.

mod aside;
mod attached;
mod attempt;
mod chrome;
mod command_error;
mod conditions;
mod encryption;
mod engine;
mod error;
mod listings;
mod live;
pub mod logging;
mod machine;
mod new_id;
mod opener;
mod paths;
mod private_folder;
mod recovery;
mod retention;
mod route;
mod rung;
mod samples;
mod traces;
mod undos;
mod use_cases;

pub use drover_browser::Preview;
pub use engine::{Claims, Engine, Faces, QuitWay};
pub use error::{Error, Result};
pub use live::WatchId;
pub use paths::Paths;
