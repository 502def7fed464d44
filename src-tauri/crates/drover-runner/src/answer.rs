//! What a program says about itself, and the numbers in it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;

use crate::process::{Audience, Door, Output, Start};

/// A program answers in some 100 ms; a machine under load takes longer.
const LIMIT: Duration = Duration::from_secs(20);

/// Starts the program as a task would start it and reads what it writes. Without an answer in time the text is empty.
///
/// # Errors
/// It does not start.
pub(crate) async fn answer(door: &Door, program: &Path, args: &[&str]) -> io::Result<String> {
    let start = Start {
        program: program.to_owned(),
        args: args.iter().map(OsString::from).collect(),
        environment: door.environment(Audience::Task),
        folder: PathBuf::from("/"),
        fds: Vec::new(),
        marker: "drover-version".to_owned(),
        output: Output::Pipes,
    };
    let child = door.start(start).await?;
    let mut text = String::new();
    if let Some((mut stdout, _stderr)) = child.take_pipes() {
        let read = tokio::time::timeout(LIMIT, stdout.read_to_string(&mut text));
        read.await.ok(); // an answer that did not come is none
    }
    Ok(text)
}

/// The first two numbers of a version.
pub(crate) fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}
