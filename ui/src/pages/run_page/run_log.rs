//! Fills the log: what the file has first, then the stream, and what the stream left out at the end.

use std::cell::Cell;
use std::rc::Rc;

use drover_model::request::ReadLog;
use drover_model::{CommandError, RunBatch, RunId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::log_filter::RunFeed;
use crate::api;
use crate::bridge::{Guard, Link};
use crate::hooks::use_link;
use crate::log::Line;

/// Lines of one page of the file.
const PAGE: u32 = 5_000;

/// The log of a run, and why it cannot be read. `live` is `None` until the run was loaded; while it is `Some(true)`
/// news arrive at `onnews`.
#[hook]
pub(super) fn use_run_log(
    run: RunId,
    live: Option<bool>,
    onnews: Callback<RunBatch>,
) -> (RunFeed, Option<CommandError>) {
    let link = use_link();
    let feed = use_memo(run, |_| RunFeed::default());
    let problem = use_state_eq(|| None::<CommandError>);
    let stream = use_mut_ref(Guard::idle);
    {
        let (feed, problem) = (feed.clone(), problem.setter());
        use_effect_with((run, live), move |(run, live)| {
            let here = Rc::new(Cell::new(true));
            if let Some(live) = *live {
                let (run, here) = (*run, here.clone());
                spawn_local(async move {
                    problem.set(read_file(&link, run, &feed, &here).await.err());
                    // An ended run is complete now; the stream of a live one goes on from here.
                    if here.get() {
                        let next = if live {
                            follow(&link, run, &feed, onnews)
                        } else {
                            Guard::idle()
                        };
                        drop(stream.replace(next));
                    }
                });
            }
            move || here.set(false)
        });
    }
    ((*feed).clone(), (*problem).clone())
}

async fn read_file(
    link: &Link,
    run: RunId,
    feed: &RunFeed,
    here: &Cell<bool>,
) -> Result<(), CommandError> {
    loop {
        let from_seq = feed.next_seq();
        let page = api::read_log(
            link,
            ReadLog {
                run,
                from_seq,
                limit: PAGE,
            },
        )
        .await?;
        if !here.get() {
            return Ok(());
        }
        feed.append(page.lines.into_iter().map(Line::from).collect());
        // A page without progress would be asked for without end.
        if !page.more || feed.next_seq() <= from_seq {
            return Ok(());
        }
    }
}

fn follow(link: &Link, run: RunId, feed: &RunFeed, onnews: Callback<RunBatch>) -> Guard {
    let from = feed.next_seq();
    let feed = feed.clone();
    let on_batch = Callback::from(move |mut batch: RunBatch| {
        let gap = batch.gap.take().map(|(from, to)| Line::gap(from, to));
        let mut lines: Vec<Line> = std::mem::take(&mut batch.lines)
            .into_iter()
            .map(Line::from)
            .chain(gap)
            .collect();
        lines.sort_by_key(|line| line.seq);
        feed.append(lines);
        onnews.emit(batch);
    });
    api::watch_run(link, run, from, on_batch)
}
