//! A program that is started without Drover, and all that it says.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use drover_browser::Exit;
use drover_runner::process::{Audience, Door, Environment, Output, Start};
use tokio::io::AsyncReadExt as _;

use crate::bench::own_environment;

/// Its exit, and what it wrote to standard output and standard error. `more` comes to the environment that a task gets.
pub(crate) async fn heard(
    program: PathBuf,
    args: Vec<OsString>,
    more: Environment,
    folder: &Path,
    marker: String,
) -> (Exit, String, String) {
    let door = Door::open(own_environment()).unwrap();
    let mut environment = door.environment(Audience::Task);
    environment.extend(more);
    let start = Start {
        program,
        args,
        environment,
        folder: folder.to_owned(),
        fds: Vec::new(),
        marker,
        output: Output::Pipes,
    };
    let child = door.start(start).await.unwrap();
    let (mut stdout, mut stderr) = child.take_pipes().unwrap();
    let (mut said, mut errors) = (String::new(), String::new());
    let (read, also) = tokio::join!(
        stdout.read_to_string(&mut said),
        stderr.read_to_string(&mut errors)
    );
    read.and(also).unwrap();
    (child.wait().await, said, errors)
}
