//! When a provider may be asked for another address again.

use drover_model::proxy::ChangeLink;
use jiff::Timestamp;

use crate::format;

/// The milliseconds that are left until the link may be called again; none when it may be called now.
pub fn cool_down(link: &ChangeLink, now: Timestamp) -> Option<u64> {
    let since = now.as_millisecond() - link.called_at?.as_millisecond();
    let pause = i64::try_from(link.pause.as_milliseconds()).unwrap_or(i64::MAX);
    u64::try_from(pause.saturating_sub(since))
        .ok()
        .filter(|left| *left > 0)
}

/// The same as a sentence.
pub fn cooling(link: &ChangeLink, now: Timestamp) -> Option<String> {
    let left = cool_down(link, now)?;
    // Rounded up, so that it never says 0:00 while it is not over.
    Some(format!(
        "The provider allows the next change in {}.",
        format::duration(left + 999)
    ))
}

#[cfg(test)]
mod tests {
    use drover_model::Span;
    use jiff::ToSpan as _;

    use super::*;

    #[test]
    fn the_pause_counts_from_the_last_call() {
        let now: Timestamp = "2026-05-04T12:00:00Z".parse().unwrap();
        let called = |ago: i64| ChangeLink {
            pause: Span::seconds(60),
            called_at: Some(now - ago.seconds()),
        };
        assert_eq!(cool_down(&called(22), now), Some(38_000));
        assert_eq!(
            cooling(&called(22), now).as_deref(),
            Some("The provider allows the next change in 0:38.")
        );
        assert_eq!(cool_down(&called(60), now), None, "it is over");
        let never = ChangeLink {
            pause: Span::seconds(60),
            called_at: None,
        };
        assert_eq!(cool_down(&never, now), None);
    }
}
