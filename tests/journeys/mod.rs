//! One file a journey.

mod bad_input;
mod browsers;
mod canary;
mod command_line;
mod crash;
mod first_run;
mod full_disk;
mod keeping;
mod keyboard;
mod keychain;
mod monitor;
mod proxies;
mod queue;
mod schedules;
mod second_instance;
mod tray;
