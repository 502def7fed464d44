//! Filling fields, choosing entries, ticking boxes.

use drover_model::step::MouseButton;
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Choice, StepProblem, Target,
    follow::during,
    keyboard::stroke,
    keys::named,
    mouse::click_at,
    probe::{Details, Limit, Need, Pauses, look, wait_for},
    question::Field,
};
use crate::{Page, cdp::protocol::InsertText};

/// Replaces what is in a field.
pub(super) async fn fill(
    page: &Page,
    target: &Target,
    value: &SecretString,
    limit: Limit,
) -> Result<(), StepProblem> {
    let ready = wait_for(page, target, Need::Fill, Details::default(), limit).await?;
    if ready.field != Some(Field::Text) {
        return assign(page, target, value, limit).await;
    }
    let session = page.session();
    let text = value.expose_secret();
    let input = async {
        if text.is_empty() {
            // Inserting nothing changes nothing, so what is selected is deleted by its key.
            let key = named("Delete").expect("BUG: the key has a name");
            stroke(session, &key, 0).await
        } else {
            session.call(&InsertText { text }).await.map(|_| ())
        }
    };
    during(page, limit, "type into the field", input).await
}

/// Sets a field that nobody types into, such as a date or a list.
pub(super) async fn assign(
    page: &Page,
    target: &Target,
    value: &SecretString,
    limit: Limit,
) -> Result<(), StepProblem> {
    let details = Details {
        value: Some(value.expose_secret()),
        ..Details::default()
    };
    wait_for(page, target, Need::Assign, details, limit)
        .await
        .map(|_| ())
}

/// Chooses an entry of a list, and follows the page that this may lead to.
pub(super) async fn select(
    page: &Page,
    target: &Target,
    choice: &Choice,
    limit: Limit,
) -> Result<(), StepProblem> {
    let details = Details {
        option: Some(choice),
        ..Details::default()
    };
    wait_for(page, target, Need::Select, details, limit).await?;
    during(page, limit, "choose the entry", async { Ok(()) }).await
}

/// Ticks or unticks a box by clicking it, unless it is so already, and makes sure that it worked.
pub(super) async fn check(
    page: &Page,
    target: &Target,
    on: bool,
    limit: Limit,
) -> Result<(), StepProblem> {
    let details = Details {
        on: Some(on),
        ..Details::default()
    };
    let at = wait_for(page, target, Need::Check, details, limit).await?;
    if at.done {
        return Ok(());
    }
    click_at(page, &at, MouseButton::Left, 1, limit).await?;
    let mut pauses = Pauses::default();
    loop {
        // A box that the click took away, with its page, has done its work.
        let now = look(page, target).await?.and_then(|look| look.first);
        if now.is_none_or(|now| now.checked.is_none_or(|is| is == on)) {
            return Ok(());
        }
        if !pauses.pause(limit).await {
            return Err(StepProblem::Otherwise {
                expected: format!("{} {}", at.element, if on { "ticked" } else { "unticked" }),
                limit: limit.whole,
                found: "the click did not change it".to_owned(),
            });
        }
    }
}
