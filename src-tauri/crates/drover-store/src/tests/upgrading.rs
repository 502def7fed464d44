//! Databases of an older Drover, with rows in them.

use crate::schema;

#[test]
fn runs_that_waited_before_there_were_gates_have_none() {
    let mut conn = rusqlite::Connection::open_in_memory().unwrap();
    let steps = schema::steps();
    let before = steps
        .iter()
        .position(|step| format!("{step:?}").contains("ADD COLUMN gate"))
        .unwrap();
    schema::migrations().to_version(&mut conn, before).unwrap();
    conn.execute_batch(
        "INSERT INTO task (id, name, name_key, version, created_ms) VALUES ('t', 'T', 't', 1, 0);
         INSERT INTO task_version (task_id, version, spec, saved_ms) VALUES ('t', 1, '{}', 0);
         INSERT INTO run (id, task_id, task_version, kind, state, queued_ms, not_before_ms, lane)
             VALUES ('a', 't', 1, 'command', 'queued', 0, 0, 'task:t'), ('b', 't', 1, 'command', 'queued', 0, 0, 'task:t');
         UPDATE run SET behind = 'a' WHERE id = 'b';",
    )
    .unwrap();
    schema::migrations().to_latest(&mut conn).unwrap();
    let kept: (u32, u32) = conn
        .query_row(
            "SELECT count(*), count(gate) FROM run WHERE id = 'a' OR behind = 'a'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(kept, (2, 0), "any end will do, as before");
}
