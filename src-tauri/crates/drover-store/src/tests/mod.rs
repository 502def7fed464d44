//! The store as a whole, over real files and its real threads.

mod claiming;
mod durability;
#[cfg(target_os = "linux")]
mod failing;
mod grouping;
mod million;
#[cfg(unix)]
mod opening;
#[cfg(target_os = "linux")]
mod power;
mod upgrading;

use drover_model::Caller;

use crate::{
    Result, Store, Writing,
    testing::{at, profile, task},
};

/// A store with task 1 and profiles 1 to `profiles`.
async fn store(folder: &std::path::Path, profiles: u128) -> Store {
    let store = Store::open(folder, at(0)).unwrap().store;
    write(&store, move |writing| {
        writing.insert_task(&task(1, "t"))?;
        (1..=profiles)
            .try_for_each(|number| writing.insert_profile(&profile(number, &format!("p{number}"))))
    })
    .await
    .unwrap();
    store
}

async fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnOnce(&mut Writing<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    store.write(at(0), Caller::Drover, work).await
}
