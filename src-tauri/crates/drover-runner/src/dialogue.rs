//! The talk with task code: what it says becomes events, what it asks is answered.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use drover_model::run::StepState;
use drover_model::{Plan, TokenName};
use tokio::sync::mpsc;

use crate::event::AttemptEvent;
use crate::protocol::{Message, Order, resolve_artifact};
use crate::redact::{Redactor, SHORTEST};
use crate::request::Secrets;
use crate::tell::Tell;

/// A picture over this size is not one of a page.
const LARGEST_LOOK: u64 = 32 * 1024 * 1024;
/// Named results of one attempt; each is at most a line of the protocol.
const MOST_OUTPUTS: u32 = 1_000;
/// Pictures of failed tests that are kept.
const MOST_TEST_PICTURES: u32 = 20;

/// The state of the talk.
pub(crate) struct Dialogue<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) secrets: &'a Arc<dyn Secrets>,
    pub(crate) orders: mpsc::Sender<Order>,
    pub(crate) looks: PathBuf,
    /// Whether pictures of failed tests are kept.
    pub(crate) keep_pictures: bool,
    /// The page at its last moment, as PNG.
    pub(crate) last_look: Option<Vec<u8>>,
    /// The task said of itself that it failed.
    pub(crate) failed: bool,
    /// Why it is parked, if it is.
    pub(crate) parked: Option<String>,
    pub(crate) outputs: u32,
    pub(crate) test_pictures: u32,
    pub(crate) tests: (u64, u64),
}

impl Dialogue<'_> {
    /// Takes one message.
    pub(crate) async fn hear(&mut self, message: Message, tell: &mut Tell) {
        tell.recorder.alive();
        match message {
            Message::Hello {
                runner,
                playwright,
                node,
            } => {
                let versions = [("Playwright", playwright), ("Node", node)];
                let versions = versions
                    .into_iter()
                    .filter_map(|(name, version)| Some(format!(", {name} {}", version?)));
                tell.note(format!("{runner}{}", versions.collect::<String>()))
                    .await;
            }
            Message::Begin { total } => {
                self.tests = (0, total);
                tell.progress(0.0, float(total), "tests").await;
            }
            Message::TestEnd {
                id,
                status,
                ms,
                retry,
                expected,
            } => {
                // A further try is the same test.
                self.tests.0 += u64::from(retry == 0);
                self.test_ended(&id, test_state(&status, expected), ms, tell)
                    .await;
            }
            Message::Test { id, title, .. } => tell.test_began(&id, &title).await,
            Message::Step { id, title, .. } => tell.step_began(&id, &title).await,
            Message::StepEnd { id, ms, err } => {
                let state = if err.is_some() {
                    StepState::Failed
                } else {
                    StepState::Passed
                };
                tell.step_ended(&id, millis(ms), state, err).await;
            }
            Message::Progress { done, total, label } => {
                tell.progress(done, total.unwrap_or(0.0), &label.unwrap_or_default())
                    .await;
            }
            Message::Output { name, json } => {
                self.outputs += 1;
                match self.outputs {
                    ..=MOST_OUTPUTS => tell.output(&name, json).await,
                    n if n == MOST_OUTPUTS + 1 => {
                        tell.note(format!(
                            "more than {MOST_OUTPUTS} outputs; the rest is dropped"
                        ))
                        .await;
                    }
                    _ => {}
                }
            }
            Message::Artifact { kind, path, .. } => match resolve_artifact(tell.artifacts(), &path)
            {
                Ok(file) => {
                    tell.artifact(kind.as_deref().unwrap_or("file"), &file.path, file.bytes)
                        .await;
                }
                Err(error) => tell.note(error.to_string()).await,
            },
            Message::Look { file } => {
                if let Some(look) = take_look(&self.looks, &file) {
                    self.last_look = Some(look);
                }
            }
            Message::NeedSecret { name } => self.answer(name, tell).await,
            Message::Pause { reason } => {
                tell.note(format!("parked: {reason}")).await;
                tell.event(AttemptEvent::Parked {
                    reason: reason.clone(),
                })
                .await;
                self.parked = Some(reason);
            }
            Message::End { status } => self.failed = status != "passed",
        }
    }

    /// Lets parked task code go on.
    pub(crate) async fn resume(&mut self, tell: &Tell) {
        if self.parked.take().is_some() {
            self.orders.send(Order::Resume).await.ok(); // the task may have ended meanwhile
            tell.note("resumed").await;
            tell.event(AttemptEvent::Resumed).await;
        }
    }

    async fn test_ended(
        &mut self,
        id: &str,
        (state, error): (StepState, Option<String>),
        ms: f64,
        tell: &mut Tell,
    ) {
        tell.step_ended(id, millis(ms), state, error).await;
        tell.progress(
            float(self.tests.0.min(self.tests.1)),
            float(self.tests.1),
            "tests",
        )
        .await;
        // The page of a test closes before the test is reported.
        if state == StepState::Failed
            && self.keep_pictures
            && self.test_pictures < MOST_TEST_PICTURES
            && let Some(look) = self.last_look.take()
        {
            self.test_pictures += 1;
            tell.picture("failed-test", &look).await;
        }
    }

    /// Answers in the background: a keychain may take seconds, and the talk goes on meanwhile.
    async fn answer(&self, name: String, tell: &Tell) {
        let wanted = self
            .plan
            .tokens
            .iter()
            .find(|token| token.as_str() == name)
            .cloned();
        let Some(token) = wanted else {
            tell.note(format!(
                "refused a token that the task does not name: {name}"
            ))
            .await;
            let problem = format!("the task does not name the token `{name}`");
            self.orders
                .send(Order::Secret {
                    name,
                    value: Err(problem),
                })
                .await
                .ok(); // nobody may wait any more
            return;
        };
        tell.note(format!("handed over the token {name}")).await;
        let (secrets, orders, redactor) = (
            Arc::clone(self.secrets),
            self.orders.clone(),
            tell.redactor.clone(),
        );
        let recorder = tell.recorder.clone();
        tokio::spawn(async move {
            let value = secrets.get(&token).await;
            if let Ok(value) = &value
                && !know(&redactor, &token, value)
            {
                recorder
                    .line(drover_model::Stream::Drover, too_short(&token))
                    .await;
            }
            orders.send(Order::Secret { name, value }).await.ok(); // the task may have ended meanwhile
        });
    }
}

