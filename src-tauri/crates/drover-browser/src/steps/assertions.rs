//! Making sure that something is so, or becomes so in time.

use drover_model::step::ElementState;
use secrecy::ExposeSecret as _;
use tokio::time::timeout_at;

use super::{
    Check, StepProblem, Target,
    probe::{Limit, Pauses, look},
    question::{Look, Seen},
    waits::Asked,
};
use crate::Page;

/// Letters of a page's text in a failure.
const MOST_LETTERS: usize = 80;

/// What one look led to: it is so, or how it is instead.
type Verdict = Result<(), String>;

pub(super) async fn check(page: &Page, check: &Check, limit: Limit) -> Result<(), StepProblem> {
    match check {
        Check::State(target, state) => in_state(page, target, *state, limit).await,
        Check::Count(target, count) => {
            let expected = format!("{count} of {}", target.shown);
            let judge = |look: &Look| match look.count {
                now if usize::try_from(*count) == Ok(now) => Ok(()),
                now => Err(format!("there are {now}{}", listed(look))),
            };
            until(page, target, limit, &expected, judge).await
        }
        Check::Text(target, text) => {
            let wanted = normal(text.expose_secret());
            let expected = format!("another text of {}", target.shown);
            let judge = |seen: &Seen| says(seen, seen.text == wanted);
            of_one(page, target, limit, &expected, judge).await
        }
        Check::Contains(target, text) => {
            let wanted = normal(text.expose_secret());
            let expected = format!("another text of {}", target.shown);
            let judge = |seen: &Seen| says(seen, seen.text.contains(&wanted));
            of_one(page, target, limit, &expected, judge).await
        }
        Check::Value(target, text) => {
            let expected = format!("another value of {}", target.shown);
            let judge = |seen: &Seen| match &seen.value {
                Some(value) if value == text.expose_secret() => Ok(()),
                Some(value) => Err(format!("{} has the value `{}`", seen.element, short(value))),
                None => Err(format!("{} has no value", seen.element)),
            };
            of_one(page, target, limit, &expected, judge).await
        }
        Check::Url(part) => {
            let part = part.expose_secret();
            page_text(page, limit, Asked::Address, |url| url.contains(part)).await
        }
        Check::Title(part) => {
            let part = part.expose_secret();
            page_text(page, limit, Asked::Title, |title| title.contains(part)).await
        }
    }
}

/// Waits until an element is in a state.
pub(super) async fn in_state(
    page: &Page,
    target: &Target,
    state: ElementState,
    limit: Limit,
) -> Result<(), StepProblem> {
    let expected = format!("{} {}", target.shown, state.word());
    match state {
        ElementState::Hidden | ElementState::Detached => {
            let judge = |look: &Look| match (state, look.visible, look.count) {
                (ElementState::Hidden, 0, _) | (_, _, 0) => Ok(()),
                _ => Err(format!("there is still {}", look.elements.join(", "))),
            };
            until(page, target, limit, &expected, judge).await
        }
        ElementState::Attached => {
            let judge = |look: &Look| match look.count {
                0 => Err(nothing(look)),
                _ => Ok(()),
            };
            until(page, target, limit, &expected, judge).await
        }
        _ => {
            let judge = |seen: &Seen| {
                let right = match state {
                    ElementState::Enabled => !seen.disabled,
                    ElementState::Disabled => seen.disabled,
                    ElementState::Checked => seen.checked == Some(true),
                    ElementState::Unchecked => seen.checked == Some(false),
                    _ => seen.visible,
                };
                let so = match (seen.visible, seen.disabled, seen.checked) {
                    _ if right => return Ok(()),
                    (false, ..) => seen.why.clone(),
                    (_, true, _) if state == ElementState::Enabled => "disabled".to_owned(),
                    (_, false, _) if state == ElementState::Disabled => "enabled".to_owned(),
                    (.., Some(true)) => "ticked".to_owned(),
                    (.., Some(false)) => "not ticked".to_owned(),
                    _ => "nothing that can be ticked".to_owned(),
                };
                Err(format!("{} is {so}", seen.element))
            };
            of_one(page, target, limit, &expected, judge).await
        }
    }
}

/// Waits until a text of the page fits.
pub(super) async fn page_text(
    page: &Page,
    limit: Limit,
    asked: Asked,
    fits: impl Fn(&str) -> bool,
) -> Result<(), StepProblem> {
    let mut found = "the page did not answer".to_owned();
    let mut pauses = Pauses::default();
    loop {
        match timeout_at(limit.deadline, asked.of(page)).await {
            Ok(Ok(Some(text))) if fits(&text) => return Ok(()),
            Ok(Ok(Some(text))) => found = asked.shown(&text),
            Ok(Ok(None)) | Err(_) => {}
            Ok(Err(error)) => return Err(error.into()),
        }
        if !pauses.pause(limit).await {
            let expected = match asked {
                Asked::Address => "another address",
                Asked::Title => "another title",
            };
            return Err(StepProblem::Otherwise {
                expected: expected.to_owned(),
                limit: limit.whole,
                found,
            });
        }
    }
}

/// Looks at the only match again and again. More than one is an error: Drover does not guess.
async fn of_one(
    page: &Page,
    target: &Target,
    limit: Limit,
    expected: &str,
    judge: impl Fn(&Seen) -> Verdict,
) -> Result<(), StepProblem> {
    let mut ambiguous = None;
    let ended = until(page, target, limit, expected, |look| {
        if look.count > 1 {
            ambiguous = Some((look.count, look.elements.clone()));
            return Ok(());
        }
        look.first
            .as_ref()
            .map_or_else(|| Err(nothing(look)), &judge)
    })
    .await;
    match ambiguous {
        Some((count, elements)) => Err(StepProblem::Ambiguous {
            target: target.shown.clone(),
            count,
            elements,
        }),
        None => ended,
    }
}

async fn until(
    page: &Page,
    target: &Target,
    limit: Limit,
    expected: &str,
    mut judge: impl FnMut(&Look) -> Verdict,
) -> Result<(), StepProblem> {
    let mut found = "the page did not answer".to_owned();
    let mut pauses = Pauses::default();
    loop {
        if let Ok(looked) = timeout_at(limit.deadline, look(page, target)).await {
            match looked?.map(|look| judge(&look)) {
                Some(Ok(())) => return Ok(()),
                Some(Err(instead)) => found = instead,
                None => {}
            }
        }
        if !pauses.pause(limit).await {
            return Err(StepProblem::Otherwise {
                expected: expected.to_owned(),
                limit: limit.whole,
                found,
            });
        }
    }
}

fn says(seen: &Seen, right: bool) -> Verdict {
    if right {
        return Ok(());
    }
    Err(format!("{} says `{}`", seen.element, short(&seen.text)))
}

fn nothing(look: &Look) -> String {
    match &look.nothing {
        Some(found) => found.to_string(),
        None => "nothing like it is there".to_owned(),
    }
}

fn listed(look: &Look) -> String {
    if look.elements.is_empty() {
        String::new()
    } else {
        format!(" ({})", look.elements.join(", "))
    }
}

fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn short(text: &str) -> String {
    text.chars().take(MOST_LETTERS).collect()
}
