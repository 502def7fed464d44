//! Every built-in step on pages of its own: right, late, hidden, duplicate and missing targets.

mod files;
mod frames;
mod health;
mod input;
mod matrix;
mod reading;
mod tabs;
mod waiting;
