//! Waiting until something is so.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use tokio::time::{Instant, sleep, timeout_at};

use super::{
    Awaited, StepProblem,
    assertions::{self, in_state},
    place::address,
    probe::{Details, Limit, Need, Pauses, look, wait_for},
};
use crate::{Error, Page, cdp::CdpError, page::QUIET};

/// Addresses that a failure names.
const MOST_NAMED: usize = 3;

pub(super) async fn wait(page: &Page, awaited: &Awaited, limit: Limit) -> Result<(), StepProblem> {
    match awaited {
        Awaited::Text(target) => {
            wait_for(page, target, Need::AnyVisible, Details::default(), limit)
                .await
                .map(|_| ())
        }
        Awaited::NoText(target) => {
            let mut pauses = Pauses::default();
            loop {
                let looked = timeout_at(limit.deadline, look(page, target)).await;
                let shown = match looked {
                    Ok(looked) => looked?,
                    Err(_) => None,
                };
                let found = match shown {
                    Some(shown) if shown.visible == 0 => return Ok(()),
                    Some(shown) => format!("{} is still there", shown.elements.join(", ")),
                    None => "the page did not answer".to_owned(),
                };
                if Instant::now() >= limit.deadline || !pauses.pause(limit).await {
                    return Err(StepProblem::Otherwise {
                        expected: format!("{} gone", target.shown),
                        limit: limit.whole,
                        found,
                    });
                }
            }
        }
        Awaited::Element(target, state) => in_state(page, target, *state, limit).await,
        Awaited::Url(part) => {
            let part = part.expose_secret();
            let fits = |url: &str| url.contains(part);
            assertions::page_text(page, limit, Asked::Address, fits).await
        }
        Awaited::Network => network(page, limit).await,
        Awaited::Time(length) => {
            sleep(*length).await;
            Ok(())
        }
    }
}

/// A text of the page itself.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    Address,
    Title,
}

impl Asked {
    pub(super) async fn of(self, page: &Page) -> Result<Option<String>, Error> {
        let text = match self {
            Self::Address => page.url().await,
            Self::Title => page.title().await,
        };
        match text {
            Ok(text) => Ok(Some(text)),
            // The document was just being replaced.
            Err(Error::Cdp {
                source: CdpError::Refused { .. },
                ..
            }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn shown(self, text: &str) -> String {
        match self {
            Self::Address => format!("the address was still `{}`", address(text)),
            Self::Title => format!("the title was still `{text}`"),
        }
    }
}

async fn network(page: &Page, limit: Limit) -> Result<(), StepProblem> {
    if timeout_at(limit.deadline, page.traffic().idle())
        .await
        .is_ok()
    {
        return Ok(());
    }
    let open = page.traffic().under_way();
    let named: Vec<&str> = open.iter().take(MOST_NAMED).map(String::as_str).collect();
    let found = match open.len() {
        0 => "requests kept coming".to_owned(),
        1 => format!("a request was under way: {}", named.join(", ")),
        many => format!(
            "{many} requests were under way, among them {}",
            named.join(", ")
        ),
    };
    Err(StepProblem::Otherwise {
        expected: format!("a network idle for {} ms", Duration::as_millis(&QUIET)),
        limit: limit.whole,
        found,
    })
}
