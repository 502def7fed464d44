//! A peer of `cargo xtask bench queue`: apalis over SQLite. Orders come in and answers go out, one JSON line each.
//!
//! A job is done when its row says so. Every connection gets the level of its class; as shipped, the library's own
//! set-up turns flushes off on the one connection that it happens to get, and the others keep SQLite's default.

use std::error::Error;
use std::io::BufRead as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use apalis::prelude::*;
use apalis_sqlite::{Config, SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteStorage};
use serde_json::{Value, json};

type Done<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Numbers of the jobs that ran.
type Seen = Arc<Mutex<Vec<usize>>>;

const QUEUE: &str = "bench";
/// How often the worker asks for jobs, and how often it is looked whether the last one is marked.
const LOOK: Duration = Duration::from_millis(1);
/// A drain that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(600);

#[tokio::main]
async fn main() -> Done<()> {
    let file = std::env::args().nth(1).ok_or("name the setup's file")?;
    let setup: Value = serde_json::from_slice(&std::fs::read(file)?)?;
    let folder = setup["folder"].as_str().ok_or("the setup has no folder")?;
    for line in std::io::stdin().lock().lines() {
        let answer = match answer(Path::new(folder), &serde_json::from_str(&line?)?).await {
            Ok(series) => json!({ "series": series }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        println!("{answer}");
    }
    Ok(())
}

async fn answer(folder: &Path, order: &Value) -> Done<Value> {
    let number = |name: &str| {
        let number = order[name].as_u64().ok_or(format!("no `{name}`"))?;
        Ok::<_, Box<dyn Error + Send + Sync>>(usize::try_from(number)?)
    };
    let place = tempfile::tempdir_in(folder)?;
    let class = order["durability"].as_str().unwrap_or_default();
    let pool = open(&place.path().join("apalis.db"), class).await?;
    let count = number("count")?;
    let series = match order["order"].as_str().unwrap_or_default() {
        "enqueue" => enqueue(&pool, count, number("callers")?, number("bulk")?).await?,
        "drain" => drain(&pool, count, number("concurrency")?).await?,
        other => return Err(format!("no order `{other}`").into()),
    };
    pool.close().await;
    Ok(series)
}

async fn open(file: &Path, class: &str) -> Done<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true);
    let (level, code) = match class {
        "D1" => ("NORMAL", 1),
        "D2" => ("FULL", 2),
        "shipped" => {
            let pool = SqlitePool::connect_with(options).await?;
            SqliteStorage::setup(&pool).await?;
            return Ok(pool);
        }
        other => return Err(format!("it has no {other}").into()),
    };
    // Made on a connection that is not used any more, because making it changes the level of that one.
    let first = SqlitePool::connect_with(options.clone()).await?;
    SqliteStorage::setup(&first).await?;
    first.close().await;
    let options = options
        .busy_timeout(Duration::from_secs(60))
        .pragma("synchronous", level);
    let pool = SqlitePoolOptions::new().connect_with(options).await?;
    let (found,): (i64,) = sqlx::query_as("PRAGMA synchronous")
        .fetch_one(&pool)
        .await?;
    if found != code {
        return Err(format!("synchronous is {found}").into());
    }
    Ok(pool)
}

fn storage(pool: &SqlitePool, batch: usize) -> SqliteStorage<String> {
    let config = Config::default().queue(QUEUE).batch_size(batch);
    SqliteStorage::new(pool).with_config(config)
}

/// The payload of a job: 200 bytes that begin with its number.
fn payload(number: usize) -> String {
    format!("{number:08}{:x<192}", "")
}

fn number(payload: &str) -> Done<usize> {
    Ok(payload.get(..8).ok_or("a job without a number")?.parse()?)
}

/// Every job once, and none beside them.
fn exactly(mut found: Vec<usize>, count: usize) -> Done<()> {
    found.sort_unstable();
    if found.iter().copied().eq(0..count) {
        return Ok(());
    }
    let all = found.len();
    found.dedup();
    Err(format!("{all} jobs of {} numbers instead of {count}", found.len()).into())
}

async fn enqueue(pool: &SqlitePool, count: usize, callers: usize, bulk: usize) -> Done<Value> {
    let started = Instant::now();
    let all: Vec<_> = (0..callers)
        .map(|caller| {
            let mut storage = storage(pool, 10);
            tokio::spawn(async move {
                let mut answers = Vec::new();
                for first in (caller * bulk..count).step_by(callers * bulk) {
                    let asked = Instant::now();
                    if bulk == 1 {
                        storage.push(payload(first)).await?;
                    } else {
                        let some = (first..count.min(first + bulk)).map(payload);
                        storage.push_bulk(some.collect()).await?;
                    }
                    answers.push(asked.elapsed().as_secs_f64() * 1_000.0);
                }
                Done::Ok(answers)
            })
        })
        .collect();
    let mut answers = Vec::new();
    for one in all {
        answers.extend(one.await??);
    }
    let rate = count as f64 / started.elapsed().as_secs_f64();
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT job FROM Jobs WHERE status = 'Pending'")
        .fetch_all(pool)
        .await?;
    let found = rows
        .iter()
        .map(|(job,)| number(&serde_json::from_slice::<String>(job)?));
    exactly(found.collect::<Done<_>>()?, count)?;
    Ok(json!([
        { "unit": "jobs/s", "samples": [rate] },
        { "variant": ", until an answer", "unit": "ms", "samples": answers },
    ]))
}

async fn work(job: String, seen: Data<Seen>) -> Result<(), BoxDynError> {
    let number = number(&job)?;
    seen.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(number);
    Ok(())
}

async fn marked(pool: &SqlitePool) -> Done<i64> {
    let (done,) = sqlx::query_as("SELECT count(*) FROM Jobs WHERE status = 'Done'")
        .fetch_one(pool)
        .await?;
    Ok(done)
}

async fn drain(pool: &SqlitePool, count: usize, at_once: usize) -> Done<Value> {
    let jobs: Vec<String> = (0..count).map(payload).collect();
    for some in jobs.chunks(1_000) {
        storage(pool, 10).push_bulk(some.to_vec()).await?;
    }
    let seen = Seen::default();
    let started = Instant::now();
    let worker = WorkerBuilder::new("bench")
        .backend(storage(pool, at_once).poll_with_interval(LOOK))
        .data(Arc::clone(&seen))
        .concurrency(at_once)
        .build(work);
    let running = tokio::spawn(worker.run());
    loop {
        let ran = seen.lock().unwrap_or_else(PoisonError::into_inner).len();
        // The rows are counted once every job has run, so that looking does not slow it down.
        if ran >= count && marked(pool).await? == i64::try_from(count)? {
            break;
        }
        if running.is_finished() || started.elapsed() > PATIENCE {
            return Err(format!("the worker ended or hangs after {ran} of {count} jobs").into());
        }
        tokio::time::sleep(LOOK).await;
    }
    let seconds = started.elapsed().as_secs_f64();
    running.abort();
    let found = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    exactly(found, count)?;
    Ok(json!([{ "unit": "jobs/s", "samples": [count as f64 / seconds] }]))
}
