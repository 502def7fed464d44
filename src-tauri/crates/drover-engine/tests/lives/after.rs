//! What a life leaves: its database, looked at as a copy, and processes.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::life::data;

/// What must hold in the database whenever a life ends, each a question and its only right answer.
const HOLDS: [(&str, &str); 9] = [
    ("SELECT integrity_check FROM pragma_integrity_check", "ok"),
    ("SELECT count(*) FROM pragma_foreign_key_check", "0"),
    // Nothing is held for a run that does not need it any more.
    (
        "SELECT count(*) FROM hold AS h LEFT JOIN run AS r ON r.id = h.run_id
         WHERE r.id IS NULL OR r.state NOT IN ('starting', 'running', 'parked', 'stopping')",
        "0",
    ),
    // Whoever runs has all that he needs.
    (
        "SELECT count(*) FROM run AS r JOIN need AS n ON n.run_id = r.id
         JOIN resource AS s ON s.id = n.resource_id AND s.capacity IS NOT NULL
         LEFT JOIN hold AS h ON h.run_id = r.id AND h.resource_id = n.resource_id
         WHERE r.state IN ('starting', 'running', 'parked', 'stopping') AND h.run_id IS NULL",
        "0",
    ),
    (
        "SELECT count(*) FROM (SELECT 1 FROM run WHERE profile_id IS NOT NULL
         AND state IN ('starting', 'running', 'parked', 'stopping') GROUP BY profile_id HAVING count(*) > 1)",
        "0",
    ),
    // A run that has ended has no open attempt, and one that goes on has one.
    (
        "SELECT count(*) FROM attempt AS a JOIN run AS r ON r.id = a.run_id
         WHERE a.ended_ms IS NULL AND (r.finished_ms IS NOT NULL OR r.attempt <> a.attempt)",
        "0",
    ),
    // A fan-out is complete, or none of it has begun.
    (
        "SELECT count(*) FROM batch AS b
         WHERE b.sealed = 1 AND b.total <> (SELECT count(*) FROM run AS r WHERE r.batch_id = b.id)",
        "0",
    ),
    (
        "SELECT count(*) FROM batch AS b JOIN run AS r ON r.batch_id = b.id WHERE b.sealed = 0 AND r.state <> 'queued'",
        "0",
    ),
    // Whole or not at all: the run, its plan, its newest event.
    (
        "SELECT count(*) FROM run AS r LEFT JOIN run_plan AS p ON p.run_id = r.id
         LEFT JOIN event AS e ON e.seq = r.seq AND e.run_id = r.id
         WHERE p.run_id IS NULL OR e.seq IS NULL",
        "0",
    ),
];

/// Looks at a copy, so that the next life finds the files as they were left.
pub(crate) fn database_is_sound(folder: &Path) {
    let copy = tempfile::tempdir().unwrap();
    for name in ["drover.db", "drover.db-wal"] {
        let from = data(folder).join(name);
        if from.exists() {
            std::fs::copy(from, copy.path().join(name)).unwrap();
        }
    }
    let file = copy.path().join("drover.db");
    let is_new = std::fs::metadata(&file).map_or(true, |file| file.len() == 0);
    let log = copy.path().join("drover.db-wal");
    if is_new && !log.exists() {
        return; // it was killed before it had one
    }
    let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    let version: u32 = conn
        .query_row("SELECT user_version FROM pragma_user_version", [], |row| {
            row.get(0)
        })
        .unwrap();
    for (question, right) in HOLDS {
        let needs_tables = !question.contains("pragma_");
        if version == 0 && needs_tables {
            continue; // killed while the tables were made
        }
        let answer = conn.query_row(&format!("SELECT CAST(({question}) AS TEXT)"), [], |row| {
            row.get::<_, String>(0)
        });
        assert_eq!(answer.unwrap(), right, "{question}");
    }
}

/// Living processes that somebody started who is not one of these processes, by the markers they carry.
pub(crate) fn left_over(folder: &Path, living: &[u32]) -> Vec<String> {
    let data = data(folder);
    let own = data.to_str().unwrap();
    environments()
        .filter(|(_, environment)| environment.contains(own))
        .filter_map(|(pid, environment)| {
            let marker = environment
                .split('\0')
                .find_map(|variable| variable.strip_prefix("DROVER_MARKER="))?;
            let (_, start) = marker.rsplit_once('#')?;
            let starter: u32 = start.split('-').next()?.parse().ok()?;
            (!living.contains(&starter)).then(|| format!("{pid} {marker}"))
        })
        .collect()
}

fn environments() -> impl Iterator<Item = (u32, String)> {
    let pids = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    pids.filter_map(|pid| {
        let bytes = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
        Some((pid, String::from_utf8_lossy(&bytes).into_owned()))
    })
}
