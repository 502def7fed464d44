//! The log of a run: follows the end until the reader scrolls, finds, and draws from its own ring.

use std::rc::Rc;

use web_sys::HtmlElement;
use yew::prelude::*;

use super::{Button, Checkbox, IconButton, Input};
use crate::keymap::Action;
use crate::log::{LogFeed, Painter, View};
use crate::{
    bridge::dom,
    format,
    hooks::{use_action, use_row_heights},
};

#[derive(PartialEq, Properties)]
pub struct LogViewProps {
    pub feed: LogFeed,
    /// Said while there is no line yet.
    #[prop_or_else(|| AttrValue::from("No output yet."))]
    pub empty: AttrValue,
}

#[component]
pub fn LogView(props: &LogViewProps) -> Html {
    let (view, space, lines) = (use_node_ref(), use_node_ref(), use_node_ref());
    let painter = use_mut_ref(|| None::<Rc<Painter>>);
    let shown = use_state_eq(|| View {
        following: true,
        empty: true,
        ..View::default()
    });
    let needle = use_state_eq(String::new);
    let times = use_state_eq(|| true);
    let row = use_row_heights().log;

    {
        let (view, space, lines) = (view.clone(), space.clone(), lines.clone());
        let (painter, shown) = (painter.clone(), shown.setter());
        use_effect_with((props.feed.clone(), row), move |(feed, row)| {
            let nodes = (
                view.cast::<HtmlElement>(),
                space.cast::<HtmlElement>(),
                lines.cast::<HtmlElement>(),
            );
            let mut watching = None;
            if let (Some(view), Some(space), Some(lines)) = nodes {
                let report = Callback::from(move |view: View| shown.set(view));
                let element = view.clone();
                let made =
                    Painter::new((view, space, lines), feed.clone(), f64::from(*row), report);
                let again = Rc::downgrade(&made);
                let schedule = move || {
                    again
                        .upgrade()
                        .iter()
                        .for_each(|painter| painter.schedule());
                };
                watching = Some(dom::on_resize(&element, schedule));
                *painter.borrow_mut() = Some(made);
            }
            move || drop((watching, painter.borrow_mut().take()))
        });
    }
    {
        let painter = painter.clone();
        use_effect_with((needle.clone(), times.clone()), move |(needle, times)| {
            if let Some(painter) = painter.borrow().as_ref() {
                painter.search(needle);
                painter.show_times(**times);
            }
        });
    }

    let with = |act: fn(&Painter)| {
        let painter = painter.clone();
        move || {
            if let Some(painter) = painter.borrow().as_ref() {
                act(painter);
            }
        }
    };
    let onscroll = {
        let scrolled = with(Painter::scrolled);
        Callback::from(move |_: Event| scrolled())
    };
    let onfollow = {
        let follow = with(|painter| painter.follow(true));
        Callback::from(move |_: MouseEvent| follow())
    };
    let toggle = {
        let (on, off) = (
            with(|painter| painter.follow(true)),
            with(|painter| painter.follow(false)),
        );
        let following = shown.following;
        Callback::from(move |()| if following { off() } else { on() })
    };
    use_action(Action::Follow, Some(toggle.clone()));
    let ontoggle = toggle.reform(|_: MouseEvent| ());
    let onstep = {
        let (next, back) = (
            with(|painter| painter.step(false)),
            with(|painter| painter.step(true)),
        );
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                event.prevent_default();
                if event.shift_key() { back() } else { next() }
            }
        })
    };
    let onnext = {
        let next = with(|painter| painter.step(false));
        Callback::from(move |_: MouseEvent| next())
    };
    let onback = {
        let back = with(|painter| painter.step(true));
        Callback::from(move |_: MouseEvent| back())
    };
    let oncopy = use_callback(props.feed.clone(), |_: MouseEvent, feed| {
        dom::copy(&feed.read(crate::log::as_text));
    });
    let oninput = use_callback(needle.setter(), |text: String, needle| needle.set(text));
    let ontimes = use_callback(times.setter(), |on: bool, times| times.set(on));
    let found = shown.found.map_or(String::new(), |(at, of)| {
        if of == 0 {
            "no match".to_owned()
        } else {
            format!("{at} of {}", format::count(of as u64))
        }
    });

    html! {
        <section class="log" aria-label="Log" data-testid="log">
            <div class="log__bar" role="toolbar" aria-label="Log tools">
                <span class="log__find" onkeydown={onstep} data-find="log">
                    <Input id="log-find" aria_label="Find in the log" placeholder="Find in the log" kind="search"
                        value={(*needle).clone()} {oninput} testid="log-find" />
                </span>
                if shown.found.is_some() {
                    <span class="log__found" role="status">{ found }</span>
                    <IconButton icon="arrow-up" label="Previous match" keys="Shift Enter" small={true} onclick={onback} />
                    <IconButton icon="arrow-down" label="Next match" keys="Enter" small={true} onclick={onnext} />
                }
                <span class="log__gap" />
                <Checkbox label="Times" checked={*times} onchange={ontimes} />
                <IconButton icon="arrow-down" label="Follow the end" keys="f" pressed={Some(shown.following)} onclick={ontoggle} testid="log-follow" />
                <IconButton icon="copy" label="Copy the log" onclick={oncopy} />
            </div>
            <div class="log__view" ref={view} {onscroll} role="log" aria-live="off" aria-label="Output" tabindex="0" data-testid="log-lines">
                <div class="log__space" ref={space}><div class="log__lines" ref={lines} /></div>
                if shown.empty { <p class="log__empty">{ &props.empty }</p> }
            </div>
            if !shown.following && shown.unseen > 0 {
                <div class="log__pill">
                    <Button label={format::plural(shown.unseen, "new line")} icon="arrow-down" small={true} onclick={onfollow} testid="log-pill" />
                </div>
            }
        </section>
    }
}
