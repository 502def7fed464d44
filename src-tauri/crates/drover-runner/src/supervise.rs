//! From the start of a child to the proof that its tree is gone.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use drover_browser::{Browser, Closed, Exit, Gateway};
use drover_model::run::ExitStatus;
use drover_model::{Plan, StopIntent, Stream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::attempt::TRIES;
use crate::capture::drain;
use crate::clue::clue;
use crate::control::{Controls, Stop, Wish};
use crate::dialogue::Dialogue;
use crate::event::AttemptEvent;
use crate::memory::MemoryWatch;
use crate::outcome::{Reason, Verdict};
use crate::process::{Child, Graces, Stopped, stop_tree};
use crate::protocol::{Control as Line, Message, Order};
use crate::request::Ledger;
use crate::steps::{gone, run_limit};
use crate::tell::Tell;

/// How long task code may take to finish what it does when it is asked to stop.
const STOP_GRACE: Duration = Duration::from_secs(10);
/// The same for task code that takes more and more memory.
const MEMORY_GRACE: Duration = Duration::from_secs(1);
/// A helper that was told of the stop has taken its last picture by then.
const LOOK_GRACE: Duration = Duration::from_millis(1_500);
/// What is still in the pipes of a tree that is gone is read in no time.
const DRAIN_LIMIT: Duration = Duration::from_secs(5);
/// How often survivors are killed again.
const AGAIN: Duration = Duration::from_secs(5);
/// So many lines that are no message, and the other side is not a helper of Drover's.
const MOST_MALFORMED: u64 = 100;

/// The end of a child.
#[derive(Debug)]
pub(crate) struct Supervised {
    pub(crate) result: Result<(), Verdict>,
    pub(crate) exit: Option<ExitStatus>,
    pub(crate) survivors: Vec<u32>,
    /// The page at its last moment, as PNG.
    pub(crate) look: Option<Vec<u8>>,
    /// Somebody wants the rest killed as well.
    pub(crate) at_once: bool,
}

/// Why the child is no longer waited for.
enum Cause {
    Exited,
    Wished(Stop),
    Limit(Verdict),
    Memory(Verdict),
    Browser(Closed),
    Protocol,
}

/// A running child and everything around it.
pub(crate) struct Supervision<'a> {
    pub(crate) child: Child,
    pub(crate) line: Line,
    pub(crate) dialogue: Dialogue<'a>,
    pub(crate) plan: &'a Plan,
    pub(crate) browser: Option<&'a Browser>,
    /// Through which task code drives that browser.
    pub(crate) gateway: Option<&'a Gateway>,
    pub(crate) ledger: &'a Arc<dyn Ledger>,
}

