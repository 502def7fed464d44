//! The migrations, oldest first. A released file is never edited.

use rusqlite_migration::{M, Migrations};

/// The files, whose hashes are pinned by a test.
const FILES: [&str; NEWEST as usize] = [
    include_str!("../migrations/0001_init.sql"),
    include_str!("../migrations/0002_overrides.sql"),
    include_str!("../migrations/0003_profile.sql"),
    include_str!("../migrations/0004_queue.sql"),
    include_str!("../migrations/0005_proxies.sql"),
    include_str!("../migrations/0006_pools.sql"),
    include_str!("../migrations/0007_schedules.sql"),
    include_str!("../migrations/0008_waiting.sql"),
    include_str!("../migrations/0009_statistics.sql"),
    include_str!("../migrations/0010_pauses.sql"),
    include_str!("../migrations/0011_logins.sql"),
    include_str!("../migrations/0012_profile_sets.sql"),
    include_str!("../migrations/0013_live_runs.sql"),
    include_str!("../migrations/0014_gates.sql"),
];

/// How many migrations this Drover knows: the newest `user_version`.
pub(crate) const NEWEST: u32 = 14;

/// `DRVR`: marks the file as Drover's (<https://www.sqlite.org/pragma.html#pragma_application_id>).
pub(crate) const APPLICATION_ID: i32 = 0x4452_5652;

/// Every migration, each in a transaction of its own with a check of foreign keys.
pub(crate) fn migrations() -> Migrations<'static> {
    Migrations::new(steps())
}

/// The same, one by one.
pub(crate) fn steps() -> Vec<M<'static>> {
    FILES
        .into_iter()
        .map(|sql| M::up(sql).foreign_key_check())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a: short, and the same for ever.
    fn hash(text: &str) -> u64 {
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    #[test]
    fn migrations_are_valid_and_counted() {
        migrations().validate().unwrap();
        let mut memory = rusqlite::Connection::open_in_memory().unwrap();
        migrations().to_latest(&mut memory).unwrap();
        let version: u32 = memory
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap();
        assert_eq!(version, NEWEST);
    }

    #[test]
    fn what_was_released_is_never_edited() {
        assert_eq!(
            FILES.map(hash),
            [
                7_244_142_318_753_490_272,
                7_701_128_709_082_502_991,
                2_204_406_598_560_549_889,
                3_522_561_295_001_062_076,
                8_186_808_078_487_806_055,
                16_394_203_575_018_045_186,
                7_954_426_552_384_939_591,
                5_092_407_881_313_721_016,
                13_942_071_666_645_062_197,
                11_626_724_709_288_044_515,
                11_158_396_283_128_214_610,
                7_856_954_541_319_654_664,
                1_299_419_679_917_448_341,
                7_111_436_936_282_890_377
            ],
            "add a migration instead of editing one"
        );
    }
}
