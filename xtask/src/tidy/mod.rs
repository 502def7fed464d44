//! The rules of the house that a machine can hold.

mod arrows;
mod libraries;
mod places;
mod report;
mod rules;
mod source;
mod tables;

pub(crate) use report::{sources, tidy};
