//! What an attempt tells: one place that keeps log, live events, step list and artifacts in agreement.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use drover_model::Stream;
use drover_model::run::{Artifact, Progress, StepRow, StepState};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::capture::{Recorder, attempt_folder};
use crate::event::AttemptEvent;
use crate::evidence::{clean_har, files_below, kind_of};
use crate::redact::Redactor;
use crate::request::Request;

/// Rows that are listed. A test run with more steps has them in its log.
const MOST_ROWS: u32 = 1_000;
/// Tests are listed after their steps no longer are: they are the result.
const MOST_TESTS: u32 = 10_000;

/// The outputs of an attempt together: they are values for the next task, not files.
const MOST_OUTPUT_BYTES: usize = 64 * 1_024;

/// Files that are listed without having been handed over.
const MOST_FILES: usize = 200;

/// The voice of one attempt.
#[derive(Debug)]
pub(crate) struct Tell {
    pub(crate) recorder: Recorder,
    pub(crate) redactor: Redactor,
    events: mpsc::Sender<AttemptEvent>,
    data: PathBuf,
    artifacts: PathBuf,
    began: Instant,
    pictures: u32,
    rows: u32,
    listed: u32,
    output_bytes: usize,
    /// By id, and whether it is listed.
    open: HashMap<String, (StepRow, bool)>,
    announced: BTreeSet<PathBuf>,
    /// Those among them that hold requests, and with them logins.
    recordings: Vec<PathBuf>,
}

