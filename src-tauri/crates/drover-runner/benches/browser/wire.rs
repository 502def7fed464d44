//! A browser without Drover: the same door, a bare pipe, and messages cut at their NUL.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use drover_browser::{Process, Spawn as _, SpawnRequest};
use rustix::pipe::{PipeFlags, pipe_with};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::unix::pipe;
use tokio::time::timeout;

use crate::Done;
use crate::place::Place;

/// A browser that was asked to end does so in a fraction of it.
const END_LIMIT: Duration = Duration::from_secs(20);

/// A pipe on which one question is asked at a time.
pub(crate) struct Wire {
    process: Arc<dyn Process>,
    commands: pipe::Sender,
    answers: pipe::Receiver,
    buffer: Vec<u8>,
    last_id: u64,
}

impl Wire {
    /// Starts the browser with Drover's own switches.
    pub(crate) async fn launch(place: &Place, folder: PathBuf) -> Done<Self> {
        let Started {
            process,
            commands,
            answers,
        } = start(place, folder).await?;
        Ok(Self {
            process,
            commands,
            answers,
            buffer: Vec::new(),
            last_id: 0,
        })
    }

    /// Sends a command and gives its answer as bytes; events before it are left out.
    pub(crate) async fn ask(
        &mut self,
        method: &str,
        params: Value,
        session: Option<&str>,
    ) -> Done<Vec<u8>> {
        self.last_id += 1;
        let mut message = json!({ "id": self.last_id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = serde_json::to_vec(&message)?;
        bytes.push(0);
        self.commands.write_all(&bytes).await?;
        let wanted = format!("{{\"id\":{},", self.last_id);
        loop {
            let answer = self.next().await?;
            if answer.starts_with(wanted.as_bytes()) {
                return Ok(answer);
            }
        }
    }

    /// The same, read as JSON.
    pub(crate) async fn ask_value(
        &mut self,
        method: &str,
        params: Value,
        session: Option<&str>,
    ) -> Done<Value> {
        let bytes = self.ask(method, params, session).await?;
        let mut answer: Value = serde_json::from_slice(&bytes)?;
        if let Some(error) = answer.get("error") {
            return Err(format!("{method}: {error}").into());
        }
        Ok(answer["result"].take())
    }

    async fn next(&mut self) -> Done<Vec<u8>> {
        let mut scanned = 0;
        loop {
            let end = self.buffer[scanned..].iter().position(|byte| *byte == 0);
            if let Some(end) = end {
                let rest = self.buffer.split_off(scanned + end + 1);
                let mut message = std::mem::replace(&mut self.buffer, rest);
                message.pop();
                return Ok(message);
            }
            scanned = self.buffer.len();
            self.buffer.reserve(64 * 1024);
            if self.answers.read_buf(&mut self.buffer).await? == 0 {
                return Err(format!("the pipe ended: {}", self.process.stderr_tail()).into());
            }
        }
    }

    /// Ends it in good order.
    pub(crate) async fn close(mut self) -> Done<()> {
        self.ask("Browser.close", json!({}), None).await?;
        ended(self.process.as_ref()).await;
        Ok(())
    }
}

/// A browser with nobody on its pipe.
pub(crate) struct Started {
    pub(crate) process: Arc<dyn Process>,
    pub(crate) commands: pipe::Sender,
    pub(crate) answers: pipe::Receiver,
}

/// Starts a browser by the door alone: no lock, no check of the folder, no overrides.
pub(crate) async fn start(place: &Place, folder: PathBuf) -> Done<Started> {
    std::fs::create_dir_all(&folder)?;
    let (commands_theirs, commands_ours) = pipe_with(PipeFlags::CLOEXEC)?;
    let (answers_ours, answers_theirs) = pipe_with(PipeFlags::CLOEXEC)?;
    let request = SpawnRequest {
        program: place.setup.program.clone(),
        args: arguments(place, &folder),
        env: place.browser_environment(),
        folder,
        fds: vec![(3, commands_theirs), (4, answers_theirs)],
        marker: format!("{}/raw", place.setup.folder.display()),
        stderr_tail: 1024,
    };
    Ok(Started {
        process: place.door.spawn(request).await?,
        commands: pipe::Sender::from_owned_fd(commands_ours)?,
        answers: pipe::Receiver::from_owned_fd(answers_ours)?,
    })
}

/// Waits for the end of a browser that was asked to end.
pub(crate) async fn ended(process: &dyn Process) {
    if timeout(END_LIMIT, process.wait()).await.is_err() {
        process.kill();
    }
    while !process.survivors().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn arguments(place: &Place, folder: &Path) -> Vec<OsString> {
    let mut all: Vec<OsString> = place.arguments.iter().map(OsString::from).collect();
    let mut data = OsString::from("--user-data-dir=");
    data.push(folder);
    all.extend([data, "--remote-debugging-pipe".into()]);
    all
}
