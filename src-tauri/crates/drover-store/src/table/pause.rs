//! Table `pause`: what is paused, since when and until when.

use std::collections::BTreeSet;

use drover_model::{Fact, Pause, PauseKey, PauseScope};
use jiff::Timestamp;

use super::login::signed_out;
use crate::{
    Error, Result, Snapshot, Writing,
    column::{Ms, Text, Word, folded},
};

/// Whether the run `r` stands aside because its task, profile or proxy is paused, or its profile is signed out.
pub(super) const STANDS_ASIDE: &str = concat!(
    "(EXISTS (SELECT 1 FROM pause AS p WHERE p.scope = 'task' AND p.id = r.task_id)
    OR EXISTS (SELECT 1 FROM pause AS p WHERE p.scope = 'profile' AND p.id = r.profile_id)
    OR EXISTS (SELECT 1 FROM pause AS p WHERE p.scope = 'proxy' AND p.id = r.proxy_id)
    OR ",
    signed_out!(),
    ")"
);

impl Snapshot<'_> {
    /// Whether the whole queue is paused.
    pub fn paused(&self) -> Result<bool> {
        self.one(
            "read whether the queue is paused",
            "SELECT EXISTS (SELECT 1 FROM pause WHERE scope = 'all')",
            [],
            |row| row.get(0),
        )
    }

    /// Everything that is paused, with today's names.
    pub fn pauses(&self) -> Result<Vec<Pause>> {
        self.pauses_where("1", &"")
    }

    /// What keeps that run from its turn: pauses of everything, and of what it uses.
    pub(super) fn pauses_of(&self, run: drover_model::RunId) -> Result<Vec<Pause>> {
        self.pauses_where(
            "p.scope = 'all' OR EXISTS (SELECT 1 FROM run AS r WHERE r.id = ?1 AND p.id = CASE p.scope
                 WHEN 'task' THEN r.task_id WHEN 'profile' THEN r.profile_id ELSE r.proxy_id END)",
            &Text(run),
        )
    }

    fn pauses_where(&self, condition: &str, value: &dyn rusqlite::ToSql) -> Result<Vec<Pause>> {
        let pauses = self.all(
            "read what is paused",
            &format!(
                "SELECT p.scope, CASE p.scope WHEN 'task' THEN (SELECT name FROM task WHERE id = p.id)
                     WHEN 'profile' THEN (SELECT name FROM profile WHERE id = p.id)
                     WHEN 'proxy' THEN (SELECT name FROM proxy WHERE id = p.id) END AS name,
                     p.since_ms, p.until_ms, p.by, p.note
                 FROM pause AS p WHERE ({condition}) AND ?1 IS NOT NULL ORDER BY p.scope, p.id"
            ),
            [value],
            |row| {
                let name = row.get::<_, Option<Text<_>>>("name")?.map(|name| name.0);
                let what = match (row.get::<_, Word<PauseScope>>("scope")?.0, name) {
                    (PauseScope::All, _) => PauseKey::All,
                    (PauseScope::Task, Some(name)) => PauseKey::Task(name),
                    (PauseScope::Profile, Some(name)) => PauseKey::Profile(name),
                    (PauseScope::Proxy, Some(name)) => PauseKey::Proxy(name),
                    // What it was about is gone, and nothing can wait for it.
                    (_, None) => return Ok(None),
                };
                Ok(Some(Pause {
                    what,
                    since: row.get::<_, Ms>("since_ms")?.0,
                    until: row.get::<_, Option<Ms>>("until_ms")?.map(|at| at.0),
                    by: row.get::<_, Word<_>>("by")?.0,
                    note: row.get("note")?,
                }))
            },
        )?;
        Ok(pauses.into_iter().flatten().collect())
    }

    /// When the next pause ends by itself.
    pub(super) fn next_unpause(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        self.one(
            "look for the end of a pause",
            "SELECT min(until_ms) FROM pause WHERE until_ms IS NOT NULL AND until_ms > ?1",
            [Ms(now)],
            |row| Ok(row.get::<_, Option<Ms>>(0)?.map(|at| at.0)),
        )
    }

    /// The id under which a thing is paused.
    fn paused_id(&self, what: &PauseKey) -> Result<String> {
        let (table, name) = match what {
            PauseKey::All => return Ok(String::new()),
            PauseKey::Task(name) => ("task", name),
            PauseKey::Profile(name) => ("profile", name),
            PauseKey::Proxy(name) => ("proxy", name),
        };
        let living = if table == "proxy" {
            ""
        } else {
            " AND removed_ms IS NULL"
        };
        let found = self.first(
            "look for what is to be paused",
            &format!("SELECT id FROM {table} WHERE name_key = ?1{living}"),
            [folded(name.as_str())],
            |row| row.get(0),
        )?;
        found.ok_or_else(|| Error::not_found(what.scope().name(), name))
    }
}

