//! Drover's side of `cargo xtask bench browser`: it is started with `serve SETUP` and answers orders, one JSON line each.

mod aged;
mod cancels;
mod cycles;
mod launches;
mod monitor;
mod orders;
mod place;
mod processes;
mod scripts;
mod series;
mod setup;
mod talk;
mod tasks;
mod throughput;
mod timed;
mod wire;

use serde_json::Value;

use crate::place::Place;
use crate::series::Series;
use crate::setup::Setup;

/// What a measurement gives, or in words why it has none.
pub(crate) type Done<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Done<()> {
    let mut words = std::env::args().skip(1);
    if words.next().as_deref() != Some("serve") {
        return orders::say("this is started by `cargo xtask bench browser`");
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
    let served = orders::serve(async |order| obey(&mut place, order).await).await;
    place.close().await;
    served
}

async fn obey(place: &mut Place, order: &Value) -> Done<Vec<Series>> {
    let number = |name: &str| order[name].as_u64().unwrap_or(1);
    let text = |name: &str| order[name].as_str().unwrap_or_default();
    match text("order") {
        "arguments" => {
            let mut series = Series::new("", "words", Vec::new());
            series.words = launches::arguments(place).await?;
            Ok(vec![series])
        }
        "cold" => cycles::cold(place, number("count")).await,
        "warm" => cycles::warm(place, text("work"), number("count")).await,
        "rest" => {
            place.close().await;
            Ok(Vec::new())
        }
        "library" => cycles::library(place, text("temperature"), number("count")).await,
        "launch" => launches::launch(place, text("profile"), text("name"), number("count")).await,
        "age" => aged::age(place, number("megabytes")).await,
        "script" => scripts::script(place, order).await,
        "talk" => talk::talk(place, number("count")).await,
        "pictures" => talk::pictures(place, number("count")).await,
        "many" => throughput::many(place, number("profiles"), number("count")).await,
        "monitor" => monitor::monitor(place, number("browsers"), number("count")).await,
        "cancel" => cancels::cancel(place, order["forced"] == true, number("count")).await,
        "tasks" => tasks::tasks(place, number("count")).await,
        other => Err(format!("no order `{other}`").into()),
    }
}
