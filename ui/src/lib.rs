//! The window of Drover: Yew components, one reducer for each area, and the bridge to the engine.
//!
//! What it is not: it decides nothing. Every rule is in the engine; the window shows what the engine says and sends
//! what the operator wants. It imports no member but `drover-model`.

pub mod api;
pub mod app;
pub mod bridge;
pub mod components;
pub mod events;
pub mod format;
pub mod frame;
pub mod hooks;
pub mod keymap;
pub mod log;
pub mod pages;
pub mod route;
pub mod score;
pub mod state;

#[cfg(test)]
mod contrast;
