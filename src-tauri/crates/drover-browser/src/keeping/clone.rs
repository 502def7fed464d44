//! A second profile that begins as the first one is.

use std::path::Path;

use drover_model::CopyReport;

use super::{
    Job, Stopped,
    copy::{Folder, Partial, copy, parent},
    error::Result,
    snapshot::{profile_tree, require_room},
};

/// Copies the profile to a folder that does not exist yet, without caches. The copy needs the same brand and
/// encryption on the same machine, otherwise its cookies are lost.
pub fn clone_profile(stopped: &Stopped, target: &Path, job: &Job<'_>) -> Result<CopyReport> {
    let tree = profile_tree(stopped.folder())?;
    let partial = Partial::beside(target)?;
    require_room(parent(target)?, &tree)?;
    let sink = Folder::make(partial.path(), &tree)?;
    let report = copy(stopped.folder(), &tree, &sink, job)?;
    stopped.still()?;
    partial.place(target)?;
    Ok(report)
}
