//! B10: the real command line is killed in the middle of a run, and what becomes of its Chrome and of the profile.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::json;

use super::options::Options;
use super::parts::Places;
use super::row::{Row, Who};
use super::site::Site;
use crate::environment;
use crate::files;
use crate::process::{Cmd, Group};

/// Chrome has to be gone so long after Drover.
const GONE: Duration = Duration::from_secs(2);
/// How often processes and pages are looked at; no event tells of another's process.
const TICK: Duration = Duration::from_millis(10);
/// A run that has not come to its page by then never will.
const PATIENCE: Duration = Duration::from_mins(1);

/// A data folder with one signed-in profile.
struct World<'a> {
    program: &'a Path,
    folder: PathBuf,
    places: &'a Places,
    site: &'a Site,
}

/// What one killing was like.
struct Killing {
    gone: Option<Duration>,
    left: usize,
    intact: bool,
}

/// Kills as often as the options say and gives the rows.
pub(crate) fn measure(
    options: &Options,
    places: &Places,
    site: &Site,
    program: &Path,
) -> Result<Vec<Row>> {
    let times = options.rounds.unwrap_or(if options.quick { 3 } else { 50 });
    eprintln!("\n== B10 the death of Drover in the middle of a run, {times} times");
    let world = World {
        program,
        folder: places.work.join("crash"),
        places,
        site,
    };
    world.prepare()?;
    let mut rows = [
        ("until Chrome is gone", "ms"),
        ("Chrome's processes after 2 s", "processes"),
        ("profiles that did not open or lost the cookie", "profiles"),
    ]
    .map(|(variant, unit)| Row {
        id: "B10",
        variant: variant.to_owned(),
        who: Who::drover(),
        unit: unit.to_owned(),
        rounds: Vec::new(),
        failures: Vec::new(),
        probes: Vec::new(),
    });
    for round in 1..=times {
        match world.kill_once() {
            Ok(Killing { gone, left, intact }) => {
                if let Some(gone) = gone {
                    rows[0]
                        .rounds
                        .push((round, vec![gone.as_secs_f64() * 1_000.0]));
                }
                let left = u32::try_from(left).unwrap_or(u32::MAX);
                rows[1].rounds.push((round, vec![f64::from(left)]));
                rows[2]
                    .rounds
                    .push((round, vec![f64::from(u8::from(!intact))]));
            }
            Err(error) => {
                eprintln!("   B10: {error:#}");
                rows[1].failures.push((round, format!("{error:#}")));
            }
        }
    }
    Ok(rows.into())
}

