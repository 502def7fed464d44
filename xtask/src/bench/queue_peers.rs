//! The queue's opponents: their sources are in `xtask/bench/peers`, what is installed lies below `target/bench`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::peers::{cargo, npm_package, sources};
use super::queue::Opponent;
use super::row::Who;
use crate::environment;
use crate::files;
use crate::process::Cmd;
use crate::setup::{self, pip_into};

/// A peer that is ready to be started.
pub(crate) struct QueuePeer {
    pub(crate) opponent: Opponent,
    program: PathBuf,
    words: Vec<OsString>,
}

impl QueuePeer {
    /// The command with the file of its setup.
    pub(crate) fn command(&self, setup: &Path) -> Cmd {
        Cmd::new(&self.program).args(&self.words).arg(setup)
    }
}

/// What is said where Redis is missing: a package that starts a service is not for a benchmark to install.
const NO_REDIS: &str = "   BullMQ is left out: there is no `redis-server` on PATH (Debian: `apt install redis-server`)";

/// Installs what is missing; nothing is fetched when it is there.
pub(crate) fn prepare(target: &Path) -> Result<Vec<QueuePeer>> {
    let mut peers = python(target)?;
    peers.push(apalis(target)?);
    match environment::find_any(&["redis-server"]) {
        Some(redis) => peers.push(bullmq(target, &redis)?),
        None => eprintln!("{NO_REDIS}"),
    }
    Ok(peers)
}

fn apalis(target: &Path) -> Result<QueuePeer> {
    let (who, program) = cargo(target, "apalis-sqlite")?;
    Ok(QueuePeer {
        opponent: Opponent {
            who,
            classes: &["D2", "D1"],
            // Its set-up turns flushes off, on one connection of its pool.
            shipped: "D0",
            bulk: true,
            callers: true,
        },
        program,
        words: Vec::new(),
    })
}

/// A peer under Python.
struct Python {
    package: &'static str,
    classes: &'static [&'static str],
    shipped: &'static str,
    /// Whether it accepts many jobs in one commit.
    bulk: bool,
}

const PYTHON: [Python; 3] = [
    Python {
        package: "huey",
        classes: &["D2"],
        // Without `fsync` a connection has SQLite's own default, which is the same level.
        shipped: "D2",
        bulk: false,
    },
    Python {
        package: "litequeue",
        classes: &["D2", "D1"],
        shipped: "D1",
        bulk: false,
    },
    Python {
        package: "honker",
        classes: &["D2", "D1"],
        shipped: "D1",
        bulk: true,
    },
];

fn python(target: &Path) -> Result<Vec<QueuePeer>> {
    let folder = target.join("peers/python");
    let wanted = fs::read_to_string(sources("python").join("requirements.txt"))
        .context("failed to read the versions of the peers")?;
    let note = folder.join("installed.txt");
    let environment = folder.join("environment");
    if !fs::read_to_string(&note).is_ok_and(|found| found == wanted) {
        eprintln!(
            "   installing {} below `{}`",
            wanted.trim().replace('\n', ", "),
            folder.display()
        );
        let packages: Vec<&str> = wanted.lines().collect();
        pip_into(&environment, &packages).context(
            "failed to install the peers under Python; it needs the network once, later runs work without",
        )?;
        // Written last, so that an installation that broke off is not taken for one.
        files::write(&note, wanted.as_bytes())?;
    }
    copy(&sources("python").join("serve.py"), &folder)?;
    let peers = PYTHON.into_iter().map(|peer| {
        let name = peer.package;
        let module = format!("on_{name}");
        copy(&sources(name).join(format!("{module}.py")), &folder)?;
        let words = ["-B".into(), folder.join("serve.py").into(), module.into()];
        Ok(QueuePeer {
            opponent: Opponent {
                who: Who {
                    name: name.to_owned(),
                    version: version_in(&wanted, name)?,
                },
                classes: peer.classes,
                shipped: peer.shipped,
                bulk: peer.bulk,
                callers: false,
            },
            program: environment.join("bin").join("python"),
            words: words.to_vec(),
        })
    });
    peers.collect()
}

/// The version that a list of requirements pins.
fn version_in(requirements: &str, name: &str) -> Result<String> {
    let mut lines = requirements.lines();
    let version = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix("=="));
    match version {
        Some(version) => Ok(version.to_owned()),
        None => bail!("no version of {name} is pinned"),
    }
}

fn copy(file: &Path, folder: &Path) -> Result<()> {
    let text = fs::read(file).with_context(|| format!("failed to read `{}`", file.display()))?;
    files::write(&folder.join(files::name(file)), &text)
}

fn bullmq(target: &Path, redis: &Path) -> Result<QueuePeer> {
    let tools = setup::found()?;
    if !Cmd::new(tools.node()).arg("--version").quietly() {
        bail!("the peers need Node: `cargo xtask test` installs it, or leave out `--peers`");
    }
    let (folder, version) = npm_package(target, &tools, "bullmq", "bullmq", &["work.mjs"])?;
    Ok(QueuePeer {
        opponent: Opponent {
            who: Who {
                name: "bullmq".to_owned(),
                version: format!("{version} on {}", version_of(redis)),
            },
            classes: &["D2", "D1"],
            // Redis keeps a picture of now and then.
            shipped: "D0",
            bulk: true,
            callers: true,
        },
        program: tools.node().to_owned(),
        words: vec![folder.join("work.mjs").into(), redis.into()],
    })
}

/// `Redis server v=7.0.15 sha=…` is `Redis 7.0.15`.
fn version_of(redis: &Path) -> String {
    let said = Cmd::new(redis).arg("--version").output();
    let said = said.unwrap_or_default();
    let mut words = said.split_whitespace();
    let version = words.find_map(|word| word.strip_prefix("v="));
    version.map_or_else(|| "Redis".to_owned(), |version| format!("Redis {version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_under_python_is_pinned_and_has_its_module() {
        let wanted = fs::read_to_string(sources("python").join("requirements.txt")).unwrap();
        for peer in PYTHON {
            let name = peer.package;
            assert!(!version_in(&wanted, name).unwrap().is_empty());
            assert!(!peer.classes.is_empty());
            assert!(sources(name).join(format!("on_{name}.py")).is_file());
        }
        assert!(version_in(&wanted, "celery").is_err());
    }

    #[test]
    fn the_lock_of_bullmq_names_no_host() {
        let text = fs::read_to_string(sources("bullmq").join("package-lock.json")).unwrap();
        let lock: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(lock["packages"]["node_modules/bullmq"]["version"], "6.7.0");
        assert!(!text.contains("\"resolved\""));
    }
}
