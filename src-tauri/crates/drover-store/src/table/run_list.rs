//! The run list: filters and pages, newest first.

use drover_model::request::{ListRuns, RunList};
use rusqlite::{ToSql, params_from_iter};

use super::run::{SELECT, from_row};
use crate::{
    Result, Snapshot,
    column::{Count, Ms, Text, folded},
};

/// Rows of a page whose size was not said.
const PAGE: u32 = 200;

impl Snapshot<'_> {
    /// The runs that match, newest first. A name of a task or profile also finds those in the
    /// trash, because history is asked for.
    pub fn runs(&self, wanted: &ListRuns) -> Result<RunList> {
        let mut conditions: Vec<String> = Vec::new();
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        if !wanted.states.is_empty() {
            // The words are constants of the model, so that partial indexes can be used.
            let states: Vec<_> = wanted
                .states
                .iter()
                .map(|state| format!("'{}'", state.key()))
                .collect();
            conditions.push(format!("r.state IN ({})", states.join(", ")));
        }
        for (text, column, table) in [
            (&wanted.task, "task_id", "task"),
            (&wanted.profile, "profile_id", "profile"),
        ] {
            if let Some(text) = text {
                conditions.push(format!(
                    "r.{column} IN (SELECT x.id FROM {table} AS x WHERE x.id = ? OR x.name_key = ?)"
                ));
                values.extend([
                    Box::new(text.trim().to_uppercase()) as Box<dyn ToSql>,
                    Box::new(folded(text)),
                ]);
            }
        }
        if wanted.needs_you {
            // Two indexes, each of which holds few rows, and not one look at every run.
            conditions.push(
                "r.id IN (SELECT id FROM run WHERE state = 'parked' UNION ALL SELECT id FROM run WHERE asks = 1)"
                    .to_owned(),
            );
        }
        if let Some(schedule) = wanted.schedule {
            conditions.push("r.schedule_id = ?".to_owned());
            values.push(Box::new(Text(schedule)));
        }
        if let Some(batch) = wanted.batch {
            conditions.push("r.batch_id = ?".to_owned());
            values.push(Box::new(Text(batch)));
        }
        if let Some(look) = wanted.missed {
            conditions.push("r.look = ?".to_owned());
            values.push(Box::new(Count(look)));
        }
        if let Some(since) = wanted.since {
            conditions.push("r.queued_ms >= ?".to_owned());
            values.push(Box::new(Ms(since)));
        }
        // Without any condition `SQLite` counts pages instead of looking at each run.
        let matching = match conditions.as_slice() {
            [] => String::new(),
            all => format!(" WHERE {}", all.join(" AND ")),
        };
        let total = self.one(
            "count runs",
            &format!("SELECT count(*) FROM run AS r{matching}"),
            params_from_iter(&values),
            |row| row.get(0),
        )?;
        let older = if let Some(cursor) = wanted.cursor {
            values.push(Box::new(Text(cursor)));
            if conditions.is_empty() {
                " WHERE r.id < ?"
            } else {
                " AND r.id < ?"
            }
        } else {
            ""
        };
        let limit = if wanted.limit == 0 {
            PAGE
        } else {
            wanted.limit
        };
        // One more than wanted tells whether there is a next page.
        values.push(Box::new(i64::from(limit) + 1));
        let mut rows = self.all(
            "read runs",
            &format!("{SELECT}{matching}{older} ORDER BY r.id DESC LIMIT ?"),
            params_from_iter(&values),
            from_row,
        )?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        Ok(RunList {
            next: rows.last().filter(|_| more).map(|row| row.id),
            rows,
            total,
            seq: self.seq()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{RunId, RunState};

    use super::*;
    use crate::testing::{Database, at, profile, run, task};

    fn check(wanted: &ListRuns, expected: &[u128], total: u32, next: Option<u128>) {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        writing.insert_profile(&profile(1, "anna")).unwrap();
        for number in 1..=6 {
            let mut new = run(number, (number % 2 == 0).then_some(1));
            new.origin.look = (number == 3).then_some(7);
            writing.insert_run(&new).unwrap();
        }
        writing
            .claim(RunId::from_bits(2), at(9), "m")
            .unwrap()
            .unwrap();
        let list = writing.runs(wanted).unwrap();
        let ids: Vec<_> = list.rows.iter().map(|row| row.id).collect();
        let expected: Vec<_> = expected.iter().copied().map(RunId::from_bits).collect();
        assert_eq!(ids, expected, "{wanted:?}");
        assert_eq!((list.total, list.next), (total, next.map(RunId::from_bits)));
        assert_eq!(list.seq, writing.seq().unwrap());
    }

    #[test]
    fn lists_are_filtered_and_paged() {
        let all = ListRuns::default;
        check(&all(), &[6, 5, 4, 3, 2, 1], 6, None);
        check(&ListRuns { limit: 2, ..all() }, &[6, 5], 6, Some(5));
        check(
            &ListRuns {
                limit: 4,
                cursor: Some(RunId::from_bits(5)),
                ..all()
            },
            &[4, 3, 2, 1],
            6,
            None,
        );
        check(
            &ListRuns {
                profile: Some("Anna".to_owned()),
                ..all()
            },
            &[6, 4, 2],
            3,
            None,
        );
        check(
            &ListRuns {
                task: Some("nothing".to_owned()),
                ..all()
            },
            &[],
            0,
            None,
        );
        check(
            &ListRuns {
                task: Some("T".to_owned()),
                since: Some(at(5)),
                ..all()
            },
            &[6, 5],
            2,
            None,
        );
        check(
            &ListRuns {
                missed: Some(7),
                ..all()
            },
            &[3],
            1,
            None,
        );
        let held = vec![RunState::Starting, RunState::Running];
        check(
            &ListRuns {
                states: held,
                ..all()
            },
            &[2],
            1,
            None,
        );
    }
}
