//! Chrome: find it, check its lock, launch it over a pipe, share that pipe between clients, drive pages, stop it.
//!
//! It is the only place that speaks the Chrome `DevTools` Protocol. Built-in steps go straight from here over the pipe;
//! user code attaches to a per-run [`Gateway`] on loopback that dies with the run.
//!
//! It is not the place that starts processes (the [`Spawn`] port is, implemented by the runner), knows no store, no
//! vault and no task, and never touches the profiles of a browser that a person uses outside Drover.

pub mod cdp;
pub mod cookies;
pub mod extensions;
pub mod keeping;

mod archive;
mod browser;
mod error;
mod find;
mod flags;
mod gateway;
mod hex;
mod launch;
mod lease;
mod lock;
mod overrides;
mod page;
mod password_store;
mod preview;
mod spawn;
mod steps;
mod stop;
mod supervise;

pub use browser::Browser;
pub use error::{Error, Result};
pub use find::{Brand, FoundBrowser, Platform, Version, candidates, find};
pub use flags::{CryptMode, Sandbox, Visibility};
pub use gateway::{Gateway, GatewayOptions, MethodCounts};
pub use launch::LaunchOptions;
pub use lease::{
    GiveBack, Lead, Lease, Leases, Notice, Refusal, Reservation, Rules, SeatState, SeatView,
    Struck, Wanted, available_memory,
};
pub use lock::{LockState, claim, inspect, refuse_default_roots};
pub use page::Page;
pub use password_store::password_store;
pub use preview::{Preview, QUICKEST_PREVIEW, SLOWEST_PREVIEW};
pub use spawn::{BoxFuture, ChildEnd, Exit, Process, ProcessIdentity, Spawn, SpawnRequest};
pub use steps::{
    Awaited, Check, Choice, CookieAction, Found, FrameStep, FrameWay, MOST_EVENTS_A_STEP, Outputs,
    PreparedAction, PreparedCookie, PreparedStep, Shown, StepEvent, StepFailure, StepProblem,
    Surroundings, TabChoice, Tabs, Target, Way, run_steps,
};
pub use stop::Rung;
pub use supervise::Closed;
