//! Drover's side of `cargo xtask bench browser`: it is started with `serve SETUP` and answers orders, one JSON line each.

mod aged;
mod cancels;
mod cycles;
mod launches;
mod monitor;
mod place;
mod processes;
mod series;
mod setup;
mod talk;
mod tasks;
mod throughput;
mod wire;

use std::io::{BufRead as _, Write as _};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::place::Place;
use crate::series::Series;
use crate::setup::Setup;

/// What a measurement gives, or in words why it has none.
pub(crate) type Done<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Done<()> {
    let mut words = std::env::args().skip(1);
    if words.next().as_deref() != Some("serve") {
        return say("this is started by `cargo xtask bench browser`");
    }
    let file = words.next().ok_or("name the file of the setup")?;
    let setup = Setup::read(&file)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(setup))
}

async fn serve(setup: Setup) -> Done<()> {
    let mut place = Place::new(setup)?;
    let mut orders = orders();
    while let Some(line) = orders.recv().await {
        let order: Value = serde_json::from_str(&line)?;
        let done = tokio::select! {
            done = obey(&mut place, &order) => done,
            // Nobody waits for the answer any more: what was started is ended with what is dropped here.
            _ = orders.recv() => break,
        };
        let answer = match done {
            Ok(series) => json!({ "series": series.iter().map(Series::json).collect::<Vec<_>>() }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        say(&answer.to_string())?;
    }
    place.close().await;
    Ok(())
}

/// The lines of standard input, read by a thread of their own. One order is given at a time.
fn orders() -> mpsc::Receiver<String> {
    let (sender, orders) = mpsc::channel(1);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    orders
}

async fn obey(place: &mut Place, order: &Value) -> Done<Vec<Series>> {
    let number = |name: &str| order[name].as_u64().unwrap_or(1);
    let text = |name: &str| order[name].as_str().unwrap_or_default();
    match text("order") {
        "arguments" => Ok(vec![Series::words(launches::arguments(place).await?)]),
        "cold" => cycles::cold(place, number("count")).await,
        "warm" => cycles::warm(place, text("work"), number("count")).await,
        "rest" => {
            place.close().await;
            Ok(Vec::new())
        }
        "library" => cycles::library(place, text("temperature"), number("count")).await,
        "launch" => launches::launch(place, text("profile"), text("name"), number("count")).await,
        "age" => aged::age(place, number("megabytes")).await,
        "talk" => talk::talk(place, number("count")).await,
        "pictures" => talk::pictures(place, number("count")).await,
        "many" => throughput::many(place, number("profiles"), number("count")).await,
        "monitor" => monitor::monitor(place, number("browsers"), number("count")).await,
        "cancel" => cancels::cancel(place, order["forced"] == true, number("count")).await,
        "tasks" => tasks::tasks(place, number("count")).await,
        other => Err(format!("no order `{other}`").into()),
    }
}

/// The protocol's side of standard output; everything else goes to standard error.
fn say(line: &str) -> Done<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}
