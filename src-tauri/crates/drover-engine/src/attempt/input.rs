//! What the runner is given for an attempt: places, browser, proxy with its login.

use drover_runner::{Outcome, OutputLimits, Reason, Request};
use drover_store::Claimed;
use drover_vault::State;

use crate::{
    chrome::{NoChrome, chrome},
    engine::Rooms,
};

/// Everything for the attempt, or the outcome of one that cannot begin.
pub(super) async fn request(rooms: &Rooms, claimed: &Claimed) -> Result<Request, Outcome> {
    let plan = claimed.plan.clone();
    if !plan.tokens.is_empty() && rooms.vault().probe().await == State::Locked {
        return Err(refused(
            Reason::SecretUnavailable,
            "the keychain is locked; the run waits for it".to_owned(),
        ));
    }
    let chrome = match &plan.profile {
        Some(profile) => Some(
            chrome(rooms, profile, plan.proxy_id)
                .await
                .map_err(|NoChrome { reason, message }| refused(reason, message))?,
        ),
        None => None,
    };
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
    }
}