impl Tell {
    pub(crate) fn open(
        request: &Request,
        began: Instant,
        events: mpsc::Sender<AttemptEvent>,
    ) -> io::Result<Self> {
        let redactor = Redactor::new();
        let run_folder = request.places.run_folder(request.run);
        let log = request.limits.log;
        let recorder = Recorder::open(
            &run_folder,
            request.attempt,
            began,
            &redactor,
            log,
            events.clone(),
        )?;
        let artifacts = attempt_folder(&run_folder, request.attempt).join("artifacts");
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&artifacts)?;
        let data = request.places.data.clone();
        Ok(Self {
            recorder,
            redactor,
            events,
            data,
            artifacts,
            began,
            pictures: 0,
            rows: 0,
            listed: 0,
            output_bytes: 0,
            open: HashMap::new(),
            announced: BTreeSet::new(),
            recordings: Vec::new(),
        })
    }

    /// The folder for files to keep.
    pub(crate) fn artifacts(&self) -> &Path {
        &self.artifacts
    }

    pub(crate) async fn event(&self, event: AttemptEvent) {
        self.events.send(event).await.ok(); // without a listener the files still have everything
    }

    /// Says who does not end. What has no room is said again with the next try.
    pub(crate) fn survivors(&self) -> impl Fn(&[u32]) + Send + Sync + 'static {
        let events = self.events.clone();
        move |pids: &[u32]| {
            events.try_send(AttemptEvent::Survivors(pids.to_vec())).ok(); // as above
        }
    }

    /// What Drover is doing now.
    pub(crate) async fn phase(&self, text: &str) {
        self.event(AttemptEvent::Phase(text.to_owned())).await;
    }

    /// A line of Drover's own in the log.
    pub(crate) async fn note(&self, text: impl Into<String>) {
        self.recorder.line(Stream::Drover, text).await;
    }

    /// A test begins; otherwise as a step.
    pub(crate) async fn test_began(&mut self, id: &str, title: &str) {
        self.began(id, title, MOST_TESTS).await;
    }

    pub(crate) async fn step_began(&mut self, id: &str, title: &str) {
        self.began(id, title, MOST_ROWS).await;
    }

    async fn began(&mut self, id: &str, title: &str, most: u32) {
        let row = StepRow {
            index: self.rows,
            title: self.redactor.text(title),
            state: StepState::Running,
            started_ms: self.now_ms(),
            took_ms: None,
            error: None,
        };
        self.rows += 1;
        self.recorder
            .line(Stream::Steps, format!("▸ {}", row.title))
            .await;
        let listed = self.listed < most;
        if listed {
            self.listed += 1;
            self.event(AttemptEvent::Step(row.clone())).await;
        }
        self.open.insert(id.to_owned(), (row, listed));
    }

    pub(crate) async fn step_ended(
        &mut self,
        id: &str,
        took: Duration,
        state: StepState,
        error: Option<String>,
    ) {
        // The end of a step whose beginning was over the rate is over the rate as well.
        let Some((mut row, listed)) = self.open.remove(id) else {
            return;
        };
        row.state = state;
        row.took_ms = Some(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        row.error = error.map(|error| self.redactor.text(&error));
        let sign = match state {
            StepState::Failed => "✗",
            StepState::Skipped => "–",
            StepState::Passed | StepState::Running => "✓",
        };
        let because = row
            .error
            .as_ref()
            .map(|error| format!(": {error}"))
            .unwrap_or_default();
        self.recorder
            .line(
                Stream::Steps,
                format!("{sign} {} ({} ms){because}", row.title, took.as_millis()),
            )
            .await;
        if listed {
            self.event(AttemptEvent::Step(row)).await;
        }
    }

    /// Steps that nobody ended, because their process did.
    pub(crate) async fn steps_stopped(&mut self) {
        let open = self.open.drain().filter(|(_, (_, listed))| *listed);
        let mut rows: Vec<StepRow> = open.map(|(_, (row, _))| row).collect();
        rows.sort_by_key(|row| row.index);
        let now = self.now_ms();
        for mut row in rows {
            row.took_ms = Some(now.saturating_sub(row.started_ms));
            row.state = StepState::Failed;
            row.error = Some("stopped before its end".to_owned());
            self.event(AttemptEvent::Step(row)).await;
        }
    }

    pub(crate) async fn progress(&self, done: f64, total: f64, label: &str) {
        let label = self.redactor.text(label);
        self.event(AttemptEvent::Progress(Progress { done, total, label }))
            .await;
    }

    /// Keeps a value that the task gave, as long as all of them fit into [`MOST_OUTPUT_BYTES`].
    pub(crate) async fn output(&mut self, name: &str, value: Value) {
        let (name, value) = (self.redactor.text(name), self.redactor.json(value));
        let bytes = name.len() + value.to_string().len();
        if self.output_bytes + bytes > MOST_OUTPUT_BYTES {
            let said = format!(
                "output {name} was dropped: its {bytes} bytes do not fit into the 64 KiB that outputs may have; keep it \
                 as a file"
            );
            return self.note(said).await;
        }
        self.output_bytes += bytes;
        self.note(format!("output {name} = {value}")).await;
        self.event(AttemptEvent::Output { name, value }).await;
    }

    /// Announces a file that lies in the folder for files to keep.
    pub(crate) async fn artifact(&mut self, kind: &str, inside: &Path, bytes: u64) {
        if !self.announced.insert(inside.to_owned()) {
            return;
        }
        let renamed = self.without_secret(inside);
        let inside = renamed.as_deref().unwrap_or(inside);
        let path = self.artifacts.join(inside);
        let mut bytes = bytes;
        if kind == "har" || kind_of(inside) == "har" {
            self.recordings.push(inside.to_owned());
            match self.cleaned(inside).await {
                Some(clean) => bytes = clean,
                None => return,
            }
        }
        let path = path
            .strip_prefix(&self.data)
            .unwrap_or(&path)
            .to_string_lossy()
            .into_owned();
        self.note(format!("kept {kind} {} ({bytes} bytes)", inside.display()))
            .await;
        let kind = self.redactor.text(kind);
        self.event(AttemptEvent::Artifact(Artifact { kind, path, bytes }))
            .await;
    }

    /// The new name of a file whose path holds a secret: the path is stored and shown.
    fn without_secret(&mut self, inside: &Path) -> Option<PathBuf> {
        let path = inside.to_string_lossy();
        let clean = self.redactor.text(&path);
        if clean == path {
            return None;
        }
        for number in 1.. {
            let name = PathBuf::from(format!("{number:02}-{}", file_name(&clean)));
            let target = self.artifacts.join(&name);
            if target.exists() {
                continue;
            }
            let from = self.artifacts.join(inside);
            if let Err(error) = std::fs::rename(from, target) {
                tracing::warn!(%error, "a file with a secret in its name could not be renamed");
            }
            self.announced.insert(name.clone());
            return Some(name);
        }
        None
    }

    /// The size of a recording that holds no login any more. One that cannot be cleaned is removed.
    async fn cleaned(&self, inside: &Path) -> Option<u64> {
        let path = self.artifacts.join(inside);
        match clean_har(&path, &self.redactor).await {
            Ok(clean) => Some(clean),
            Err(why) => {
                std::fs::remove_file(&path).ok(); // it may be gone by itself
                let name = inside.display();
                self.note(format!(
                    "the recording `{name}` is not kept, because it cannot be cleaned of logins: {why}"
                ))
                .await;
                None
            }
        }
    }

    /// Announces what task code has put into the folder without a word. Nothing writes there any more.
    pub(crate) async fn other_artifacts(&mut self) {
        // A script may have gone on with a recording after it had announced it.
        for recording in std::mem::take(&mut self.recordings) {
            if self.artifacts.join(&recording).exists() {
                self.cleaned(&recording).await;
            }
        }
        let files = files_below(&self.artifacts);
        let unannounced = files
            .iter()
            .filter(|(file, _)| !self.announced.contains(file));
        let left = unannounced.count().saturating_sub(MOST_FILES);
        let mut room = MOST_FILES;
        for (file, bytes) in files {
            if self.announced.contains(&file) {
                continue;
            }
            // What is not listed stays in the folder, but no login does.
            if room == 0 && kind_of(&file) != "har" {
                continue;
            }
            room = room.saturating_sub(1);
            self.artifact(kind_of(&file), &file, bytes).await;
        }
        if left > 0 {
            self.note(format!(
                "{left} further files are kept without being listed"
            ))
            .await;
        }
    }

    /// Keeps a picture as `NN-name.png`.
    pub(crate) async fn picture(&mut self, name: &str, png: &[u8]) {
        let name = file_name(&self.redactor.text(name));
        loop {
            self.pictures += 1;
            let file = format!("{:02}-{name}.png", self.pictures);
            match write_new(&self.artifacts.join(&file), png) {
                Ok(()) => {
                    return self
                        .artifact("screenshot", Path::new(&file), png.len() as u64)
                        .await;
                }
                // A task may have written a file of this name by itself.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return self
                        .note(format!("the screenshot `{file}` was not kept: {error}"))
                        .await;
                }
            }
        }
    }

    /// How long the attempt goes on already.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    io::Write::write_all(&mut file, bytes)
}

/// Letters, digits, `-`, `_` and `.` stay; the rest becomes `-`, so that no name leads out of the folder.
fn file_name(name: &str) -> String {
    let clean = |c: char| {
        if c.is_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '-'
        }
    };
    let name: String = name.chars().take(60).map(clean).collect();
    if name.is_empty() {
        "picture".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_name() {
        assert_eq!(file_name("../home page"), "..-home-page");
        assert_eq!(file_name(""), "picture");
        assert_eq!(file_name(&"x".repeat(100)).len(), 60);
    }
}
