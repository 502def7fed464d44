//! Hands something to the program that the system has for it. That program is the person's own: it outlives Drover.

use std::ffi::OsString;

use drover_model::{Code, CommandError};
use drover_runner::process::{Audience, Output, Start};

use crate::{Result, engine::Rooms, error::Doing as _};

/// Not the marker of this data folder, by which what an earlier life left is found and ended.
const MARKER: &str = "drover-shows";

/// Opens a folder, a file or an address. `instead` says in words what to do where there is no such program.
pub(crate) async fn open(rooms: &Rooms, what: OsString, instead: String) -> Result<()> {
    let opener = if cfg!(windows) {
        "explorer"
    } else if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let program = rooms.paths.program(opener);
    let program = program.ok_or_else(|| {
        CommandError::new(Code::Internal, format!("`{opener}` was not found")).hint(instead)
    })?;
    let start = Start {
        program,
        args: vec![what],
        environment: rooms.door.environment(Audience::Browser),
        folder: rooms.paths.data.clone(),
        fds: Vec::new(),
        marker: MARKER.to_owned(),
        output: Output::Tail(0),
    };
    let child = rooms
        .door
        .start(start)
        .await
        .doing("start the program that the system has for it")?;
    tokio::spawn(async move {
        child.wait().await;
        child.leave();
    });
    Ok(())
}