impl Supervision<'_> {
    /// Runs to the end.
    pub(crate) async fn run(mut self, tell: &mut Tell, controls: &mut Controls) -> Supervised {
        let drains = self.drains(tell);
        let cause = self.watch(tell, controls).await;
        // A run that is stopped while it is parked may still have to log out.
        self.hold_input(false);
        let (verdict, intent, at_once) = match &cause {
            Cause::Exited => (None, StopIntent::Leftovers, false),
            Cause::Wished(stop) => (Some(stop.verdict()), stop.intent, stop.at_once),
            Cause::Limit(verdict) => (Some(verdict.clone()), StopIntent::Timeout, false),
            Cause::Memory(verdict) => (Some(verdict.clone()), StopIntent::Leftovers, false),
            // Without its browser a script only waits for time limits of its own.
            Cause::Browser(closed) => (Some(gone(closed)), StopIntent::Leftovers, false),
            Cause::Protocol => {
                let text = format!(
                    "task code wrote more than {MOST_MALFORMED} lines to descriptor 3 that are no message"
                );
                (
                    Some(Verdict::new(Reason::RunnerProtocol, text)),
                    StopIntent::Leftovers,
                    false,
                )
            }
        };
        let stopped = if matches!(cause, Cause::Exited) && self.child.survivors().is_empty() {
            Stopped {
                rung: crate::process::Rung::ByItself,
                survivors: Vec::new(),
            }
        } else {
            self.ledger.commit_stopping(intent).await;
            self.stop(&cause, at_once, tell, controls).await
        };
        self.finish(drains, tell).await;
        let exit = if stopped.survivors.is_empty() {
            Some(self.child.wait().await)
        } else {
            None
        };
        let result = match verdict {
            Some(verdict) => Err(verdict),
            None => exit.map_or(Ok(()), |exit| {
                self.judge(exit, &tell.redactor.text(&tell.recorder.last_words()))
            }),
        };
        Supervised {
            result,
            exit: exit.map(status),
            survivors: stopped.survivors,
            look: self.dialogue.last_look,
            at_once,
        }
    }

    fn drains(&self, tell: &Tell) -> Vec<JoinHandle<()>> {
        let Some((stdout, stderr)) = self.child.take_pipes() else {
            return Vec::new();
        };
        vec![
            tokio::spawn(drain(stdout, Stream::Stdout, tell.recorder.clone())),
            tokio::spawn(drain(stderr, Stream::Stderr, tell.recorder.clone())),
        ]
    }

    /// While a person has the page, task code neither clicks nor types there.
    fn hold_input(&self, hold: bool) {
        if let Some(gateway) = self.gateway {
            gateway.hold_input(hold);
        }
    }

    /// Until something ends the waiting.
    async fn watch(&mut self, tell: &mut Tell, controls: &mut Controls) -> Cause {
        let limits = self.plan.limits;
        let mut memory = match MemoryWatch::begin(self.child.tree(), limits.memory) {
            Ok(watch) => watch,
            Err(error) => return Cause::Memory(Verdict::internal("watch over its memory", &error)),
        };
        let mut run_until = Instant::now() + limits.run.duration();
        let mut parked_since: Option<Instant> = None;
        loop {
            // Waiting for a person counts neither as running nor as silence.
            match (&self.dialogue.parked, parked_since) {
                (Some(_), None) => {
                    parked_since = Some(Instant::now());
                    self.hold_input(true);
                }
                (None, Some(since)) => {
                    run_until += since.elapsed();
                    parked_since = None;
                    self.hold_input(false);
                    tell.recorder.alive();
                }
                _ => {}
            }
            let idle = limits
                .idle
                .map(|idle| idle.duration().saturating_sub(tell.recorder.silent_for()));
            let (until, verdict) = match (parked_since, idle) {
                (Some(since), _) => (
                    since + limits.park.duration(),
                    Verdict::new(Reason::ParkLimit, "nobody came to resume it"),
                ),
                (None, Some(idle)) if Instant::now() + idle < run_until => {
                    let limit = limits
                        .idle
                        .map_or(0.0, |idle| idle.duration().as_secs_f32());
                    (
                        Instant::now() + idle,
                        Verdict::new(
                            Reason::IdleLimit,
                            format!("no output, step or progress for {limit} s"),
                        ),
                    )
                }
                _ => (run_until, run_limit(limits.run.duration())),
            };
            tokio::select! {
                _ = self.child.wait() => return Cause::Exited,
                Some(message) = self.line.messages.recv() => self.dialogue.hear(message, tell).await,
                wish = controls.wish() => match wish {
                    Wish::Stop(stop) => return Cause::Wished(stop),
                    Wish::Resume => self.dialogue.resume(tell).await,
                },
                verdict = memory.exceeded() => return Cause::Memory(verdict),
                closed = closed(self.browser) => return Cause::Browser(closed),
                () = sleep_until(until) => {
                    // Drover may have stood still: whoever has ended by now was in time.
                    if self.child.survivors().is_empty() {
                        return Cause::Exited;
                    }
                    // Output may have come since the time was worked out.
                    let silent = limits.idle.is_some_and(|idle| tell.recorder.silent_for() >= idle.duration());
                    if verdict.reason != Reason::IdleLimit || silent {
                        return Cause::Limit(verdict);
                    }
                }
            }
            if self.line.counts.malformed() > MOST_MALFORMED {
                return Cause::Protocol;
            }
        }
    }

    /// The cancel ladder. What task code still says is heard meanwhile, or it could not finish.
    async fn stop(
        &mut self,
        cause: &Cause,
        at_once: bool,
        tell: &mut Tell,
        controls: &mut Controls,
    ) -> Stopped {
        tell.phase("stopping").await;
        let reason = match cause {
            Cause::Wished(_) => "cancel",
            Cause::Limit(_) => "timeout",
            Cause::Memory(_) => "memory",
            Cause::Exited | Cause::Browser(_) | Cause::Protocol => "end",
        };
        let grace = match cause {
            Cause::Memory(_) => MEMORY_GRACE,
            _ => STOP_GRACE,
        };
        let grace_ms = u64::try_from(grace.as_millis()).unwrap_or(u64::MAX);
        let order = Order::Cancel {
            reason: reason.to_owned(),
            grace_ms,
        };
        self.dialogue.orders.try_send(order).ok(); // a child that does not listen learns it from the signal
        if matches!(cause, Cause::Limit(_)) && self.dialogue.keep_pictures {
            self.wait_for_look(tell).await;
        }
        let graces = match cause {
            _ if at_once => Graces::at_once(),
            Cause::Exited => Graces {
                interrupt: Duration::ZERO,
                ..Graces::with_interrupt(Duration::ZERO)
            },
            _ => Graces::with_interrupt(grace),
        };
        let hurry = Notify::new();
        let mut stopped = {
            let mut ladder = std::pin::pin!(stop_tree(&self.child, graces, hurry.notified()));
            loop {
                tokio::select! {
                    stopped = &mut ladder => break stopped,
                    Some(message) = self.line.messages.recv() => self.dialogue.hear(message, tell).await,
                    () = controls.haste() => hurry.notify_one(),
                }
            }
        };
        for _ in 0..TRIES {
            if stopped.survivors.is_empty() {
                break;
            }
            tell.note(format!(
                "{} processes survive: {:?}",
                stopped.survivors.len(),
                stopped.survivors
            ))
            .await;
            tell.event(AttemptEvent::Survivors(stopped.survivors.clone()))
                .await;
            tokio::select! {
                () = sleep(AGAIN) => {}
                _ = controls.stop() => {} // whoever asks again need not wait
            }
            stopped = stop_tree(&self.child, Graces::at_once(), pending()).await;
        }
        stopped
    }

    async fn wait_for_look(&mut self, tell: &mut Tell) {
        self.dialogue.last_look = None;
        let look = async {
            while self.dialogue.last_look.is_none() {
                let Some(message) = self.line.messages.recv().await else {
                    break;
                };
                self.dialogue.hear(message, tell).await;
            }
        };
        timeout(LOOK_GRACE, look).await.ok(); // a script that is stuck takes no picture
    }

    /// Reads what is left in the pipes. All writing ends are closed, since the tree is gone.
    async fn finish(&mut self, drains: Vec<JoinHandle<()>>, tell: &mut Tell) {
        for drain in drains {
            let stop = drain.abort_handle();
            if timeout(DRAIN_LIMIT, drain).await.is_err() {
                stop.abort();
            }
        }
        let rest = async {
            while let Some(message) = self.line.messages.recv().await {
                // Nobody is left who could be answered or parked.
                if !matches!(message, Message::NeedSecret { .. } | Message::Pause { .. }) {
                    self.dialogue.hear(message, tell).await;
                }
            }
        };
        timeout(DRAIN_LIMIT, rest).await.ok(); // a survivor may hold the pipe
        tell.steps_stopped().await;
        let counts = &self.line.counts;
        for (count, what) in [
            (counts.dropped(), "over the rate of 200 lines a second"),
            (counts.unknown(), "of a kind this Drover does not know"),
            (counts.malformed(), "that are no message"),
        ] {
            if count > 0 {
                tell.note(format!("{count} control lines {what} were dropped"))
                    .await;
            }
        }
    }

    /// `said` are the last words on standard error, redacted: a piece of a secret would not be known any more.
    fn judge(&self, exit: Exit, said: &str) -> Result<(), Verdict> {
        match exit {
            Exit::Code(0) if self.dialogue.failed => Err(Verdict::new(
                Reason::TaskFailed,
                "the task reported a failure",
            )),
            Exit::Code(0) => Ok(()),
            Exit::Code(code) => {
                let clue = clue(said).map(|clue| format!(": {clue}"));
                let clue = clue.unwrap_or_default();
                Err(Verdict::new(
                    Reason::ExitCode,
                    format!("it ended with exit code {code}{clue}"),
                ))
            }
            Exit::Signal(signal) => Err(Verdict::new(
                Reason::RunnerExited,
                format!("it was ended by signal {signal}"),
            )),
        }
    }
}

async fn closed(browser: Option<&Browser>) -> Closed {
    match browser {
        Some(browser) => browser.closed().await,
        None => pending().await,
    }
}

fn status(exit: Exit) -> ExitStatus {
    match exit {
        Exit::Code(code) => ExitStatus {
            code: Some(code),
            signal: None,
        },
        Exit::Signal(signal) => ExitStatus {
            code: None,
            signal: Some(signal),
        },
    }
}
