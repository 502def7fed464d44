//! One connection: lines in, answers and batches out.

use std::{collections::HashMap, sync::Arc};

use drover_model::{Code, CommandError};
use serde::de::DeserializeOwned;
use serde_json::{Value, value::RawValue};
use tokio::{
    io::{AsyncRead, AsyncWrite, BufReader},
    sync::Semaphore,
    task::JoinSet,
};

use crate::{
    Answers, Watch,
    call_failed::{malformed_body, malformed_line, no_stream},
    lines::{LONGEST_LINE, Read, read_line},
    outbox::{Outbox, outbox},
    wire::{Ask, Greeting, NO_ID, Said, UNWATCH_RUN, UnwatchRun, WATCH_RUN, WatchRun},
};

/// Calls of one connection that are answered at the same time; the next line is read when
/// one of them is done.
const MOST_CALLS: usize = 16;

/// Streams of one connection at the same time.
const MOST_WATCHES: usize = 128;

/// Answers one peer until it hangs up or stops reading. Its watches end with it.
pub(crate) async fn talk(
    stream: impl AsyncRead + AsyncWrite + Send + 'static,
    answers: impl Answers,
) {
    let (input, output) = tokio::io::split(stream);
    let (outbox, outgoing) = outbox();
    let writer = outgoing.write_to(output);
    let reader = listen(BufReader::new(input), answers, outbox);
    tokio::pin!(writer, reader);
    tokio::select! {
        // The peer hung up; what was asked before is still answered.
        () = &mut reader => {
            writer.await.ok(); // nobody may be there to read it
        }
        written = &mut writer => {
            if let Err(error) = written {
                tracing::warn!(%error, "closed a connection whose peer does not read");
            }
        }
    }
}

/// Tells a peer that there is no room for it.
pub(crate) async fn refuse(stream: impl AsyncRead + AsyncWrite + Send + 'static) {
    let (_input, output) = tokio::io::split(stream);
    let (outbox, outgoing) = outbox();
    let error = CommandError::new(Code::InUse, "too many programs are connected to Drover")
        .hint("close some of them, then try again");
    outbox.send(&Said::answer(NO_ID, Err(error))).await;
    drop(outbox);
    outgoing.write_to(output).await.ok(); // it is refused in either case
}

async fn listen(
    mut input: impl tokio::io::AsyncBufRead + Unpin,
    answers: impl Answers,
    out: Outbox,
) {
    out.send(&Greeting::own()).await;
    let mut line = Vec::new();
    let mut calls = JoinSet::new();
    let mut watches = HashMap::new();
    let places = Arc::new(Semaphore::new(MOST_CALLS));
    loop {
        match read_line(&mut input, &mut line).await {
            Ok(Read::Line) => {}
            Ok(Read::TooLong) => {
                let error = CommandError::new(
                    Code::Invalid,
                    format!("the line is longer than {LONGEST_LINE} bytes"),
                );
                out.send(&Said::answer(NO_ID, Err(error))).await;
                break;
            }
            Ok(Read::End) | Err(_) => break,
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let ask: Ask = match serde_json::from_slice(&line) {
            Ok(ask) => ask,
            Err(error) => {
                out.send(&Said::answer(NO_ID, Err(malformed_line(&error))))
                    .await;
                continue;
            }
        };
        match ask.call.as_str() {
            WATCH_RUN => watch(&answers, &mut watches, &ask, &out).await,
            UNWATCH_RUN => {
                let result = body(&ask).map(|UnwatchRun { watch }| {
                    watches.remove(&watch);
                    Value::Null
                });
                out.send(&Said::answer(ask.id, result)).await;
            }
            _ => {
                let place = Arc::clone(&places).acquire_owned().await;
                let (answers, out) = (answers.clone(), out.clone());
                calls.spawn(async move {
                    let result = match body(&ask) {
                        Ok(body) => answers.call(&ask.call, body).await,
                        Err(error) => Err(error),
                    };
                    out.send(&Said::answer(ask.id, result)).await;
                    drop(place);
                });
                while calls.try_join_next().is_some() {}
            }
        }
    }
    drop(watches);
    // What was asked is done, also when nobody waits for the answer any more.
    while calls.join_next().await.is_some() {}
    out.finish().await;
}

/// Opens a stream under the id of its call. It has no answer but its batches, or an error.
async fn watch(answers: &impl Answers, watches: &mut HashMap<u64, Watch>, ask: &Ask, out: &Outbox) {
    let id = ask.id;
    let opened = async {
        if watches.contains_key(&id) {
            return Err(no_stream(format!("a stream with the id {id} is open")));
        }
        if watches.len() >= MOST_WATCHES {
            return Err(no_stream(format!(
                "a connection can have {MOST_WATCHES} streams at once"
            )));
        }
        let WatchRun { run, from_seq } = body(ask)?;
        let to = out.clone();
        let on_batch = Box::new(move |batch| to.offer(id, batch));
        answers.watch_run(run, from_seq, on_batch).await
    };
    match opened.await {
        Ok(watch) => {
            watches.insert(id, watch);
        }
        Err(error) => out.send(&Said::answer(id, Err(error))).await,
    }
}

fn body<T: DeserializeOwned>(ask: &Ask) -> Result<T, CommandError> {
    let text = ask.body.as_deref().map_or("{}", RawValue::get);
    serde_json::from_str(text).map_err(|error| malformed_body(&ask.call, &error))
}
