//! What the machine needs for a verb: looked for, listed with its reason, and installed.

mod cargo_tools;
mod family;
mod node;
mod npm;
mod packages;
mod pip;
mod prepare;
mod python;
mod rust;
mod system;
mod tools;
mod want;

pub(crate) use packages::BROWSERS;
pub(crate) use pip::into as pip_into;
pub(crate) use prepare::{Purpose, found, prepare};
pub(crate) use rust::WASM;
pub(crate) use tools::Tools;