/// A test that fails as its author expects it to is fine, and one that does not is not.
fn test_state(status: &str, expected: Option<bool>) -> (StepState, Option<String>) {
    match (status, expected) {
        ("skipped", _) => (StepState::Skipped, None),
        (_, Some(true)) | ("passed", None) => (StepState::Passed, None),
        ("passed", Some(false)) => (
            StepState::Failed,
            Some("passed, but was expected to fail".to_owned()),
        ),
        (other, _) => (StepState::Failed, Some(other.to_owned())),
    }
}

/// Makes a value known to the redactor, before it is given away. False if it is too short to be searched for.
pub(crate) fn know(redactor: &Redactor, token: &TokenName, value: &secrecy::SecretString) -> bool {
    redactor.register(token.as_str(), value)
}

/// What the log says about such a value.
pub(crate) fn too_short(token: &TokenName) -> String {
    format!(
        "the token {token} has fewer than {SHORTEST} characters, so the output cannot be searched for it"
    )
}

/// Reads a picture and removes it from the private folder.
fn take_look(folder: &Path, name: &str) -> Option<Vec<u8>> {
    if name.contains('/') || name.starts_with('.') {
        return None;
    }
    let path = folder.join(name);
    let meta = std::fs::symlink_metadata(&path).ok()?;
    let bytes = (meta.is_file() && meta.len() <= LARGEST_LOOK)
        .then(|| std::fs::read(&path).ok())
        .flatten();
    std::fs::remove_file(&path).ok(); // the whole folder goes at the end
    bytes.filter(|bytes| bytes.starts_with(b"\x89PNG"))
}

fn millis(ms: f64) -> Duration {
    Duration::try_from_secs_f64(ms / 1_000.0).unwrap_or_default()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a progress bar does not show the difference"
)]
fn float(count: u64) -> f64 {
    count as f64
}
