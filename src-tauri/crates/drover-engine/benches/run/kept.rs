//! What of an output is kept, read back from the log.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use drover_model::{LogLine, Stream};

use crate::Done;

/// The bytes of standard output in a log, line ends included.
pub(crate) fn kept(log: &Path) -> Done<u64> {
    let mut reader = BufReader::with_capacity(1024 * 1024, File::open(log)?);
    let (mut line, mut kept) = (String::new(), 0);
    while reader.read_line(&mut line)? > 0 {
        let read: LogLine = serde_json::from_str(&line)?;
        if read.stream == Stream::Stdout {
            kept += read.text.len() as u64 + 1;
        }
        line.clear();
    }
    Ok(kept)
}
