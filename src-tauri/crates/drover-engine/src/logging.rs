//! Drover's own log: JSON lines in files that are rotated by size, so that it never fills a disk.

use std::{path::Path, sync::Mutex};

use file_rotate::{ContentLimit, FileRotate, compression::Compression, suffix::AppendCount};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, reload, util::SubscriberInitExt};

use drover_model::settings::LogLevel;

use crate::{Error, Paths, error::Doing, private_folder::private_folder};

/// Size of one file, in bytes. With [`FILES`] older ones the log takes at most 25 MB.
const FILE_BYTES: usize = 5_000_000;
/// How many older files are kept.
const FILES: usize = 4;

/// Changes how much is written.
#[derive(Clone)]
pub struct LogControl {
    filter: reload::Handle<EnvFilter, tracing_subscriber::Registry>,
}

impl LogControl {
    /// Writes from now on what `level` includes.
    pub fn set_level(&self, level: LogLevel) {
        // It fails only when the subscriber is gone, and then nothing is written anyway.
        self.filter.reload(filter(level)).ok();
    }
}

/// Starts the log in `logs/drover.log` of the data folder, for the life of this process.
pub fn install(paths: &Paths, level: LogLevel) -> Result<LogControl, Error> {
    let folder = paths.logs();
    private_folder(&folder).doing("make the folder for logs")?;
    let (filter, handle) = reload::Layer::new(filter(level));
    let file = Mutex::new(rotated(&folder.join("drover.log")));
    let json = tracing_subscriber::fmt::layer()
        .json()
        // A full disk is told by the store; lines about it would mix with the answers of `drover-cli`.
        .log_internal_errors(false)
        .with_writer(file)
        .with_filter(filter);
    // A second call in one process (tests) keeps the first log.
    tracing_subscriber::registry().with(json).try_init().ok();
    Ok(LogControl { filter: handle })
}

/// Crates that carry secrets in their own messages stay at warnings (security.md, section 5).
fn filter(level: LogLevel) -> EnvFilter {
    let level = level.as_str();
    EnvFilter::new(format!(
        "warn,drover={level},drover_lib={level},drover_api={level},drover_browser={level},drover_egress={level},drover_engine={level},drover_runner={level},drover_scheduler={level},drover_store={level},drover_vault={level}"
    ))
}

fn rotated(path: &Path) -> FileRotate<AppendCount> {
    #[cfg(unix)]
    let mode = {
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut options = std::fs::OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600);
        Some(options)
    };
    #[cfg(not(unix))]
    let mode = None;
    FileRotate::new(
        path,
        AppendCount::new(FILES),
        ContentLimit::BytesSurpassed(FILE_BYTES),
        Compression::None,
        mode,
    )
}
