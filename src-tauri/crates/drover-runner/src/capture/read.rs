//! Reading the log of a run again, while it is written or long after.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use drover_model::{LogLine, LogPage, Stream};

use super::log_file::{HEAD, TAILS};

/// The folder of one attempt inside the run's folder.
pub fn attempt_folder(run_folder: &Path, attempt: u32) -> PathBuf {
    run_folder.join(format!("a{attempt}"))
}

/// Up to `limit` lines of a run from the sequence number `from_seq` on, over all attempts.
///
/// A gap that the quota tore becomes one line of the stream `drover` that says how many lines are missing. A line
/// that is still being written is left for the next call. A run without a log has an empty one.
///
/// # Errors
/// A log is there but cannot be read.
pub fn read_log(run_folder: &Path, from_seq: u64, limit: usize) -> io::Result<LogPage> {
    let mut page = LogPage {
        lines: Vec::new(),
        next_seq: from_seq.max(1),
        more: false,
    };
    let mut expected = 1;
    for (attempt, path) in files(run_folder, u32::MAX)? {
        let mut reader = BufReader::with_capacity(256 * 1024, File::open(path)?);
        let mut raw = Vec::new();
        while reader.read_until(b'\n', &mut raw)? > 0 && raw.ends_with(b"\n") {
            let Some(seq) = seq_of(&raw) else { break };
            let torn = expected.max(page.next_seq)..seq;
            expected = seq + 1;
            if seq >= page.next_seq {
                if !torn.is_empty() {
                    if page.lines.len() == limit {
                        page.more = true;
                        return Ok(page);
                    }
                    page.lines.push(gap(&torn, attempt, page.lines.last()));
                    page.next_seq = seq;
                }
                if page.lines.len() == limit {
                    page.more = true;
                    return Ok(page);
                }
                page.lines.push(serde_json::from_slice(&raw)?);
                page.next_seq = seq + 1;
            }
            raw.clear();
        }
    }
    Ok(page)
}

/// The number of the last line that an attempt before this one wrote; 0 if there is none.
pub(super) fn last_seq(run_folder: &Path, attempt: u32) -> io::Result<u64> {
    let mut last = 0;
    for (_, path) in files(run_folder, attempt)? {
        let mut reader = BufReader::new(File::open(path)?);
        let mut raw = Vec::new();
        while reader.read_until(b'\n', &mut raw)? > 0 {
            last = seq_of(&raw).map_or(last, |seq| seq.max(last));
            raw.clear();
        }
    }
    Ok(last)
}

/// Every file of the log in the order of its lines, of the attempts before that one.
fn files(run_folder: &Path, before: u32) -> io::Result<Vec<(u32, PathBuf)>> {
    let mut all = Vec::new();
    let attempts = attempts(run_folder)?.into_iter();
    for attempt in attempts.filter(|attempt| *attempt < before) {
        let folder = attempt_folder(run_folder, attempt);
        let mut parts = Vec::new();
        for name in std::iter::once(HEAD).chain(TAILS) {
            let path = folder.join(name);
            let mut first = Vec::new();
            match File::open(&path) {
                Ok(file) => BufReader::new(file).read_until(b'\n', &mut first)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            parts.extend(seq_of(&first).map(|seq| (seq, path)));
        }
        parts.sort_unstable();
        all.extend(parts.into_iter().map(|(_, path)| (attempt, path)));
    }
    Ok(all)
}

/// The attempts that have a folder. Those that ended before their log was opened have none, and retention may have
/// removed others.
fn attempts(run_folder: &Path) -> io::Result<Vec<u32>> {
    let entries = match run_folder.read_dir() {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut attempts = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix('a'));
        attempts.extend(number.and_then(|number| number.parse::<u32>().ok()));
    }
    attempts.sort_unstable();
    Ok(attempts)
}

/// The number every line begins with, without reading the rest.
fn seq_of(raw: &[u8]) -> Option<u64> {
    let digits = raw.strip_prefix(b"{\"seq\":")?;
    let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

fn gap(torn: &std::ops::Range<u64>, attempt: u32, before: Option<&LogLine>) -> LogLine {
    let lines = torn.end - torn.start;
    LogLine {
        seq: torn.end - 1,
        attempt,
        t_ms: before.map_or(0, |line| line.t_ms),
        stream: Stream::Drover,
        text: format!("… {lines} lines are left out here: the output was longer than the limit …"),
    }
}
