//! Drover's side of `cargo xtask bench run`: it is started with `serve SETUP` and answers orders, one JSON line each.
//! With `write BYTES LINE` it is the program whose output is kept, with `life FOLDER` a Drover that will be killed.

mod deaths;
mod flood;
mod kept;
mod life;
// What the drivers of both suites have in common.
#[path = "../../../drover-runner/benches/browser/orders.rs"]
mod orders;
mod output;
mod rooms;
mod runs;
#[path = "../../../drover-runner/benches/browser/series.rs"]
mod series;
mod spawns;
mod trees;

use serde_json::Value;

use crate::rooms::{Rooms, Setup};
use crate::series::Series;

/// What a measurement gives, or in words why it has none.
pub(crate) type Done<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Done<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", file] => tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(serve(Setup::read(file)?)),
        ["life", folder] => tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(life::life(folder.as_ref())),
        ["write", bytes, line] => flood::write(bytes.parse()?, line.parse()?),
        _ => orders::say("this is started by `cargo xtask bench run`"),
    }
}

async fn serve(setup: Setup) -> Done<()> {
    let mut rooms = None;
    let served = orders::serve(async |order| obey(&setup, &mut rooms, order).await).await;
    if let Some(rooms) = rooms {
        rooms.close().await;
    }
    served
}

async fn obey(setup: &Setup, rooms: &mut Option<Rooms>, order: &Value) -> Done<Vec<Series>> {
    let number = |name: &str| order[name].as_u64().unwrap_or(1);
    let size = |name: &str| usize::try_from(number(name));
    let what = order["order"].as_str().unwrap_or_default();
    if ["runs", "trees"].contains(&what) && rooms.is_none() {
        *rooms = Some(Rooms::open(setup).await?);
    }
    match (what, rooms) {
        ("spawns", _) => spawns::spawns(size("count")?, size("at_once")?),
        ("runs", Some(rooms)) => runs::runs(rooms, size("count")?).await,
        ("trees", Some(rooms)) => trees::trees(rooms, size("count")?).await,
        ("deaths", _) => deaths::deaths(setup, size("count")?).await,
        ("redirect", _) => output::redirect(setup, number("bytes"), number("line")),
        ("output", _) => {
            output::output(setup, number("bytes"), number("line"), size("secrets")?).await
        }
        (other, _) => Err(format!("no order `{other}`").into()),
    }
}
