//! What is found at start: nothing, a clean end, damage, a newer Drover, a closed folder.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use rusqlite::{Connection, OpenFlags, config::DbConfig};
use rusqlite_migration::{M, Migrations};

use super::{store, write};
use crate::{
    Error, FolderLock, Store, backup,
    open::{self, FILE},
    schema,
    schema::NEWEST,
    testing::{at, profile},
};

fn raw(folder: &Path) -> Connection {
    Connection::open_with_flags(folder.join(FILE), OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap()
}

fn bytes(folder: &Path, endings: &[&str]) -> Vec<Vec<u8>> {
    let read = |ending| fs::read(folder.join(format!("{FILE}{ending}"))).unwrap();
    endings.iter().map(read).collect()
}

#[tokio::test]
async fn a_clean_end_is_told_from_an_unclean_one() {
    let folder = tempfile::tempdir().unwrap();
    let first = Store::open(folder.path(), at(0)).unwrap();
    assert!(first.was_clean, "a new database has no past");
    write(&first.store, |writing| {
        writing.insert_profile(&profile(1, "anna"))
    })
    .await
    .unwrap();
    let mut events = first.store.events();
    first.store.close().await;
    assert!(matches!(
        write(&first.store, |_| Ok(())).await,
        Err(Error::Closed)
    ));
    assert!(matches!(
        first.store.read(|reading| reading.seq()).await,
        Err(Error::Closed)
    ));
    assert!(events.recv().await.is_err(), "the stream ends");
    assert!(
        !folder.path().join("drover.db-wal").exists(),
        "one file is left"
    );

    let second = open::open(folder.path(), at(1), &schema::migrations(), schema::NEWEST).unwrap();
    assert!(second.was_clean);
    drop(second);
    let third = Store::open(folder.path(), at(2)).unwrap();
    assert!(!third.was_clean, "the second owner did not close it");
    let anna = third
        .store
        .read(|reading| reading.find_profile("anna"))
        .await
        .unwrap();
    assert_eq!(anna, Some(profile(1, "anna")));
}

#[test]
fn folder_and_files_are_private() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep/data");
    let lock = FolderLock::take(&data).unwrap();
    let opened = Store::open(&data, at(0)).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for file in ["drover.db", "drover.db-wal", "drover.db-shm", "drover.lock"] {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
    drop((opened, lock));
}

#[test]
fn the_connection_is_as_durable_as_promised() {
    let folder = tempfile::tempdir().unwrap();
    let ready = open::open(folder.path(), at(0), &schema::migrations(), schema::NEWEST).unwrap();
    let number = |name| {
        ready
            .conn
            .pragma_query_value(None, name, |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!(number("synchronous"), 2, "FULL");
    assert_eq!(number("foreign_keys"), 1);
    assert_eq!(number("trusted_schema"), 0);
    assert_eq!(number("application_id"), i64::from(schema::APPLICATION_ID));
    assert!(
        ready
            .conn
            .db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE)
            .unwrap()
    );
}

#[tokio::test]
async fn a_newer_database_is_refused_and_untouched() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path(), 1).await.close().await;
    let conn = raw(folder.path());
    conn.pragma_update(None, "user_version", 99).unwrap();
    conn.close().unwrap();
    let before = bytes(folder.path(), &[""]);
    let refused = Store::open(folder.path(), at(1)).map(drop);
    assert!(
        matches!(
            refused,
            Err(Error::NewerSchema {
                found: 99,
                known: schema::NEWEST
            })
        ),
        "{refused:?}"
    );
    assert_eq!(bytes(folder.path(), &[""]), before);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing was put beside it"
    );
}

#[tokio::test]
async fn a_newer_format_that_is_still_in_the_log_is_refused_too() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path(), 1).await.close().await;
    let conn = raw(folder.path());
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    conn.close().unwrap();
    let before = bytes(folder.path(), &["", "-wal"]);
    let refused = Store::open(folder.path(), at(1)).map(drop);
    assert!(
        matches!(refused, Err(Error::NewerSchema { found: 99, .. })),
        "{refused:?}"
    );
    assert_eq!(bytes(folder.path(), &["", "-wal"]), before);
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let conn = Connection::open_with_flags(folder.path().join(FILE), flags).unwrap();
    conn.execute_batch("PRAGMA application_id = 7; CREATE TABLE theirs (x)")
        .unwrap();
    conn.close().unwrap();
    let before = bytes(folder.path(), &[""]);
    let refused = Store::open(folder.path(), at(1)).map(drop);
    assert!(
        matches!(refused, Err(Error::NotDrover { .. })),
        "{refused:?}"
    );
    assert_eq!(bytes(folder.path(), &[""]), before);
}

