//! What the runner is given for an attempt: places, browser, proxy with its login.

use drover_model::Span;
use drover_runner::{Outcome, OutputLimits, Reason, Request};
use drover_store::Claimed;
use drover_vault::State;

use crate::{
    chrome::{NoChrome, chrome},
    engine::Rooms,
};

/// Everything for the attempt, or the outcome of one that cannot begin.
pub(super) async fn request(rooms: &Rooms, claimed: &Claimed) -> Result<Request, Outcome> {
    let mut plan = claimed.plan.clone();
    if !plan.tokens.is_empty() && rooms.vault().probe().await == State::Locked {
        // So that it waits, and is not claimed again at once.
        rooms
            .queue
            .conditions()
            .send_modify(|conditions| conditions.vault_locked = true);
        return Err(refused(
            Reason::SecretUnavailable,
            "the keychain is locked; the run waits for it".to_owned(),
        ));
    }
    let chrome = match &plan.profile {
        // A browser of the script's own has neither the profile nor its proxy.
        _ if plan.is_apart() => None,
        Some(profile) => Some(
            chrome(rooms, profile, plan.proxy_id)
                .await
                .map_err(|NoChrome { reason, message }| refused(reason, message))?,
        ),
        None => None,
    };
    plan.limits.run = within_total(rooms, claimed).await?;
    Ok(Request {
        run: claimed.run.id,
        attempt: claimed.attempt,
        plan,
        marker: Rooms::marker(&rooms.paths),
        places: rooms.paths.places(),
        chrome,
        limits: OutputLimits::default(),
    })
}

/// The time for this attempt: its own limit, or what is left of the time for all of them.
async fn within_total(rooms: &Rooms, claimed: &Claimed) -> Result<Span, Outcome> {
    let (id, own) = (claimed.run.id, claimed.plan.limits.run);
    let until = rooms.store.read(move |db| db.gives_up_at(id)).await;
    let until = until.map_err(|error| refused(Reason::Internal, error.to_string()))?;
    let left = until.map(|until| {
        let left = until.as_millisecond() - rooms.now().as_millisecond();
        Span::milliseconds(u64::try_from(left).unwrap_or(0).max(1))
    });
    Ok(left.map_or(own, |left| left.min(own)))
}

fn refused(reason: Reason, message: String) -> Outcome {
    Outcome {
        ended: reason.ended(),
        reason,
        message,
        started: false,
        exit: None,
        browser: None,
        network: None,
        survivors: Vec::new(),
        masked: 0,
        log_cut: None,
    }
}
