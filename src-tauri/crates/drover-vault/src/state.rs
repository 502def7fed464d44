use std::fmt;

/// What the keychain is like right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It is being looked at for the first time; requests wait. The look itself moves it on.
    Probing,
    /// It is open and the last call was answered.
    Ready,
    /// It is there and closed. Requests fail, nothing prompts. The user moves it on, with `Vault::unlock` or outside
    /// of Drover; the next call sees that.
    Locked,
    /// A prompt is on the screen because the user asked for it. The answer moves it on.
    Unlocking,
    /// There is no session, no keychain service or no default collection. The next call looks again.
    Absent,
    /// The last call was not answered in time and its thread was given up. The first look of the next thread, or the
    /// next call, moves it on.
    TimedOut,
}

impl State {
    /// The word for it in files, answers and events.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Probing => "probing",
            State::Ready => "ready",
            State::Locked => "locked",
            State::Unlocking => "unlocking",
            State::Absent => "absent",
            State::TimedOut => "timed_out",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
