//! The cookies of a profile: how many each domain has, import with its results, export.

mod domains;
mod export;
mod import;
mod report;
mod tab;

pub(in crate::pages) use tab::CookiesTab;
