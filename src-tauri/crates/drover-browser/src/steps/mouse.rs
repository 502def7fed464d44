//! Real events of the mouse.

use drover_model::step::MouseButton;

use super::{
    StepProblem, Target,
    follow::during,
    probe::{Details, Limit, Need, Ready, wait_for},
};
use crate::{
    Page,
    cdp::{CdpError, Session, protocol::DispatchMouseEvent},
};

pub(super) async fn click(
    page: &Page,
    target: &Target,
    button: MouseButton,
    limit: Limit,
) -> Result<(), StepProblem> {
    let at = wait_for(page, target, Need::Click, Details::default(), limit).await?;
    click_at(page, &at, button, 1, limit).await
}

pub(super) async fn double_click(
    page: &Page,
    target: &Target,
    limit: Limit,
) -> Result<(), StepProblem> {
    let at = wait_for(page, target, Need::Click, Details::default(), limit).await?;
    click_at(page, &at, MouseButton::Left, 2, limit).await
}

pub(super) async fn hover(page: &Page, target: &Target, limit: Limit) -> Result<(), StepProblem> {
    let at = wait_for(page, target, Need::Hover, Details::default(), limit).await?;
    during(page, limit, "move the mouse", move_to(page.session(), &at)).await
}

/// Clicks where an element is, `times` in a row.
pub(super) async fn click_at(
    page: &Page,
    at: &Ready,
    button: MouseButton,
    times: u32,
    limit: Limit,
) -> Result<(), StepProblem> {
    let session = page.session();
    let (name, bit) = match button {
        MouseButton::Left => ("left", 1),
        MouseButton::Right => ("right", 2),
        MouseButton::Middle => ("middle", 4),
    };
    let input = async {
        move_to(session, at).await?;
        for click_count in 1..=times {
            let event = |kind, buttons| DispatchMouseEvent {
                kind,
                x: at.x,
                y: at.y,
                button: name,
                buttons,
                click_count,
            };
            session.call(&event("mousePressed", bit)).await?;
            session.call(&event("mouseReleased", 0)).await?;
        }
        Ok(())
    };
    during(page, limit, "click", input).await
}

async fn move_to(session: &Session, at: &Ready) -> Result<(), CdpError> {
    let moved = DispatchMouseEvent {
        kind: "mouseMoved",
        x: at.x,
        y: at.y,
        button: "none",
        buttons: 0,
        click_count: 0,
    };
    session.call(&moved).await.map(|_| ())
}
