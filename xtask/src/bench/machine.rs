//! On what it was measured, and whether that was quiet.

use std::fs;
use std::path::Path;

use crate::environment;
use crate::layout;
use crate::process::Cmd;

/// More load than this on each core before the start, and the figures are not to be published.
const QUIET: f64 = 0.5;

/// The machine line.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) line: String,
    pub(crate) versions: Vec<String>,
    pub(crate) noisy: bool,
    pub(crate) memory_gb: f64,
    pub(crate) commit: String,
    /// When it began, as RFC 3339 in UTC.
    pub(crate) started: String,
}

impl Machine {
    /// Looks at the machine; `folder` is where the suite writes.
    pub(crate) fn look(folder: &Path, browser: Option<&Path>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let load = load(&read("/proc/loadavg"));
        let memory_gb = memory_gb(&read("/proc/meminfo"));
        let per_core = load / float(cores);
        let mut parts = vec![cpu(&read("/proc/cpuinfo")), format!("{cores} cores")];
        parts.push(format!("{memory_gb:.1} GB RAM"));
        parts.push(format!(
            "Linux {}",
            read("/proc/sys/kernel/osrelease").trim()
        ));
        parts.push(file_system(&read("/proc/mounts"), folder));
        parts.push(governor());
        parts.push(format!("load {load:.2}"));
        let program = |cmd: Cmd| {
            cmd.output()
                .map_or_else(|_| "unknown".to_owned(), |text| first_line(&text))
        };
        let mut versions = Vec::new();
        if let Some(browser) = browser {
            versions.push(program(Cmd::new(browser).arg("--version")));
            let node = program(Cmd::new("node").arg("--version"));
            versions.push(format!("Node {node}"));
        }
        versions.push(program(Cmd::new("rustc").arg("--version")));
        Self {
            line: parts.join(", "),
            versions,
            noisy: per_core > QUIET,
            memory_gb,
            commit: commit(),
            started: environment::now_utc(),
        }
    }

    /// Said loudly, because such figures look like others.
    pub(crate) fn warning(&self) -> Option<String> {
        self.noisy.then(|| {
            format!("NOISY: the load was above {QUIET} per core before the start; these figures must not be published")
        })
    }

    /// The day, for names of files.
    pub(crate) fn day(&self) -> &str {
        self.started.get(..10).unwrap_or("undated")
    }
}

fn read(file: &str) -> String {
    fs::read_to_string(file).unwrap_or_default()
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The commit, with a plus where files differ from it.
fn commit() -> String {
    let git = |words: &[&str]| Cmd::new("git").args(words).dir(layout::root()).output();
    let Ok(commit) = git(&["rev-parse", "--short=12", "HEAD"]) else {
        return "unknown".to_owned();
    };
    let changed =
        git(&["status", "--porcelain", "--untracked-files=no"]).is_ok_and(|text| !text.is_empty());
    format!("{}{}", commit.trim(), if changed { "+" } else { "" })
}

fn cpu(info: &str) -> String {
    let name = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = name
        .and_then(|rest| rest.split_once(':'))
        .map(|(_, name)| name.trim());
    name.filter(|name| !name.is_empty())
        .unwrap_or("unknown CPU")
        .to_owned()
}

fn load(loadavg: &str) -> f64 {
    let first = loadavg.split_whitespace().next();
    first.and_then(|word| word.parse().ok()).unwrap_or_default()
}

fn memory_gb(meminfo: &str) -> f64 {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"));
    let kib: Option<f64> = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    kib.unwrap_or_default() * 1024.0 / 1e9
}

/// The kind of the mount that is nearest above the folder.
fn file_system(mounts: &str, folder: &Path) -> String {
    let all = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (at, kind) = (words.next()?, words.next()?);
        folder.starts_with(at).then_some((at.len(), kind))
    });
    all.max()
        .map_or("unknown file system", |(_, kind)| kind)
        .to_owned()
}

fn governor() -> String {
    let governor = read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    match governor.trim() {
        "" => "no frequency governor".to_owned(),
        name => format!("governor {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_kernel_says() {
        assert_eq!(
            cpu("processor: 0\nmodel name\t: Fast One @ 3 GHz\n"),
            "Fast One @ 3 GHz"
        );
        assert_eq!(cpu(""), "unknown CPU");
        assert!((load("1.25 0.9 0.7 1/200 4") - 1.25).abs() < 1e-9);
        assert!((memory_gb("MemTotal:       1000000 kB\n") - 1.024).abs() < 1e-9);
    }

    #[test]
    fn the_nearest_mount_counts() {
        let mounts = "/dev/a / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/b /tmp/data xfs rw 0 0\n";
        assert_eq!(file_system(mounts, Path::new("/tmp/data/x")), "xfs");
        assert_eq!(file_system(mounts, Path::new("/home")), "ext4");
    }
}
