//! What is kept of ended runs: by age and by size, pinned ones always.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use drover_model::{
    Caller, Retention, RunId, RunState, Settings,
    request::{ApplyRetention, PreviewRetention},
};
use drover_store::EndedRun;
use jiff::{SignedDuration, Timestamp};

use crate::{Engine, Paths, Result, aside::aside, error::Doing as _};

/// Runs that one order forgets, so that no other order waits for thousands.
const AT_ONCE: usize = 200;

/// The pause between two retentions that nobody ordered, and before the first.
const OFTEN: Duration = Duration::from_hours(6);
const AT_FIRST: Duration = Duration::from_mins(5);

/// What goes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Chosen {
    /// Oldest first.
    forget: Vec<RunId>,
    files_of: Vec<RunId>,
    told: Retention,
}

/// Decides over ended runs, oldest first, of which `bytes` says how much their folders hold.
fn choose(
    ended: &[EndedRun],
    bytes: &BTreeMap<RunId, u64>,
    settings: &Settings,
    now: Timestamp,
) -> Chosen {
    let size = |run: &EndedRun| bytes.get(&run.id).copied().unwrap_or(0);
    let older = |run: &EndedRun, days: u32| run.finished_at < days_ago(now, days);
    let mut chosen = Chosen::default();
    chosen.told.total_bytes = ended.iter().map(size).sum();
    let mut left = chosen.told.total_bytes;
    let most = u64::from(settings.keep_files_mib) << 20;
    let mut kept = Vec::new();
    for run in ended {
        let days = match run.state {
            RunState::Failed | RunState::TimedOut | RunState::Lost => {
                settings.keep_failed_files_days
            }
            _ => settings.keep_files_days,
        };
        let forgets = older(run, settings.keep_runs_days);
        let removes = run.has_files && older(run, days);
        if run.pinned {
            chosen.told.pinned += u32::from(forgets || removes);
        } else if forgets {
            chosen.forget.push(run.id);
            left -= size(run);
        } else if removes {
            chosen.files_of.push(run.id);
            left -= size(run);
        } else {
            kept.push(run);
        }
    }
    for run in kept {
        if left <= most {
            break;
        }
        if size(run) > 0 {
            chosen.files_of.push(run.id);
            left -= size(run);
        }
    }
    chosen.told.runs = count(&chosen.forget);
    chosen.told.files_of = count(&chosen.files_of);
    chosen.told.bytes = chosen.told.total_bytes - left;
    chosen
}

fn count(runs: &[RunId]) -> u32 {
    u32::try_from(runs.len()).unwrap_or(u32::MAX)
}

fn days_ago(now: Timestamp, days: u32) -> Timestamp {
    let days = SignedDuration::from_hours(24 * i64::from(days));
    now.checked_sub(days).unwrap_or(Timestamp::MIN)
}

/// Bytes below a folder; what cannot be read, or vanishes meanwhile, has none. Links are not followed.
fn bytes_of(folder: &Path) -> u64 {
    let (mut bytes, mut waiting) = (0, vec![folder.to_owned()]);
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(kind) if kind.is_dir() => waiting.push(entry.path()),
                Ok(kind) if kind.is_file() => bytes += kind.len(),
                _ => {}
            }
        }
    }
    bytes
}

/// Removes folders. One that cannot be removed is tried again by the next retention.
fn remove(folders: Vec<(RunId, PathBuf)>) {
    for (_, folder) in folders {
        if let Err(error) = fs::remove_dir_all(&folder)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, folder = %folder.display(), "retention could not remove a folder");
        }
    }
}

/// The runs whose folders are not there.
fn gone(folders: Vec<(RunId, PathBuf)>) -> Vec<RunId> {
    let missing = folders
        .into_iter()
        .filter(|(_, folder)| matches!(folder.try_exists(), Ok(false)));
    missing.map(|(run, _)| run).collect()
}

/// The runs that have a folder.
fn listed(runs: &Path) -> Vec<RunId> {
    let entries = fs::read_dir(runs).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter_map(|name| name.parse().ok()).collect()
}

fn folders(paths: &Paths, runs: &[RunId]) -> Vec<(RunId, PathBuf)> {
    runs.iter().map(|run| (*run, paths.run(*run))).collect()
}

impl Engine {
    pub async fn preview_retention(
        &self,
        _by: Caller,
        _req: PreviewRetention,
    ) -> Result<Retention> {
        Ok(self.chosen().await?.0.told)
    }