impl Writing<'_> {
    /// Pauses the whole queue, or lets it go on.
    pub fn pause(&mut self, paused: bool) -> Result<()> {
        self.set_pause(&PauseKey::All, paused, None, "")
    }

    /// Pauses a thing, until that moment if one is given, or lets its runs start again. What runs goes on.
    pub fn set_pause(
        &mut self,
        what: &PauseKey,
        paused: bool,
        until: Option<Timestamp>,
        note: &str,
    ) -> Result<()> {
        let id = self.paused_id(what)?;
        let scope = what.scope().name();
        if paused {
            self.change(
                "pause",
                "INSERT INTO pause (scope, id, since_ms, until_ms, by, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (scope, id) DO UPDATE SET until_ms = excluded.until_ms, note = excluded.note, by = excluded.by",
                (scope, &id, Ms(self.at()), until.map(Ms), self.by().key(), note),
            )?;
        } else {
            self.change(
                "end a pause",
                "DELETE FROM pause WHERE scope = ?1 AND id = ?2",
                (scope, &id),
            )?;
        }
        self.after_pause(what.scope(), &id, paused)
    }

    /// Ends the pauses whose time is over.
    pub(super) fn end_pauses(&mut self, now: Timestamp) -> Result<()> {
        let over = self.all(
            "end pauses",
            "DELETE FROM pause WHERE until_ms IS NOT NULL AND until_ms <= ?1 RETURNING scope, id",
            [Ms(now)],
            |row| {
                Ok((
                    row.get::<_, Word<PauseScope>>(0)?.0,
                    row.get::<_, String>(1)?,
                ))
            },
        )?;
        for (scope, id) in over {
            self.after_pause(scope, &id, false)?;
        }
        Ok(())
    }

    fn after_pause(&mut self, scope: PauseScope, id: &str, paused: bool) -> Result<()> {
        let column = match scope {
            PauseScope::All => {
                self.record(Fact::QueuePaused { paused })?;
                return self.tell_if_drained();
            }
            PauseScope::Task => "task_id",
            PauseScope::Profile => "profile_id",
            PauseScope::Proxy => "proxy_id",
        };
        let lanes: BTreeSet<String> = self
            .all(
                "look for the lines of a pause",
                &format!(
                    "SELECT DISTINCT lane FROM run WHERE state = 'queued' AND ready_ms IS NOT NULL AND {column} = ?1"
                ),
                [id],
                |row| row.get(0),
            )?
            .into_iter()
            .collect();
        lanes.iter().try_for_each(|lane| self.refresh_lane(lane))?;
        self.record(Fact::QueueChanged).map(drop)
    }

    /// Tells it when the queue is paused and nothing runs any more.
    pub(super) fn tell_if_drained(&mut self) -> Result<()> {
        let drained: bool = self.one(
            "look whether the queue is drained",
            "SELECT EXISTS (SELECT 1 FROM pause WHERE scope = 'all') AND NOT EXISTS (
                 SELECT 1 FROM run WHERE finished_ms IS NULL AND state <> 'queued')",
            [],
            |row| row.get(0),
        )?;
        if drained {
            self.record(Fact::QueueDrained)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{Caller, Ended, Move, RunId, WaitCode};

    use super::*;
    use crate::{
        MoveDetail, NewRun,
        testing::{Database, at, profile, proxy, run, task},
    };

    fn id(number: u128) -> RunId {
        RunId::from_bits(number)
    }

    fn key(text: &str) -> PauseKey {
        text.parse().unwrap()
    }

    /// Tasks t and u, profiles anna and bert; runs 1 (t, anna), 2 (u, anna) and 3 (t, bert by proxy eu).
    fn database() -> Database {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        writing.insert_task(&task(2, "u")).unwrap();
        writing.insert_profile(&profile(1, "anna")).unwrap();
        writing.insert_profile(&profile(2, "bert")).unwrap();
        let eu = proxy(7, "eu");
        writing.put_proxy(&eu).unwrap();
        writing.insert_run(&run(1, Some(1))).unwrap();
        let other = NewRun {
            task_id: drover_model::TaskId::from_bits(2),
            ..run(2, Some(1))
        };
        writing.insert_run(&other).unwrap();
        let mut by_proxy = run(3, Some(2));
        by_proxy.plan.proxy_id = Some(eu.id);
        writing.insert_run(&by_proxy).unwrap();
        drop(writing);
        database
    }

    #[test]
    fn what_is_paused_stands_aside_and_the_others_go_on() {
        let database = database();
        let mut writing = database.writing();
        for (what, left) in [
            ("task:T", vec![id(2)]),
            ("profile:anna", vec![id(3)]),
            ("proxy:eu", vec![id(1)]),
            ("all", vec![]),
        ] {
            writing.set_pause(&key(what), true, None, "look").unwrap();
            assert_eq!(writing.claimable(at(9), 9).unwrap(), left, "{what}");
            for run in [1, 2, 3].map(id) {
                let why = writing.why(run, at(9)).unwrap();
                let says = why.iter().any(|reason| reason.code == WaitCode::Paused);
                // Run 2 waits for its turn behind run 1, which is in the way unless it is paused.
                let free = left.contains(&run) || what == "proxy:eu" && run == id(2);
                assert_eq!(says, !free, "{what}: {run}: {why:?}");
                if says {
                    let claimed = writing.claim(run, at(9), "m").unwrap();
                    assert!(claimed.is_none(), "{what}: {run}");
                }
            }
            writing.set_pause(&key(what), false, None, "").unwrap();
        }
        let mut may = writing.claimable(at(9), 9).unwrap();
        may.sort_unstable();
        assert_eq!(may, [id(1), id(3)]);
        assert_eq!(writing.pauses().unwrap(), []);
    }

    #[test]
    fn a_pause_is_shown_follows_its_thing_and_ends_by_itself() {
        let database = database();
        let mut writing = database.writing();
        let until = Some(at(60));
        writing
            .set_pause(&key("profile:anna"), true, until, "moves house")
            .unwrap();
        writing.update_profile(&profile(1, "anna b")).unwrap();
        let pauses = writing.pauses().unwrap();
        assert_eq!(
            pauses,
            [Pause {
                what: key("profile:anna b"),
                since: at(0),
                until,
                by: Caller::Cli,
                note: "moves house".to_owned(),
            }]
        );
        let why = writing.why(id(1), at(9)).unwrap();
        assert_eq!(
            (why[0].text.as_str(), why[0].clears_at),
            ("profile `anna b` is paused: moves house", until)
        );
        assert_eq!(writing.next_due(at(9)).unwrap(), until);
        assert!(!writing.has_ticked(at(59)).unwrap() && writing.has_ticked(at(60)).unwrap());
        writing.tick(at(60)).unwrap();
        assert!(writing.claimable(at(60), 9).unwrap().contains(&id(1)));
        let unknown = writing.set_pause(&key("task:nothing"), true, None, "");
        assert!(matches!(unknown, Err(Error::NotFound { what: "task", .. })));
    }

    #[test]
    fn it_is_told_when_the_last_run_of_a_paused_queue_has_ended() {
        let database = database();
        let mut writing = database.writing();
        let drained = |writing: &Writing<'_>| {
            let facts = writing.events.iter().map(|event| &event.fact);
            facts.filter(|fact| **fact == Fact::QueueDrained).count()
        };
        writing.claim(id(1), at(9), "m").unwrap().unwrap();
        writing.claim(id(3), at(9), "m").unwrap().unwrap();
        writing.pause(true).unwrap();
        for (run, told) in [(1, 0), (3, 1)] {
            for step in [
                Move::Run,
                Move::End {
                    ended: Ended::Succeeded,
                },
            ] {
                writing
                    .advance(id(run), 1, step, MoveDetail::at(at(9)))
                    .unwrap();
            }
            assert_eq!(drained(&writing), told);
        }
    }
}
