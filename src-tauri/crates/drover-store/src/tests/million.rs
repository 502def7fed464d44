//! Ended runs stay in the table of the waiting ones; what is done all the time must not look at them.
#![expect(
    unsafe_code,
    reason = "`SQLite` counts the steps of every statement, but only for those who ask in C"
)]

use drover_model::{Ended, Move, RunId, request::ListRuns};
use rusqlite::{Connection, ffi};

use crate::{
    MoveDetail,
    testing::{Database, at, profile, run, task},
};

/// As many as the tests' patience allows; a statement that looks at all of them is far above any bound here.
const ENDED: u32 = 60_000;
/// Enough for whole pages, so that a page costs the same with more behind it.
const FEW: u32 = 600;

/// Steps of all statements since the last call, and steps from row to row of a whole table among them.
fn steps(conn: &Connection) -> (i64, i64) {
    let (mut all, mut scanned) = (0, 0);
    // SAFETY: the connection lives, nobody else uses it, and its statements are finished or reset.
    unsafe {
        let handle = conn.handle();
        let mut statement = ffi::sqlite3_next_stmt(handle, std::ptr::null_mut());
        while !statement.is_null() {
            let status = |what| i64::from(ffi::sqlite3_stmt_status(statement, what, 1));
            all += status(ffi::SQLITE_STMTSTATUS_VM_STEP);
            scanned += status(ffi::SQLITE_STMTSTATUS_FULLSCAN_STEP);
            statement = ffi::sqlite3_next_stmt(handle, statement);
        }
    }
    (all, scanned)
}

/// What each thing costs that is done again and again, with so many ended runs.
fn costs(ended: u32) -> Vec<(&'static str, i64, i64)> {
    let database = Database::new();
    let mut writing = database.writing();
    writing.insert_task(&task(1, "t")).unwrap();
    for number in 1..=4 {
        let name = format!("p{number}");
        writing.insert_profile(&profile(number, &name)).unwrap();
    }
    // The first is the pattern of all others.
    for number in 1..=16 {
        writing
            .insert_run(&run(number, Some(1 + number % 4)))
            .unwrap();
    }
    let pattern = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
        INSERT INTO run (id, task_id, task_version, kind, profile_id, state, queued_ms, not_before_ms,
            finished_ms, lane, ready_ms, files_removed_ms)
        SELECT printf('%026d', 1000000 + i), task_id, 1, kind, profile_id, 'failed', i, i, i, lane, i, i
        FROM n, run WHERE run.id = (SELECT min(id) FROM run)";
    let made = writing.conn().execute(pattern, [ended]).unwrap();
    assert_eq!(made, ended as usize);
    writing.conn().flush_prepared_statement_cache();
    steps(writing.conn());

    let mut costs = Vec::new();
    let mut measure = |what, conn: &Connection| {
        let (all, scanned) = steps(conn);
        conn.flush_prepared_statement_cache();
        costs.push((what, all, scanned));
    };
    let (now, id) = (at(1_000), RunId::from_bits(4));
    writing.insert_run(&run(99, Some(2))).unwrap();
    measure("enqueue", writing.conn());
    writing.has_ticked(now).unwrap();
    measure("has ticked", writing.conn());
    writing.tick(now).unwrap();
    measure("tick", writing.conn());
    assert!(!writing.claimable(now, 9).unwrap().is_empty());
    measure("claimable", writing.conn());
    writing.claim(id, now, "m").unwrap().unwrap();
    measure("claim", writing.conn());
    let detail = || MoveDetail::at(now);
    writing.advance(id, 1, Move::Run, detail()).unwrap();
    measure("advance", writing.conn());
    let ended = Ended::Failed;
    writing
        .advance(id, 1, Move::End { ended }, detail())
        .unwrap();
    measure("end", writing.conn());
    writing.expire(now).unwrap();
    measure("expire", writing.conn());
    writing.next_due(now).unwrap();
    measure("next due", writing.conn());
    writing.next_expiry().unwrap();
    measure("next expiry", writing.conn());
    assert_eq!(writing.live_runs().unwrap().len(), 0);
    measure("live runs", writing.conn());
    writing.summary(now).unwrap();
    measure("summary", writing.conn());
    writing.queue(now, 100).unwrap();
    measure("queue", writing.conn());
    writing.why(RunId::from_bits(8), now).unwrap();
    measure("why", writing.conn());
    let first = writing.runs(&ListRuns::default()).unwrap();
    assert_eq!(first.rows.len(), 200);
    measure("first page", writing.conn());
    let second = ListRuns {
        cursor: first.next,
        ..ListRuns::default()
    };
    assert_eq!(writing.runs(&second).unwrap().rows.len(), 200);
    measure("second page", writing.conn());
    let asking = ListRuns {
        needs_you: true,
        ..ListRuns::default()
    };
    writing.runs(&asking).unwrap();
    measure("who needs somebody", writing.conn());
    writing.events_since(5, 100).unwrap();
    measure("events", writing.conn());
    costs
}

#[test]
fn ended_runs_cost_nothing_of_what_is_done_all_the_time() {
    let (few, many) = (costs(FEW), costs(ENDED));
    let mut wrong = Vec::new();
    for ((what, before, _), (_, after, scanned)) in few.into_iter().zip(many) {
        if after > before + before / 4 + 50 || scanned > 5_000 {
            wrong.push(format!(
                "{what}: {before} steps, then {after}, {scanned} of a scan"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
