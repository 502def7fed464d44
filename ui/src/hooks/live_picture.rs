//! Live pictures of a browser, as addresses of pictures in memory.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use drover_model::ProfileId;
use drover_model::Settings;
use drover_model::request::WatchBrowser;
use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::{use_area, use_link};
use crate::api;
use crate::bridge::{Guard, dom};

/// With less motion, a picture may change every two seconds.
const CALM_MS: u32 = 2_000;
/// Without a picture for so long, in milliseconds, it is asked for anew: the browser may have had no page yet.
const PATIENCE_MS: u32 = 4_000;
/// The one that is shown, and the one before it, which may still be on the screen.
const KEPT: usize = 2;

/// Which browser: when its process is another one, the pictures begin anew.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    pub profile: ProfileId,
    pub pid: u32,
}

/// The newest picture of a browser, every `every_ms` milliseconds at most, while `watched` says which and `on` that
/// somebody sees it. The last one stays while nobody does.
#[hook]
pub fn use_live_picture(watched: Option<Watched>, on: bool, every_ms: u32) -> Option<AttrValue> {
    let (link, settings) = (use_link(), use_area::<Settings>());
    let calm = settings
        .data()
        .is_some_and(|settings| settings.reduced_motion)
        || dom::less_motion();
    let every_ms = if calm {
        every_ms.max(CALM_MS)
    } else {
        every_ms
    };
    let shown = use_state_eq(|| None::<AttrValue>);
    let held = use_mut_ref(VecDeque::<Guard>::new);
    let tries = use_state_eq(|| 0_u32);
    {
        let waits = on && watched.is_some() && shown.is_none();
        let retry = tries.clone();
        use_effect_with((waits, *tries), move |(waits, tries)| {
            let next = *tries + 1;
            let timer = waits.then(|| Timeout::new(PATIENCE_MS, move || retry.set(next)));
            move || drop(timer)
        });
    }
    {
        let (shown, held) = (shown.setter(), held.clone());
        use_effect_with(watched.clone(), move |_| {
            move || {
                shown.set(None);
                held.borrow_mut().clear();
            }
        });
    }
    {
        let shown = shown.setter();
        use_effect_with(
            (watched.filter(|_| on), every_ms, *tries),
            move |(watched, every_ms, _)| {
                let guard = watched.as_ref().map(|watched| {
                    let request = WatchBrowser {
                        profile: watched.profile.to_string(),
                        every_ms: *every_ms,
                    };
                    let on_picture =
                        Callback::from(move |bytes: Vec<u8>| show(&bytes, &shown, &held));
                    api::watch_browser(&link, &request, on_picture)
                });
                move || drop(guard)
            },
        );
    }
    (*shown).clone()
}

fn show(
    bytes: &[u8],
    shown: &UseStateSetter<Option<AttrValue>>,
    held: &Rc<RefCell<VecDeque<Guard>>>,
) {
    let url = dom::blob_url(bytes, "image/jpeg");
    let mut held = held.borrow_mut();
    held.push_back(dom::revoke_later(url.clone()));
    if held.len() > KEPT {
        held.pop_front();
    }
    shown.set(Some(url.into()));
}
