//! Orders come in and answers go out, one JSON line each.

use std::io::{BufRead as _, Write as _};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::Done;
use crate::series::Series;

/// Obeys until the orders end. One order is given at a time.
pub(crate) async fn serve(mut obey: impl AsyncFnMut(&Value) -> Done<Vec<Series>>) -> Done<()> {
    let mut orders = orders();
    while let Some(line) = orders.recv().await {
        let order: Value = serde_json::from_str(&line)?;
        let done = tokio::select! {
            done = obey(&order) => done,
            // Nobody waits for the answer any more: what was started is ended with what is dropped here.
            _ = orders.recv() => break,
        };
        let answer = match done {
            Ok(series) => json!({ "series": series.iter().map(Series::json).collect::<Vec<_>>() }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        say(&answer.to_string())?;
    }
    Ok(())
}

/// The lines of standard input, read by a thread of their own.
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

/// The protocol's side of standard output; everything else goes to standard error.
pub(crate) fn say(line: &str) -> Done<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}
