//! The sweep: caches go, and nothing that is not known to be one.

use std::{fs, path::Path};

use drover_model::{CacheFolder, LeftOut, SweepPlan, SweepReport};

use super::{
    Job, Stopped,
    copy::remove_all,
    error::{Result, at},
    places::{cache_folders, is_profile},
    walk::walk,
};

/// What a sweep of the profile would delete, in this order: what is fetched or made again without notice first, the
/// offline caches of sites last. With a budget only as much as is needed to come below it.
pub fn plan_sweep(folder: &Path, budget: Option<u64>) -> Result<SweepPlan> {
    let mut all = caches(folder)?;
    all.sort_by(|a, b| a.kind.cmp(&b.kind).then(b.bytes.cmp(&a.bytes)));
    let caches: u64 = all.iter().map(|cache| cache.bytes).sum();
    let mut left = caches;
    let folders = all.into_iter().take_while(|cache| {
        let needed = budget.is_none_or(|budget| left > budget);
        left -= cache.bytes;
        needed
    });
    Ok(SweepPlan {
        caches,
        budget,
        folders: folders.collect(),
    })
}

/// Deletes what was planned. A folder that is no known cache is kept, whatever the plan says.
pub fn sweep(stopped: &Stopped, plan: &SweepPlan, job: &Job<'_>) -> Result<SweepReport> {
    let known = caches(stopped.folder())?;
    job.expects(plan.folders.len() as u64, plan.freed());
    let mut report = SweepReport::default();
    for planned in &plan.folders {
        job.check()?;
        let mut keep = |why: String| {
            report.kept.push(LeftOut {
                what: planned.path.clone(),
                why,
            });
        };
        let Some(cache) = known.iter().find(|cache| cache.path == planned.path) else {
            keep("not a cache of this profile, or gone".to_owned());
            continue;
        };
        match remove_all(&stopped.folder().join(&cache.path)) {
            Ok(()) => {
                report.freed += cache.bytes;
                report.folders.push(cache.path.clone());
                job.did(1, cache.bytes);
            }
            Err(error) => keep(error.to_string()),
        }
    }
    Ok(report)
}

/// Deletes all caches but those that sites made themselves.
pub(super) fn remove_caches(folder: &Path) -> Result<()> {
    for cache in caches(folder)? {
        if cache.kind != drover_model::CacheKind::ServiceWorkers {
            remove_all(&folder.join(&cache.path))?;
        }
    }
    Ok(())
}

/// The cache folders that are there. A link in the place of one is not followed and not counted.
fn caches(folder: &Path) -> Result<Vec<CacheFolder>> {
    let profiles: Vec<String> = names(folder)?
        .into_iter()
        .filter(|name| is_profile(name))
        .collect();
    let mut found = Vec::new();
    for (pattern, kind) in cache_folders(&profiles) {
        let paths = match pattern.split_once("/*/") {
            None => vec![pattern],
            Some((before, after)) => {
                let between = names(&folder.join(before))?.into_iter();
                between
                    .map(|name| format!("{before}/{name}/{after}"))
                    .collect()
            }
        };
        for path in paths {
            if is_real_folder(folder, &path) {
                let tree = walk(&folder.join(&path), &|_| true)?;
                found.push(CacheFolder {
                    path,
                    kind,
                    files: tree.files.len() as u64,
                    bytes: tree.bytes(),
                });
            }
        }
    }
    Ok(found)
}

/// Whether every part of the path is a folder and none a link.
fn is_real_folder(root: &Path, path: &str) -> bool {
    let mut here = root.to_owned();
    path.split('/').all(|part| {
        here.push(part);
        fs::symlink_metadata(&here).is_ok_and(|there| there.is_dir())
    })
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(at("read", folder)(error)),
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.collect())
}
