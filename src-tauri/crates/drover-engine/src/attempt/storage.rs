//! What waits for a disk that is full or fails: the end of a run, and what it brought.

use std::time::Duration;

use drover_store::Health;

use crate::engine::Rooms;

/// The pause between two tries to write on a disk that fails.
const BREATH: Duration = Duration::from_secs(1);

/// How long quitting waits for a disk that fails.
const LAST_CHANCE: Duration = Duration::from_secs(5);

/// Waits until the database can be written again, as after a full disk. `false` when it does
/// not return, and Drover quits.
pub(super) async fn returns(rooms: &Rooms) -> bool {
    let (mut health, mut capacity) = (rooms.store.health(), rooms.capacity.subscribe());
    let returned = async {
        // The health may come back for a small order and go again with this one.
        tokio::time::sleep(BREATH).await;
        health
            .wait_for(|health| *health == Health::Ok)
            .await
            .is_ok()
    };
    let quits = async {
        // An error says that nobody is left who could free the disk.
        capacity.wait_for(|capacity| capacity.draining).await.ok();
        tokio::time::sleep(LAST_CHANCE).await;
    };
    tokio::select! {
        well = returned => well,
        () = quits => false,
    }
}
