//! Opens and closes profiles, attaches and detaches tools, and keeps what this window knows about it.

use std::rc::Rc;

use drover_model::request::{
    AttachTool, CloseProfile, ClosedBrowser, DetachTool, OpenBrowser, OpenEndpoint, OpenProfile,
};
use drover_model::{Code, Fact, Name, ProfileId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{ToastHandle, use_area, use_facts, use_link, use_toasts};
use crate::api;
use crate::bridge::Link;
use crate::events::Batch;
use crate::state::{Desk, DeskAction, browsers};

/// Cheap to clone into callbacks.
#[derive(Clone, PartialEq)]
pub struct BrowserDesk {
    desk: UseReducerHandle<Desk>,
    link: Link,
    toasts: ToastHandle,
}

impl BrowserDesk {
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Opens a profile in its window, or brings the window to the front.
    pub fn open(&self, profile: ProfileId, name: &Name) {
        let (me, name) = (self.clone(), name.clone());
        self.desk.dispatch(DeskAction::Busy(profile));
        spawn_local(async move {
            let request = OpenProfile {
                profile: profile.to_string(),
                urls: Vec::new(),
            };
            match api::open_profile(&me.link, request).await {
                Ok(_) => me.toasts.done(format!("`{name}` is open")),
                Err(error) => me.toasts.failed(&error),
            }
            me.desk.dispatch(DeskAction::Rest(profile));
        });
    }

    /// Closes a browser that no run has.
    pub fn close(&self, profile: ProfileId, name: &Name, kill: bool) {
        let (me, name) = (self.clone(), name.clone());
        self.desk.dispatch(DeskAction::Busy(profile));
        spawn_local(async move {
            let request = CloseProfile {
                profile: profile.to_string(),
                kill,
            };
            match api::close_profile(&me.link, request).await {
                Ok(closed) => me.toasts.done(closed_words(&name, &closed)),
                Err(error) => me.toasts.failed(&error),
            }
            me.desk.dispatch(DeskAction::Rest(profile));
        });
    }

    /// Asks for an endpoint to the browser of a run or of a profile, given by id.
    pub fn attach(&self, target: String) {
        let me = self.clone();
        self.desk.dispatch(DeskAction::Ask(target.clone()));
        spawn_local(async move {
            let request = AttachTool {
                target: target.clone(),
            };
            let answer = api::attach_tool(&me.link, request).await;
            me.desk.dispatch(DeskAction::Answered(target, answer));
        });
    }

    /// Closes an endpoint whose address nobody here knows, and asks for one that is told here.
    pub fn attach_anew(&self, id: u64, target: String) {
        let me = self.clone();
        self.desk.dispatch(DeskAction::Detached(id));
        self.desk.dispatch(DeskAction::Ask(target.clone()));
        spawn_local(async move {
            let answer = match api::detach_tool(&me.link, DetachTool { id }).await {
                Err(error) if error.code != Code::WrongState => Err(error),
                // It is closed, by this or by itself.
                Ok(()) | Err(_) => {
                    let request = AttachTool {
                        target: target.clone(),
                    };
                    api::attach_tool(&me.link, request).await
                }
            };
            me.desk.dispatch(DeskAction::Answered(target, answer));
        });
    }

    /// Closes an endpoint. The browser goes on.
    pub fn detach(&self, id: u64) {
        let me = self.clone();
        spawn_local(async move {
            match api::detach_tool(&me.link, DetachTool { id }).await {
                Ok(()) => me
                    .toasts
                    .done("Endpoint closed; the tool is cut off, the browser goes on"),
                // It was closed by itself, with its run or its browser.
                Err(error) if error.code == Code::WrongState => {
                    me.toasts.info("The endpoint was closed already");
                }
                Err(error) => return me.toasts.failed(&error),
            }
            me.desk.dispatch(DeskAction::Detached(id));
        });
    }

    /// Forgets a refusal that was read.
    pub fn forget(&self, target: &str) {
        self.desk.dispatch(DeskAction::Forget(target.to_owned()));
    }
}

/// How it went, when not as usual.
fn closed_words(name: &Name, closed: &ClosedBrowser) -> String {
    match closed.rung.as_deref() {
        None => format!("`{name}` was not open"),
        Some("terminated") => format!("`{name}` closed; its browser did not answer and was ended"),
        Some("killed") => format!("`{name}` closed; its browser was killed"),
        Some(_) => format!("`{name}` closed"),
    }
}

/// Provides the desk to everything inside, and drops endpoints whose browser has ended.
#[component]
pub fn BrowserDeskProvider(props: &yew::html::ChildrenProps) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let running = use_area::<Vec<OpenBrowser>>();
    let endpoints = use_area::<Vec<OpenEndpoint>>();
    let desk = use_reducer_eq(Desk::default);
    use_effect_with(
        (endpoints.data().cloned(), desk.dispatcher()),
        |(open, desk)| {
            if let Some(open) = open {
                desk.dispatch(DeskAction::Listed(open.clone()));
            }
        },
    );
    let on_batch = use_callback(desk.dispatcher(), |batch: Batch, desk| {
        for event in batch.events.iter() {
            if let Fact::RunMoved { run, to, .. } = &event.fact
                && to.is_terminal()
            {
                desk.dispatch(DeskAction::RunEnded(*run));
            }
        }
    });
    use_facts(on_batch);
    let before = use_mut_ref(|| None::<Rc<Vec<OpenBrowser>>>);
    use_effect_with(
        (running.data().cloned(), desk.dispatcher()),
        move |(running, desk)| {
            let Some(running) = running else { return };
            if let Some(before) = before.borrow_mut().replace(running.clone()) {
                desk.dispatch(DeskAction::BrowsersEnded(browsers::ended(&before, running)));
            }
        },
    );
    html! {
        <ContextProvider<BrowserDesk> context={BrowserDesk { desk, link, toasts }}>{ props.children.clone() }</ContextProvider<BrowserDesk>>
    }
}

#[hook]
pub fn use_browser_desk() -> BrowserDesk {
    use_context().expect("BUG: the root provides the desk")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hard_end_is_told() {
        let check = |rung: Option<&str>, words: &str| {
            let closed = ClosedBrowser {
                rung: rung.map(str::to_owned),
            };
            assert_eq!(closed_words(&"anna".parse().unwrap(), &closed), words);
        };
        check(Some("closed"), "`anna` closed");
        check(Some("killed"), "`anna` closed; its browser was killed");
        check(None, "`anna` was not open");
    }
}
