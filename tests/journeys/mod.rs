//! One file a journey.

mod bad_input;
mod canary;
mod command_line;
mod crash;
mod first_run;
mod keyboard;
mod tray;
