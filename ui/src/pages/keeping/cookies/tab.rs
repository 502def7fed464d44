//! The section itself. Nothing is read before the person asks, because reading may start the browser.

use std::rc::Rc;

use drover_model::Profile;
use drover_model::request::{CookieImport, ListCookies, UndoCookies};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::domains::domains;
use super::export::ExportCookiesDialog;
use super::import::ImportCookiesDialog;
use crate::api;
use crate::components::{Button, ButtonTone, EmptyState};
use crate::format::plural;
use crate::hooks::{use_job, use_link, use_toasts};
use crate::pages::keeping::refusal::{refusal, working};
use crate::pages::profiles::Finder;
use crate::state::keeping::{BookAction, CookieBook, import_line, undone_line};

/// What lies over the section.
#[derive(Clone, Copy, PartialEq)]
enum Layer {
    None,
    Import,
    Export,
}

#[derive(PartialEq, Properties)]
pub(in crate::pages) struct CookiesTabProps {
    pub profile: Rc<Profile>,
}

#[component]
pub(in crate::pages) fn CookiesTab(props: &CookiesTabProps) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let book = use_reducer_eq(CookieBook::default);
    let job = use_job();
    let layer = use_state_eq(|| Layer::None);
    let profile = props.profile.id.to_string();

    let onread = use_callback(
        (link.clone(), job.clone(), book.dispatcher(), profile),
        |(): (), (link, job, book, profile)| {
            let (link, book) = (link.clone(), book.clone());
            let request = ListCookies {
                profile: profile.clone(),
            };
            job.run(
                async move { api::list_cookies(&link, request).await },
                move |list| book.dispatch(BookAction::Read(Rc::new(list))),
            );
        },
    );
    let was_read = book.list().is_some();
    // After a change the counts on screen are read again; unread ones stay unread.
    let onchanged = use_callback((onread.clone(), was_read), |(): (), (read, was_read)| {
        if *was_read {
            read.emit(());
        }
    });
    let onundo = use_callback(
        (link, toasts.clone(), onchanged.clone()),
        |undo: u64, (link, toasts, changed)| {
            let (link, toasts, changed) = (link.clone(), toasts.clone(), changed.clone());
            spawn_local(async move {
                match api::undo_cookies(&link, UndoCookies { undo }).await {
                    Ok(undone) => {
                        toasts.done(undone_line(undone));
                        changed.emit(());
                    }
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    // The toast comes when the report is left: before, it would lie under the dialog and run out unread.
    let onimported = use_callback(
        (toasts, onundo.clone()),
        |import: Rc<CookieImport>, (toasts, undo)| match import.undo {
            Some(id) => toasts.undoable(import_line(&import), undo.reform(move |()| id)),
            None => toasts.info(import_line(&import)),
        },
    );
    let open = |which: Layer| {
        let layer = layer.setter();
        Callback::from(move |_: MouseEvent| layer.set(which))
    };
    let onclose = use_callback(layer.setter(), |(): (), layer| layer.set(Layer::None));
    let onfilter = use_callback(book.dispatcher(), |text: String, book| {
        book.dispatch(BookAction::Filter(text));
    });
    let ontoggle = use_callback(book.dispatcher(), |domain: String, book| {
        book.dispatch(BookAction::Toggle(domain));
    });
    let read = onread.reform(|_: MouseEvent| ());
    let more = html! {
        <>
            <Button label="Import…" icon="import" onclick={open(Layer::Import)} testid="cookies-import" />
            <Button label="Export…" icon="upload" onclick={open(Layer::Export)} testid="cookies-export" />
        </>
    };
    html! {
        <div class="stack keep">
            if let Some(error) = job.refusal() { { refusal("The cookies were not read", error, &onread) } }
            if let Some(list) = book.list() {
                <div class="row row--wrap">
                    <Finder id="cookie-filter" label="Filter cookies" placeholder="Domain or name of a cookie" value={book.filter.clone()} oninput={onfilter} testid="cookie-filter" />
                    <span class="second tabular" data-testid="cookie-total">
                        { format!("{} in {}", plural(list.cookies.len() as u64, "cookie"), plural(list.domains.len() as u64, "domain")) }
                    </span>
                    <span class="grow" />
                    <Button label="Read again" icon="refresh-cw" busy={job.is_busy()} onclick={read} testid="cookies-read-again" />
                    { more }
                </div>
                { domains(&book, &ontoggle) }
            } else if job.is_busy() {
                { working("Asking the browser for its cookies. Without one that runs, it is started without a window.") }
            } else {
                <EmptyState icon="cookie" title="The cookies are not read yet" testid="cookies-unread"
                    text="Only the browser can read them. When it does not run, Drover starts it without a window and keeps it ready for a while. Values are never shown.">
                    <Button label="Read cookies" icon="eye" tone={ButtonTone::Primary} onclick={read} testid="cookies-read" />
                    { more }
                </EmptyState>
            }
            { match *layer {
                Layer::None => Html::default(),
                Layer::Import => html! { <ImportCookiesDialog profile={props.profile.clone()} {onimported} {onundo} {onchanged} {onclose} /> },
                Layer::Export => html! { <ExportCookiesDialog profile={props.profile.clone()} {onclose} /> },
            } }
        </div>
    }
}
