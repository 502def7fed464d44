//! Drover's side of `cargo xtask bench queue`: it is started with `serve SETUP` and answers orders, one JSON line each.
//! What it measures is the queue that Drover uses, over the file that Drover writes.

mod check;
mod desk;
mod drain;
mod due;
mod enqueue;
mod exclusive;
mod line;
// What the drivers of all suites have in common.
#[path = "../../../drover-runner/benches/browser/orders.rs"]
mod orders;
mod pickup;
mod poisson;
mod processor;
#[path = "../../../drover-runner/benches/browser/series.rs"]
mod series;
mod soak;
mod workers;

use serde_json::Value;

use crate::desk::{Class, Setup};
use crate::series::Series;

/// What a measurement gives, or in words why it has none.
pub(crate) type Done<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Done<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", file] => {
            let setup = Setup::read(file)?;
            tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()?
                .block_on(orders::serve(async |order| obey(&setup, order).await))
        }
        _ => orders::say("this is started by `cargo xtask bench queue`"),
    }
}

async fn obey(setup: &Setup, order: &Value) -> Done<Vec<Series>> {
    let number = |name: &str| order[name].as_u64().unwrap_or(1);
    let size = |name: &str| usize::try_from(number(name));
    let class: Class = order["durability"].as_str().unwrap_or("D2").parse()?;
    match order["order"].as_str().unwrap_or_default() {
        "enqueue" => {
            let (callers, bulk) = (size("callers")?, size("bulk")?);
            enqueue::enqueue(setup, class, size("count")?, callers, bulk).await
        }
        "drain" => drain::drain(setup, class, size("count")?, size("concurrency")?).await,
        "pickup" => {
            let rate = order["rate"].as_f64();
            pickup::pickup(setup, class, rate, number("seconds")).await
        }
        "due" => due::due(setup, size("count")?, size("future")?, number("seconds")).await,
        "exclusive" => exclusive::exclusive(setup, size("count")?, size("keys")?).await,
        "line" => line::line(setup, size("ahead")?, size("behind")?).await,
        "soak" => soak::soak(setup, number("rate"), number("seconds"), number("idle")).await,
        other => Err(format!("no order `{other}`").into()),
    }
}
