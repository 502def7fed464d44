//! The version of a browser, asked by `--version` through the [`Spawn`] port.

use std::{
    ffi::OsString,
    fmt, io,
    path::{Path, PathBuf},
    str::FromStr,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::{io::AsyncReadExt, time::timeout};

use super::Brand;
use crate::{Error, Result, Spawn, SpawnRequest};

/// A wrapper script on a slow disk needs well under a second; a hanging one must not hang the caller.
const LIMIT: Duration = Duration::from_secs(15);
/// Who has printed its version ends at once.
const END_LIMIT: Duration = Duration::from_secs(1);
/// A version line has fewer than 100 bytes; a program that prints without end is no browser.
const MAX_OUTPUT: u64 = 4096;

/// Four numbers, for instance 156.0.8078.79; only the first counts for compatibility.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub [u32; 4]);

impl Version {
    /// The major version.
    pub fn major(self) -> u32 {
        self.0[0]
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, build, patch] = self.0;
        write!(f, "{major}.{minor}.{build}.{patch}")
    }
}

/// A text that holds no version of two to four numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no version number in it")]
pub struct NoVersion;

impl FromStr for Version {
    type Err = NoVersion;

    /// Finds the first word that is a dotted number, so that a whole version line parses as well.
    fn from_str(text: &str) -> Result<Self, NoVersion> {
        text.split_whitespace()
            .find_map(dotted)
            .map(Self)
            .ok_or(NoVersion)
    }
}

fn dotted(word: &str) -> Option<[u32; 4]> {
    let parts: Vec<&str> = word.split('.').collect();
    if !(2..=4).contains(&parts.len()) {
        return None;
    }
    let mut numbers = [0; 4];
    for (number, part) in numbers.iter_mut().zip(parts) {
        *number = part.parse().ok()?;
    }
    Some(numbers)
}

/// Runs `program --version` and reads brand and version from what it prints.
pub(super) async fn ask(
    spawn: &dyn Spawn,
    program: &Path,
    env: &[(OsString, OsString)],
) -> Result<(Brand, Version)> {
    let failed = |detail: String| Error::Version {
        program: program.to_owned(),
        detail,
    };
    let (read, write) = crate::launch::one_way_pipe().map_err(|error| failed(error.to_string()))?;
    let request = SpawnRequest {
        program: program.to_owned(),
        args: vec!["--version".into()],
        env: env.to_vec(),
        folder: PathBuf::from("/"),
        fds: vec![(1, write)],
        marker: marker(),
        stderr_tail: 1024,
    };
    let process = spawn
        .spawn(request)
        .await
        .map_err(|error| failed(error.to_string()))?;
    let asked = async {
        let mut output = String::new();
        crate::launch::reader(read)?
            .take(MAX_OUTPUT)
            .read_to_string(&mut output)
            .await?;
        Ok::<_, io::Error>(output)
    };
    let output = timeout(LIMIT, asked).await;
    if timeout(END_LIMIT, process.wait()).await.is_err() || !process.survivors().is_empty() {
        process.kill();
    }
    let output = match output {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(failed(error.to_string())),
        Err(_) => return Err(failed(format!("no answer within {} s", LIMIT.as_secs()))),
    };
    let line = output.lines().next().unwrap_or_default();
    match (Brand::of_version_line(line), line.parse()) {
        (Some(brand), Ok(version)) => Ok((brand, version)),
        _ if line.is_empty() => Err(failed(process.stderr_tail())),
        _ => Err(failed(format!("it printed `{line}`"))),
    }
}

/// A marker of its own for each question: two that are asked at once must not end each other.
fn marker() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!(
        "browser-version-{}-{}",
        std::process::id(),
        LAST.fetch_add(1, Ordering::Relaxed)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_a_line_and_ordered_by_number() {
        let check = |text: &str, expected: Option<[u32; 4]>| {
            assert_eq!(text.parse().ok(), expected.map(Version), "{text}");
        };
        check(
            "Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)",
            Some([156, 0, 8078, 79]),
        );
        check("Brave Browser 156.1.90", Some([156, 1, 90, 0]));
        check("Google Chrome", None);
        check("1.2.3.4.5", None);
        check("1.x", None);
        assert!(
            Version([100, 0, 0, 0]) > Version([99, 9, 9, 9]),
            "numbers, not text"
        );
    }
}
