//! W6: Drover is killed at any moment, again and again: what was answered is there, and nothing starts twice.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use drover_engine::{Claims, QuitWay};
use drover_model::Caller;
use drover_model::request::ListRuns;

use crate::Done;
use crate::life;
use crate::rooms::Setup;
use crate::series::{Series, count};
use crate::trees::left;

/// A life ends at any moment up to this one, counted from its start as a process.
const LONGEST: Duration = Duration::from_millis(2_500);

/// So many lives.
pub(crate) async fn deaths(setup: &Setup, lives: usize) -> Done<Vec<Series>> {
    let folder = setup.folder.join("deaths");
    fs::remove_dir_all(&folder).ok(); // of the round before
    fs::create_dir_all(&folder)?;
    life::prepare(&folder).await?;
    let (mut accepted, mut until_start) = (BTreeSet::new(), Vec::new());
    for number in 0..lives {
        let told = one_life(&folder, moment(number))?;
        accepted.extend(told.accepted);
        until_start.extend(told.first_start);
    }

    // The last start ends what the last life left.
    let engine = life::engine(&folder, Claims::WhenAsked).await?;
    let processes = left(&folder)?;
    let all = ListRuns {
        limit: u32::MAX,
        ..ListRuns::default()
    };
    let rows = engine.list_runs(Caller::Cli, all).await?.rows;
    engine.quit(QuitWay::StopRuns).await;
    let known: BTreeSet<String> = rows.iter().map(|row| row.id.to_string()).collect();
    let lost = accepted.difference(&known).count();
    let notes = fs::read_to_string(life::notes(&folder)).unwrap_or_default();
    let starts: Vec<&str> = notes
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let once: BTreeSet<&str> = starts.iter().copied().collect();
    fs::remove_dir_all(&folder)?;
    if until_start.is_empty() || accepted.is_empty() {
        return Err("no life was long enough to start a run".into());
    }
    Ok(vec![
        Series::new(", lost", "runs", vec![count(lost)]),
        Series::new(
            ", started twice",
            "runs",
            vec![count(starts.len() - once.len())],
        ),
        Series::new(", processes left", "processes", vec![count(processes)]),
        Series::times(", until the next life starts a run", &until_start),
        Series::new(", accepted", "jobs", vec![count(accepted.len())]),
    ])
}

/// What a life told before it was killed.
#[derive(Default)]
struct Told {
    accepted: Vec<String>,
    /// From the start of its process to the first run that it started.
    first_start: Option<Duration>,
}

/// The moments are the same in every round; what happens at them never is.
fn moment(number: usize) -> Duration {
    let mixed = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    LONGEST.mul_f64(f64::from(u32::try_from(mixed >> 32).unwrap_or(0)) / f64::from(u32::MAX))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the child is this program itself, and it is to die"
)]
fn one_life(folder: &Path, after: Duration) -> Done<Told> {
    let started = Instant::now();
    let mut child = Command::new(std::env::current_exe()?)
        .arg("life")
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let out = child.stdout.take().ok_or("the life has no voice")?;
    let (lines, heard) = mpsc::channel();
    let listening = std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if lines.send((Instant::now(), line)).is_err() {
                break;
            }
        }
    });
    let mut told = Told::default();
    loop {
        let left = after.saturating_sub(started.elapsed());
        match heard.recv_timeout(left) {
            Ok((at, line)) => told.hear(&line, at.duration_since(started)),
            Err(mpsc::RecvTimeoutError::Timeout) => break,
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                child.wait()?;
                return Err("a life ended by itself".into());
            }
        }
        if left.is_zero() {
            break;
        }
    }
    child.kill()?;
    child.wait()?;
    // What it said before it died counts as well.
    for (at, line) in heard {
        told.hear(&line, at.duration_since(started));
    }
    listening.join().map_err(|_| "the listener panicked")?;
    Ok(told)
}

impl Told {
    fn hear(&mut self, line: &str, at: Duration) {
        // The last line may be cut by the kill; then its run is not known to have been told.
        match line.split_once(' ') {
            Some(("accepted", run)) if run.len() == 26 => self.accepted.push(run.to_owned()),
            Some(("started", _)) => {
                self.first_start.get_or_insert(at);
            }
            _ => {}
        }
    }
}