    /// The rows are noted first, because they decide: a run that was pinned a moment ago keeps its files. What is noted
    /// is removed after that, also what an earlier retention could not remove; and a run whose folder is gone can be
    /// forgotten.
    pub async fn apply_retention(&self, by: Caller, _req: ApplyRetention) -> Result<Retention> {
        let (chosen, oldest) = self.chosen().await?;
        let rooms = self.rooms();
        for runs in [&chosen.files_of, &chosen.forget]
            .into_iter()
            .flat_map(|runs| runs.chunks(AT_ONCE))
        {
            let (runs, now) = (runs.to_vec(), rooms.now());
            let noted = rooms
                .store
                .write(now, by, move |tx| tx.note_files_removed(&runs, now));
            noted.await.doing("note what is removed")?;
        }
        self.remove_folders().await?;
        for runs in chosen.forget.chunks(AT_ONCE) {
            let folders = folders(&rooms.paths, runs);
            let gone = aside(move || gone(folders)).await;
            let forgotten = rooms
                .store
                .write(rooms.now(), by, move |tx| tx.forget_runs(&gone));
            forgotten.await.doing("forget old runs")?;
        }
        loop {
            let forgotten = rooms
                .store
                .write(rooms.now(), by, move |tx| tx.forget_events(oldest));
            if forgotten.await.doing("forget old events")? == 0 {
                return Ok(chosen.told);
            }
        }
    }

    /// Removes the folders of runs whose files are noted as removed. A folder that no row knows is left alone: it may
    /// be older than the database.
    async fn remove_folders(&self) -> Result<()> {
        let rooms = self.rooms();
        let runs = rooms.paths.runs();
        let listed = aside(move || listed(&runs)).await;
        for found in listed.chunks(AT_ONCE) {
            let asked = found.to_vec();
            let noted = rooms
                .store
                .read(move |db| db.runs_without_files(&asked))
                .await;
            let noted = noted.doing("look whose files are removed")?;
            let folders = folders(&rooms.paths, &noted);
            aside(move || remove(folders)).await;
        }
        Ok(())
    }

    /// What goes now, and since when runs are kept.
    async fn chosen(&self) -> Result<(Chosen, Timestamp)> {
        let rooms = self.rooms();
        let now = rooms.now();
        let settings = rooms.store.read(|db| db.settings()).await;
        let settings = settings.doing("read the settings")?;
        let oldest = days_ago(now, settings.keep_runs_days);
        let ended = rooms.store.read(move |db| db.ended_runs(oldest)).await;
        let ended = ended.doing("read the ended runs")?;
        let folders: Vec<_> = ended
            .iter()
            .filter(|run| run.has_files)
            .map(|run| (run.id, rooms.paths.run(run.id)))
            .collect();
        Ok(aside(move || {
            let bytes = folders
                .iter()
                .map(|(run, folder)| (*run, bytes_of(folder)))
                .collect();
            (choose(&ended, &bytes, &settings, now), oldest)
        })
        .await)
    }

    /// Keeps to the rules by itself, as long as the engine lives.
    pub(crate) fn keep_retention(&self) {
        let weak = Arc::downgrade(self.rooms());
        tokio::spawn(async move {
            let mut pause = AT_FIRST;
            loop {
                tokio::time::sleep(pause).await;
                pause = OFTEN;
                let Some(rooms) = weak.upgrade() else { return };
                let engine = Self { rooms };
                match engine
                    .apply_retention(Caller::Drover, ApplyRetention {})
                    .await
                {
                    Ok(told) if told.bytes > 0 || told.runs > 0 => {
                        tracing::info!(?told, "retention has removed old runs");
                    }
                    Ok(_) => {}
                    Err(error) => tracing::warn!(%error, "the retention did not end"),
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + day * 86_400).unwrap()
    }

    /// Run `number` ended on that day and left so many mebibytes.
    fn run(number: u128, state: RunState, day: i64, pinned: bool) -> EndedRun {
        EndedRun {
            id: RunId::from_bits(number),
            state,
            finished_at: at(day),
            pinned,
            has_files: true,
        }
    }

    fn check(ended: &[EndedRun], mib: u32, forget: &[u128], files_of: &[u128], told: (u64, u32)) {
        let bytes = ended.iter().map(|run| (run.id, 10 << 20)).collect();
        let settings = Settings {
            keep_files_mib: mib,
            ..Settings::default()
        };
        let chosen = choose(ended, &bytes, &settings, at(100));
        let ids = |numbers: &[u128]| -> Vec<_> {
            numbers.iter().copied().map(RunId::from_bits).collect()
        };
        assert_eq!(
            (chosen.forget, chosen.files_of),
            (ids(forget), ids(files_of))
        );
        assert_eq!((chosen.told.bytes >> 20, chosen.told.pinned), told);
    }

    #[test]
    fn age_decides_first_and_size_takes_the_oldest_of_the_rest() {
        use RunState::{Failed, Lost, Succeeded};
        let ended = [
            run(1, Succeeded, 5, false),
            run(2, Failed, 6, true),
            run(3, Failed, 20, false),
            run(4, Succeeded, 60, false),
            run(5, Succeeded, 61, true),
            run(6, Lost, 62, false),
            run(7, Succeeded, 90, false),
        ];
        check(&ended, 10_240, &[1], &[4], (20, 2));
        check(&ended, 45, &[1], &[4, 3], (30, 2));
        check(&ended, 0, &[1], &[4, 3, 6, 7], (50, 2));
        check(&[], 0, &[], &[], (0, 0));
    }
}