/// Damages the file, and expects it to be kept, and nothing to be opened in its place.
async fn check_damage(damage: impl FnOnce(&mut Vec<u8>)) {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path(), 20).await.close().await;
    let backup_of = {
        // Reopened and left without a clean end, so that the file is checked.
        let ready =
            open::open(folder.path(), at(1), &schema::migrations(), schema::NEWEST).unwrap();
        backup::take(&ready.conn, folder.path(), "test", at(1)).unwrap()
    };
    let file = folder.path().join(FILE);
    let mut content = fs::read(&file).unwrap();
    damage(&mut content);
    fs::write(&file, &content).unwrap();
    for _ in 0..2 {
        let refused = Store::open(folder.path(), at(2)).map(drop);
        let Err(Error::Corrupt { kept_at }) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(fs::read(kept_at).unwrap(), content, "kept as it was");
        assert!(!file.exists(), "never silently empty");
    }
    backup::restore(folder.path(), &backup_of).unwrap();
    let opened = Store::open(folder.path(), at(3)).unwrap();
    let found = opened
        .store
        .read(|reading| reading.find_profile("p20"))
        .await
        .unwrap();
    assert_eq!(
        found,
        Some(profile(20, "p20")),
        "the backup has what it had"
    );
}

#[tokio::test]
async fn a_damaged_header_is_kept_aside() {
    check_damage(|content| content[..16].fill(0)).await;
}

#[tokio::test]
async fn a_damaged_page_is_kept_aside() {
    check_damage(|content| content[4_096 * 2..4_096 * 12].fill(0xa5)).await;
}

#[tokio::test]
async fn a_cut_file_is_kept_aside() {
    check_damage(|content| content.truncate(4_096 * 5 + 100)).await;
}

#[tokio::test]
async fn starting_with_nothing_is_a_choice() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), "no database at all, and longer than a header would have to be, by a few words and then some").unwrap();
    assert!(matches!(
        Store::open(folder.path(), at(0)),
        Err(Error::Corrupt { .. })
    ));
    Store::open_empty(folder.path(), at(0))
        .unwrap()
        .store
        .close()
        .await;
    assert!(Store::open(folder.path(), at(1)).unwrap().was_clean);
}

#[tokio::test]
async fn an_older_database_is_copied_before_it_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path(), 3).await.close().await;
    let mut steps = crate::schema::steps();
    steps.push(M::up("ALTER TABLE profile ADD COLUMN later TEXT").foreign_key_check());
    let newer = NEWEST + 1;
    let migrations = Migrations::new(steps.clone());
    let ready = open::open(folder.path(), at(1), &migrations, newer).unwrap();
    let rows: i64 = ready
        .conn
        .query_row("SELECT count(later IS NULL) FROM profile", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(rows, 3, "the rows are there in the new format");
    drop(ready);
    let copies = backup::list(folder.path()).unwrap();
    let copy = Connection::open_with_flags(&copies[0], OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let version: u32 = copy
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(
        (copies.len(), version),
        (1, NEWEST),
        "the copy has the old format"
    );

    steps.push(M::up("THIS IS NO SQL"));
    let failed = open::open(folder.path(), at(2), &Migrations::new(steps), newer + 1).map(drop);
    assert!(matches!(failed, Err(Error::Migration { .. })), "{failed:?}");
    let version: u32 = raw(folder.path())
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, newer, "a migration that fails changes nothing");
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let path = folder.path();
    let refused = crate::testing::without_override(|| Store::open(path, at(0)).map(drop));
    assert!(
        matches!(refused, Err(Error::FolderNotWritable { .. })),
        "{refused:?}"
    );
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
}
