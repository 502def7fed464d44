//! Asks the engine for what one screen needs, again when the question or the facts change. The latest question wins.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use drover_model::{Fact, Request};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{use_facts, use_link};
use crate::bridge::Link;
use crate::events::Batch;
use crate::state::Remote;

/// The least time between two answers, in milliseconds, so that a storm of facts is one load.
const BREATH: u32 = 100;

/// What was answered, and a way to ask again.
pub struct Query<T> {
    pub remote: Remote<T>,
    pub onreload: Callback<()>,
}

impl<T> Query<T> {
    pub fn data(&self) -> Option<&Rc<T>> {
        self.remote.data()
    }
}

struct Asker<R: Request> {
    link: Link,
    question: RefCell<R>,
    /// Grows with each new question; answers to older ones are dropped.
    number: Cell<u32>,
    asked: Cell<bool>,
    busy: Cell<bool>,
    gone: Cell<bool>,
    answered: Callback<Remote<R::Reply>>,
}

impl<R: Request + Clone> Asker<R> {
    /// Asks soon, once, however often it is called.
    fn ask(self: &Rc<Self>, pause: u32) {
        self.asked.set(true);
        if self.busy.replace(true) {
            return;
        }
        let me = self.clone();
        spawn_local(async move {
            while me.asked.get() && !me.gone.get() {
                TimeoutFuture::new(pause).await;
                me.asked.set(false);
                let (number, question) = (me.number.get(), me.question.borrow().clone());
                let answer = me.link.call(&question).await;
                if number == me.number.get() && !me.gone.get() {
                    me.answered
                        .emit(answer.map_or_else(Remote::Failed, Remote::ready));
                }
                TimeoutFuture::new(BREATH).await;
            }
            me.busy.set(false);
        });
    }
}

/// Asks `question`, again `pause` milliseconds after it changed and when `stale_by` says so of a fact.
/// What was answered before stays until the next answer is here.
#[hook]
pub fn use_query<R>(question: R, pause: u32, stale_by: fn(&R, &Fact) -> bool) -> Query<R::Reply>
where
    R: Request + Clone + PartialEq,
{
    let link = use_link();
    let remote = use_state_eq(|| Remote::<R::Reply>::Loading);
    let asker = {
        let (question, setter) = (question.clone(), remote.setter());
        use_memo((), move |()| {
            Rc::new(Asker {
                link,
                question: RefCell::new(question),
                number: Cell::new(0),
                asked: Cell::new(false),
                busy: Cell::new(false),
                gone: Cell::new(false),
                answered: Callback::from(move |answer| setter.set(answer)),
            })
        })
    };
    {
        let asker = asker.clone();
        use_effect_with(question, move |question| {
            let first = asker.number.get() == 0;
            asker.number.set(asker.number.get() + 1);
            asker.question.replace(question.clone());
            asker.ask(if first { 0 } else { pause });
        });
    }
    {
        let asker = asker.clone();
        use_effect_with((), move |()| move || asker.gone.set(true));
    }
    let on_batch = {
        let asker = asker.clone();
        use_callback((), move |batch: Batch, ()| {
            let stale = batch.gap
                || batch
                    .events
                    .iter()
                    .any(|event| stale_by(&asker.question.borrow(), &event.fact));
            if stale {
                asker.ask(0);
            }
        })
    };
    use_facts(on_batch);
    let onreload = use_callback((), move |(): (), ()| asker.ask(0));
    Query {
        remote: (*remote).clone(),
        onreload,
    }
}
