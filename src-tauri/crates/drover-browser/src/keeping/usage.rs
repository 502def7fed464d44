//! How much disk a profile takes.

use std::path::Path;

use drover_model::Usage;

use super::{
    error::Result,
    places::{Place, place},
    walk::walk,
};

/// Bytes of a profile by what they are. It may be running. Blocks that snapshots share with it are counted twice,
/// since no system call tells them apart cheaply.
pub fn usage(folder: &Path, shelf: Option<&Path>) -> Result<Usage> {
    let mut usage = Usage::default();
    if folder.is_dir() {
        for (path, bytes) in walk(folder, &|_| true)?.files {
            let class = match place(&path) {
                Place::Logins => &mut usage.logins,
                Place::SiteData => &mut usage.site_data,
                Place::Extensions => &mut usage.extensions,
                Place::Cache(_) => &mut usage.caches,
                Place::Lock | Place::Other => &mut usage.other,
            };
            *class += bytes;
        }
    }
    if let Some(shelf) = shelf.filter(|shelf| shelf.is_dir()) {
        usage.snapshots = walk(shelf, &|_| true)?.bytes();
    }
    Ok(usage)
}
