//! Why a run waits, in words whose times do not grow old on screen.

use drover_model::{RunId, WaitCode, WaitReason};
use jiff::Timestamp;

use crate::format;

/// The reason as a sentence. Where it ends by itself, the time is counted from `now`; the engine's own words were
/// counted when it was asked. `attempt` is the one that the run waits for.
pub fn because(reason: &WaitReason, attempt: u32, now: Timestamp) -> String {
    let said = format::sentence(&reason.text);
    let Some(at) = reason.clears_at else {
        return said;
    };
    let soon = soon(at, now);
    match reason.code {
        WaitCode::NotBefore => format!("It starts {soon}."),
        WaitCode::RetryBackoff => format!("Attempt {attempt} starts {soon}."),
        WaitCode::VaultLocked => format!("The keychain is locked. Drover looks again {soon}."),
        WaitCode::ProfileBusy => {
            format!("Its profile is open in another browser. Drover looks again {soon}.")
        }
        WaitCode::MemoryLow => {
            format!("There is not enough free memory for its browser. Drover looks again {soon}.")
        }
        WaitCode::SignedOut => format!("{said} The next check is {soon}."),
        _ => format!("{said} The next may start {soon}."),
    }
}

/// Whether any of them ends by itself, so that its clock goes on.
pub fn timed(reasons: &[WaitReason]) -> bool {
    reasons.iter().any(|reason| reason.clears_at.is_some())
}

fn soon(at: Timestamp, now: Timestamp) -> String {
    match at.as_second() - now.as_second() {
        ..=0 => "in a moment".to_owned(),
        seconds @ 1..=59 => format!("in {seconds} s"),
        _ => format::relative(at, now),
    }
}

/// A stretch of a reason: words, or a run that can be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Run(RunId),
}

/// The sentence with the runs that it names as pieces of their own, and the runs that it does not name.
pub fn pieces(sentence: &str, blocked_by: &[RunId]) -> (Vec<Piece>, Vec<RunId>) {
    let mut rest = sentence;
    let (mut pieces, mut others) = (Vec::new(), Vec::new());
    for run in blocked_by {
        match rest.split_once(&format!("run {}", run.short())) {
            Some((before, after)) => {
                pieces.push(Piece::Text(format!("{before}run ")));
                pieces.push(Piece::Run(*run));
                rest = after;
            }
            None => others.push(*run),
        }
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    (pieces, others)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(code: WaitCode, text: &str, clears_at: Option<&str>) -> WaitReason {
        WaitReason {
            code,
            text: text.to_owned(),
            blocked_by: Vec::new(),
            clears_at: clears_at.map(|at| at.parse().unwrap()),
        }
    }

    #[test]
    fn times_are_counted_from_now() {
        let now = "2026-05-04T12:00:00Z".parse().unwrap();
        let check = |code, text, clears_at, expected: &str| {
            assert_eq!(because(&reason(code, text, clears_at), 2, now), expected);
        };
        check(
            WaitCode::RetryBackoff,
            "attempt 2 starts in 90 s",
            Some("2026-05-04T12:00:38Z"),
            "Attempt 2 starts in 38 s.",
        );
        check(
            WaitCode::VaultLocked,
            "the keychain is locked; Drover looks again in 5 s",
            Some("2026-05-04T11:59:58Z"),
            "The keychain is locked. Drover looks again in a moment.",
        );
        check(
            WaitCode::SignedOut,
            "profile `anna` is signed out of `shop`",
            Some("2026-05-04T12:03:10Z"),
            "Profile `anna` is signed out of `shop`. The next check is in 3 min.",
        );
        check(
            WaitCode::RateLimited,
            "proxy `eu-3` lets no more runs start for a while",
            Some("2026-05-04T12:03:10Z"),
            "Proxy `eu-3` lets no more runs start for a while. The next may start in 3 min.",
        );
        check(
            WaitCode::ResourceFull,
            "proxy `eu-3` is at its limit, 1 of 1",
            None,
            "Proxy `eu-3` is at its limit, 1 of 1.",
        );
        assert!(!timed(&[reason(
            WaitCode::Paused,
            "the queue is paused",
            None
        )]));
    }

    #[test]
    fn a_run_that_is_named_becomes_a_link_where_it_stands() {
        let (named, other) = (RunId::from_bits(7), RunId::from_bits(8 << 40));
        let sentence = format!("Profile `anna` is in use by run {}.", named.short());
        let (found, rest) = pieces(&sentence, &[named, other]);
        assert_eq!(
            found,
            [
                Piece::Text("Profile `anna` is in use by run ".into()),
                Piece::Run(named),
                Piece::Text(".".into())
            ]
        );
        assert_eq!(rest, [other], "it is told behind the sentence");
        assert_eq!(pieces("2 of 2 workers are busy.", &[named]).1, [named]);
    }
}
