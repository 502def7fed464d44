//! How long a task may take, what it may need, and what follows a failure.

use serde::{Deserialize, Serialize};

use crate::{MemoryLimit, RunId, Span};

/// Time limits. Those of an attempt do not shorten the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// From the claim to the first line of task code.
    pub start: Span,
    /// From there to the end.
    pub run: Span,
    /// Without any output, step or progress.
    pub idle: Option<Span>,
    /// Waiting for a person, which does not count as running.
    #[serde(default = "Limits::park")]
    pub park: Span,
    /// From the moment from which it may start to its first start.
    #[serde(default)]
    pub queue: Option<Span>,
    /// From the moment at which it was queued to the end of all its attempts.
    #[serde(default)]
    pub total: Option<Span>,
    /// The memory of all its processes together; the profile's Chrome is not one of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<MemoryLimit>,
}

impl Limits {
    /// How long a run waits for a person when nothing was said.
    const fn park() -> Span {
        Span::seconds(86_400)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            start: Span::seconds(120),
            run: Span::seconds(3_600),
            idle: None,
            park: Self::park(),
            queue: None,
            total: None,
            memory: None,
        }
    }
}

/// When a failed attempt is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Retries {
    /// Further attempts after the first.
    pub max: u32,
    pub backoff: Backoff,
    /// Which ends are tried again. Empty means every one of them.
    pub on: Vec<RetryOn>,
}

/// How the pause before a further attempt grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Backoff {
    /// 30 s, 60 s, 120 s …, at most 15 min.
    #[default]
    Exponential,
    /// 30 s each time.
    Fixed,
}

/// An end that may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryOn {
    Failed,
    TimedOut,
    /// The browser ended by itself or hung.
    BrowserCrashed,
    /// Something could not be made ready; no task code ran.
    StartError,
}

impl RetryOn {
    /// Every one.
    pub const ALL: [Self; 4] = [
        Self::Failed,
        Self::TimedOut,
        Self::BrowserCrashed,
        Self::StartError,
    ];
}

impl Retries {
    /// The pause before the attempt that follows number `attempt` (from 1).
    #[must_use]
    pub fn pause_after(&self, attempt: u32) -> Span {
        const BASE: u64 = 30;
        match self.backoff {
            Backoff::Fixed => Span::seconds(BASE),
            Backoff::Exponential => {
                Span::seconds((BASE << attempt.saturating_sub(1).min(10)).min(900))
            }
        }
    }

    /// The same by up to a fifth longer or shorter, so that runs which failed together are not tried again together. The
    /// share is a hash of the run and the attempt, so that it is the same whenever it is asked for.
    #[must_use]
    pub fn pause_of(&self, attempt: u32, run: RunId) -> Span {
        let text = format!("{run}:{attempt}");
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        // The low bits of this hash are worse than the high ones.
        let permille = 800 + (hash >> 32) % 401;
        Span::milliseconds(self.pause_after(attempt).as_milliseconds() * permille / 1_000)
    }

    /// Whether an attempt that ended so is tried again; `used` counts earlier retries. A crashed browser and a failed
    /// start are failures too.
    #[must_use]
    pub fn grants(&self, end: RetryOn, used: u32) -> bool {
        let wanted = |on: &RetryOn| {
            *on == end
                || *on == RetryOn::Failed
                    && matches!(end, RetryOn::BrowserCrashed | RetryOn::StartError)
        };
        used < self.max && (self.on.is_empty() || self.on.iter().any(wanted))
    }
}

/// What happens to a run whose outcome is unknown after a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnLost {
    /// It stays `lost`.
    #[default]
    Fail,
    /// One more attempt; the effects of the lost one may be repeated.
    Retry,
    /// It stays `lost` and waits for an answer.
    Ask,
}
