//! The few things that are asked of the page itself. Outside the browser (host tests) nothing here may be called.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, Storage, Window};
use yew::NodeRef;

pub fn window() -> Window {
    web_sys::window().expect("BUG: the UI runs in a window")
}

pub fn document() -> Document {
    window().document().expect("BUG: a window has a document")
}

/// The element that has the focus, to give it back later.
pub fn focused() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

pub fn focus(node: &NodeRef) {
    if let Some(element) = node.cast::<HtmlElement>() {
        element.focus().ok(); // an element that left the page cannot take it
    }
}

pub fn focus_id(id: &str) {
    if let Some(element) = document()
        .get_element_by_id(id)
        .and_then(|found| found.dyn_into::<HtmlElement>().ok())
    {
        element.focus().ok(); // an element that left the page cannot take it
    }
}

/// Scrolls so far up that the beginning of it is seen.
pub fn to_top(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.scroll_into_view();
    }
}

/// Focuses the child element at this place.
pub fn focus_child(node: &NodeRef, index: usize) {
    let child = node
        .cast::<Element>()
        .and_then(|element| {
            element
                .children()
                .item(u32::try_from(index).unwrap_or(u32::MAX))
        })
        .and_then(|child| child.dyn_into::<HtmlElement>().ok());
    if let Some(child) = child {
        child.focus().ok(); // an element that left the page cannot take it
    }
}

/// Focuses the first element below `node` that matches.
pub fn focus_first(node: &NodeRef, selector: &str) -> bool {
    let found = node
        .cast::<Element>()
        .and_then(|element| element.query_selector(selector).ok().flatten())
        .and_then(|found| found.dyn_into::<HtmlElement>().ok());
    found.is_some_and(|element| element.focus().is_ok())
}

/// Gives the focus to what has this test id when nothing has it any more, and answers whether it is there now.
pub fn focus_stray(testid: &str) -> bool {
    let has =
        |element: &HtmlElement| element.get_attribute("data-testid").as_deref() == Some(testid);
    if let Some(element) = focused().filter(|element| element.tag_name() != "BODY") {
        return has(&element);
    }
    let found = document().query_selector(&format!("[data-testid=\"{testid}\"]"));
    let found = found.ok().flatten().and_then(|row| row.dyn_into().ok());
    found.is_some_and(|row: HtmlElement| row.focus().is_ok())
}

/// Focuses the first field that is marked as wrong, in the dialog when there is one.
pub fn focus_invalid() {
    for selector in [
        "dialog[open] [aria-invalid=true]",
        "main [aria-invalid=true]",
    ] {
        let field = document()
            .query_selector(selector)
            .ok()
            .flatten()
            .and_then(|field| field.dyn_into::<HtmlElement>().ok());
        if field.is_some_and(|field| field.focus().is_ok()) {
            return;
        }
    }
}

/// Whether keys typed now belong to a text field.
pub fn typing() -> bool {
    document().active_element().is_some_and(|element| {
        let tag = element.tag_name();
        let kind = element.get_attribute("type").unwrap_or_default();
        let boxlike = matches!(kind.as_str(), "checkbox" | "radio" | "button");
        (tag == "INPUT" && !boxlike) || tag == "TEXTAREA" || tag == "SELECT"
    })
}

/// Whether a modal dialog lies over the page.
pub fn dialog_open() -> bool {
    document()
        .query_selector("dialog[open]")
        .ok()
        .flatten()
        .is_some()
}

/// Sets `data-<name>` on the root element, where the style sheets read theme, density and motion.
pub fn set_root_data(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        root.set_attribute(&format!("data-{name}"), value).ok(); // the names are ours and valid
    }
}

pub fn set_title(title: &str) {
    document().set_title(title);
}

/// The page's own storage, for what the operator would not miss: widths, the last theme before settings are loaded.
pub fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// One value of the query in the address, such as `scene` in `?scene=empty`.
pub fn query(name: &str) -> Option<String> {
    let search = window().location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&search)
        .ok()?
        .get(name)
}

/// The language of the system as its tag, such as `de-AT`; empty when the webview names none.
pub fn language() -> String {
    window().navigator().language().unwrap_or_default()
}

/// Puts text on the clipboard; a refusal is not worth a message, the text stays selectable.
pub fn copy(text: &str) {
    drop(window().navigator().clipboard().write_text(text)); // the promise settles by itself
}

/// A number that is new on each call, for ids of elements and requests of this window.
pub fn fresh() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Calls back whenever the element's size has changed, until the guard is dropped.
pub fn on_resize(element: &Element, changed: impl Fn() + 'static) -> super::Guard {
    let closure = wasm_bindgen::closure::Closure::<dyn Fn()>::new(changed);
    let observer = web_sys::ResizeObserver::new(closure.as_ref().unchecked_ref());
    if let Ok(observer) = &observer {
        observer.observe(element);
    }
    super::Guard::new(move || {
        if let Ok(observer) = observer {
            observer.disconnect();
        }
        drop(closure);
    })
}

/// Calls back now and whenever the element comes into view or leaves it, until the guard is dropped.
pub fn on_in_view(element: &Element, changed: impl Fn(bool) + 'static) -> super::Guard {
    let told = move |entries: js_sys::Array| {
        let newest = entries
            .pop()
            .dyn_into::<web_sys::IntersectionObserverEntry>();
        if let Ok(entry) = newest {
            changed(entry.is_intersecting());
        }
    };
    let closure = wasm_bindgen::closure::Closure::<dyn Fn(js_sys::Array)>::new(told);
    let observer = web_sys::IntersectionObserver::new(closure.as_ref().unchecked_ref());
    if let Ok(observer) = &observer {
        observer.observe(element);
    }
    super::Guard::new(move || {
        if let Ok(observer) = observer {
            observer.disconnect();
        }
        drop(closure);
    })
}

/// Calls back whenever the window is shown or hidden, until the guard is dropped.
pub fn on_visibility(changed: impl Fn(bool) + 'static) -> super::Guard {
    let listener = gloo_events::EventListener::new(&document(), "visibilitychange", move |_| {
        changed(!document().hidden());
    });
    super::Guard::new(move || drop(listener))
}

/// Whether the system asks for less motion.
pub fn less_motion() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// An address in this page for bytes of this type. It keeps them in memory until it is taken back.
pub fn blob_url(bytes: &[u8], mime: &str) -> String {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(mime);
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options);
    blob.and_then(|blob| web_sys::Url::create_object_url_with_blob(&blob))
        .unwrap_or_default()
}

/// Takes an address back when the guard is dropped.
pub fn revoke_later(url: String) -> super::Guard {
    super::Guard::new(move || web_sys::Url::revoke_object_url(&url).unwrap_or_default())
}