impl World<'_> {
    fn command(&self, words: &[&str]) -> Cmd {
        let mut command = Cmd::new(self.program).env("TMPDIR", self.places.temporary());
        if environment::is_root() {
            command = command.env("DROVER_UNSAFE_NO_SANDBOX", "1");
        }
        command
            .env("DROVER_DATA_DIR", &self.folder)
            .env("DROVER_QUIET_BROWSER", "1")
            .arg("--quiet")
            .args(words)
    }

    /// One profile that is signed in, a task that stays in a page, and one that looks whether it is still known.
    fn prepare(&self) -> Result<()> {
        let page = |path: &str| format!("{}/{path}", self.site.address);
        let browser = self.places.browser().to_string_lossy().into_owned();
        self.command(&["profile", "add", "kept", "--browser", &browser])
            .output()?;
        let shows = |path: &str, text: &str| {
            json!([
                { "do": "open", "url": page(path) },
                { "do": "wait", "for": { "text": text }, "timeout": "5s" },
            ])
        };
        let hold = json!([
            { "do": "open", "url": page("hold") },
            { "do": "wait", "for": { "time": "60s" }, "timeout": "90s" },
        ]);
        for (name, steps) in [
            ("sign-in", shows("sign-in", "signed in")),
            ("look", shows("who", "known")),
            ("hold", hold),
        ] {
            let task = json!({
                "name": name, "kind": "steps", "profiles": { "names": ["kept"] }, "steps": steps, "on_lost": "fail",
            });
            let file = self.folder.with_extension(format!("{name}.json"));
            files::write(&file, task.to_string().as_bytes())?;
            self.command(&["task", "add", "-f"]).arg(&file).output()?;
        }
        for task in ["sign-in", "look"] {
            self.command(&["run", task, "--wait"]).output()?;
        }
        Ok(())
    }

    fn kill_once(&self) -> Result<Killing> {
        let before = self.site.visits("/hold");
        let mut drover = Group::start(self.command(&["run", "hold", "--wait"]))?;
        let started = Instant::now();
        while self.site.visits("/hold") == before {
            if let Some(status) = drover.ended()? {
                bail!("the run that was to be killed ended by itself with {status}");
            }
            if started.elapsed() > PATIENCE {
                bail!("the run that was to be killed did not come to its page");
            }
            std::thread::sleep(TICK);
        }
        let mut tree = below(drover.id());
        if tree.is_empty() {
            bail!("the run that was to be killed had no browser");
        }
        drover.kill_alone()?;
        let killed = Instant::now();
        let mut gone = None;
        while killed.elapsed() < GONE && gone.is_none() {
            tree.retain(Id::lives);
            if tree.is_empty() {
                gone = Some(killed.elapsed());
            }
            std::thread::sleep(TICK);
        }
        // Also who hung elsewhere in the table or came later.
        let left = tree.len() + self.naming().len();
        let intact = self.command(&["run", "look", "--wait"]).quietly();
        Ok(Killing { gone, left, intact })
    }

    /// Processes with this world's folder on their command line.
    fn naming(&self) -> Vec<u32> {
        let folder = self.folder.join("profiles").display().to_string();
        let names = |pid: u32| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&folder)
        };
        pids().filter(|pid| names(*pid)).collect()
    }
}

/// A process that is no other one with the same number.
#[derive(Debug, PartialEq, Eq)]
struct Id {
    pid: u32,
    /// Clock ticks since boot.
    started: String,
}

impl Id {
    fn lives(&self) -> bool {
        stat(self.pid).is_some_and(|(_, started)| started == self.started)
    }
}

fn pids() -> impl Iterator<Item = u32> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Parent and start of a process; nothing for one that has ended, also when nobody has waited for it yet.
fn stat(pid: u32) -> Option<(u32, String)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let (state, parent, started) = (fields.first()?, fields.get(1)?, fields.get(19)?);
    (*state != "Z").then_some((parent.parse().ok()?, (*started).to_owned()))
}

/// Everything that a process has started, and that in turn.
fn below(root: u32) -> Vec<Id> {
    let table: Vec<(u32, (u32, String))> =
        pids().filter_map(|pid| Some((pid, stat(pid)?))).collect();
    let mut found = Vec::new();
    let mut parents = vec![root];
    while let Some(parent) = parents.pop() {
        let children = table.iter().filter(|(_, (of, _))| *of == parent);
        for (pid, (_, started)) in children {
            parents.push(*pid);
            found.push(Id {
                pid: *pid,
                started: started.clone(),
            });
        }
    }
    found
}

/// Looks whether this system shows its processes as the measurement needs.
pub(crate) fn possible() -> Result<()> {
    let own = format!("/proc/{}/cmdline", std::process::id());
    std::fs::read(own)
        .map(drop)
        .context("B10 needs `/proc`; leave it out with `--only`")
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_started_is_found_and_seen_to_end() {
        let script = "sleep 600 & echo $!; wait";
        let (group, line) =
            Group::start_with_first_line(Cmd::new("sh").args(["-c", script])).unwrap();
        let found = below(group.id());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].pid.to_string(), line);
        assert!(found[0].lives());
        drop(group);
        assert!(!found[0].lives());
        let other = Id {
            pid: std::process::id(),
            started: "1".to_owned(),
        };
        assert!(!other.lives(), "it is another process with the same number");
    }
}
