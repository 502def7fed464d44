//! Writes the visible lines of a log into recycled elements, at most once a frame. Text goes into text nodes only.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement};
use yew::Callback;

use super::{Find, Line, LogFeed, Ring, pieces};
use crate::bridge::dom;
use crate::format::clock_ms;

/// Lines drawn beyond each edge of the view, so that a scroll shows no gap.
const OVERSCAN: usize = 8;

/// What the bar above the log shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The end is kept in sight.
    pub following: bool,
    /// Lines that came since the reader scrolled up.
    pub unseen: u64,
    /// Current match and number of matches, while something is searched.
    pub found: Option<(usize, usize)>,
    pub empty: bool,
}

pub struct Painter {
    view: HtmlElement,
    space: HtmlElement,
    lines: HtmlElement,
    feed: LogFeed,
    row: f64,
    times: Cell<bool>,
    following: Cell<bool>,
    seen: Cell<u64>,
    scheduled: Cell<bool>,
    find: RefCell<Find>,
    shown: Cell<View>,
    on_view: Callback<View>,
    me: Weak<Self>,
}

impl Drop for Painter {
    fn drop(&mut self) {
        self.feed.on_change(None);
    }
}

impl Painter {
    /// `view` scrolls, `space` is as high as all lines together, `lines` holds the visible ones.
    pub fn new(
        (view, space, lines): (HtmlElement, HtmlElement, HtmlElement),
        feed: LogFeed,
        row: f64,
        on_view: Callback<View>,
    ) -> Rc<Self> {
        let painter = Rc::new_cyclic(|me| Self {
            view,
            space,
            lines,
            feed,
            row,
            times: Cell::new(true),
            following: Cell::new(true),
            seen: Cell::new(0),
            scheduled: Cell::new(false),
            find: RefCell::default(),
            shown: Cell::default(),
            on_view,
            me: me.clone(),
        });
        let me = painter.me.clone();
        painter.feed.on_change(Some(Rc::new(move || {
            if let Some(painter) = me.upgrade() {
                painter.schedule();
            }
        })));
        painter.schedule();
        painter
    }

    /// Paints in the next frame, once, however often it is asked.
    pub fn schedule(&self) {
        if self.scheduled.replace(true) {
            return;
        }
        let me = self.me.clone();
        let frame = Closure::once_into_js(move || {
            if let Some(painter) = me.upgrade() {
                painter.scheduled.set(false);
                painter.paint();
            }
        });
        dom::window()
            .request_animation_frame(frame.unchecked_ref())
            .ok(); // it fails only without a window
    }

    /// The reader scrolled: away from the end stops following, back to the end starts it again.
    pub fn scrolled(&self) {
        let rest = f64::from(self.view.scroll_height())
            - f64::from(self.view.scroll_top())
            - f64::from(self.view.client_height());
        self.following.set(rest < self.row * 1.5);
        self.schedule();
    }

    pub fn follow(&self, on: bool) {
        self.following.set(on);
        self.schedule();
    }

    pub fn show_times(&self, on: bool) {
        self.times.set(on);
        self.schedule();
    }

    pub fn search(&self, needle: &str) {
        self.find.borrow_mut().set(needle);
        self.schedule();
    }

    /// Brings the next match into the middle of the view.
    pub fn step(&self, back: bool) {
        let hit = self.find.borrow_mut().step(back);
        let place = hit.and_then(|seq| {
            self.feed
                .read(|ring| ring.iter().position(|line| line.seq == seq))
        });
        if let Some(place) = place {
            self.following.set(false);
            #[expect(
                clippy::cast_precision_loss,
                reason = "a ring holds far fewer lines than an f64 can count"
            )]
            let middle = place as f64 * self.row - f64::from(self.view.client_height()) / 2.0;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "scroll positions are whole pixels within i32"
            )]
            self.view.set_scroll_top(middle.max(0.0) as i32);
        }
        self.schedule();
    }

    fn paint(&self) {
        let feed = self.feed.clone();
        feed.read(|ring| {
            self.find.borrow_mut().read(ring);
            self.stretch(ring.len());
            if self.following.get() {
                self.view.set_scroll_top(self.view.scroll_height());
                self.seen.set(ring.total());
            }
            self.draw(ring);
            self.report(ring);
        });
    }

    fn stretch(&self, count: usize) {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a ring holds far fewer lines than an f64 can count"
        )]
        let height = format!("{}px", count as f64 * self.row);
        self.space.style().set_property("height", &height).ok(); // a fixed, valid property
    }

    fn draw(&self, ring: &Ring) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "both are non-negative and small"
        )]
        let (first, fit) = (
            (f64::from(self.view.scroll_top()).max(0.0) / self.row) as usize,
            (f64::from(self.view.client_height()) / self.row) as usize,
        );
        let first = first.saturating_sub(OVERSCAN);
        let last = (first + fit + 2 * OVERSCAN).min(ring.len());
        #[expect(
            clippy::cast_precision_loss,
            reason = "a ring holds far fewer lines than an f64 can count"
        )]
        let shift = format!("translateY({}px)", first as f64 * self.row);
        self.lines.style().set_property("transform", &shift).ok(); // a fixed, valid property
        let find = self.find.borrow();
        let mut slot = self.lines.first_element_child();
        for line in (first..last).filter_map(|index| ring.get(index)) {
            let element = if let Some(element) = slot.take() {
                slot = element.next_element_sibling();
                element
            } else {
                let Some(element) = child(&self.lines, "div", "") else {
                    return;
                };
                element
            };
            fill(&element, line, self.times.get(), &find);
        }
        while let Some(element) = slot.take() {
            slot = element.next_element_sibling();
            element.remove();
        }
    }

    fn report(&self, ring: &Ring) {
        let view = View {
            following: self.following.get(),
            unseen: ring.total().saturating_sub(self.seen.get()),
            found: self.find.borrow().summary(),
            empty: ring.is_empty(),
        };
        if self.shown.replace(view) != view {
            self.on_view.emit(view);
        }
    }
}

fn fill(element: &Element, line: &Line, times: bool, find: &Find) {
    element.set_text_content(None);
    let mut class = String::from("log__line");
    if find.current() == Some(line.seq) {
        class.push_str(" log__line--now");
    } else if find.matches(line.seq) {
        class.push_str(" log__line--found");
    }
    element.set_class_name(&format!("{class} {}", line.source.class()));
    if times {
        let time = line.t_ms.map(clock_ms).unwrap_or_default();
        text(element, "log__time", &time);
        text(element, "log__source", line.source.label());
    }
    for piece in pieces(&line.text) {
        let mut class = String::from("log__text");
        if let Some(color) = piece.color {
            class.push_str(" ansi-");
            class.push_str(&color.to_string());
        }
        if piece.bold {
            class.push_str(" ansi-bold");
        }
        if piece.dim {
            class.push_str(" ansi-dim");
        }
        text(element, &class, &piece.text);
    }
}

fn text(parent: &Element, class: &str, words: &str) {
    if let Some(span) = child(parent, "span", class) {
        span.set_text_content(Some(words));
    }
}

fn child(parent: &Element, tag: &str, class: &str) -> Option<Element> {
    let element = dom::document().create_element(tag).ok()?;
    element.set_class_name(class);
    parent.append_child(&element).ok()?;
    Some(element)
}
