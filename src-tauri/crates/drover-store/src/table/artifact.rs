//! Table `run_artifact`: files that runs left. The files themselves are in the run's folder.

use drover_model::{RunId, run::Artifact};

use crate::{
    Result, Snapshot, Writing,
    column::{Count, Text},
};

impl Snapshot<'_> {
    /// The files of a run, in the order in which they came.
    pub fn artifacts(&self, run: RunId) -> Result<Vec<Artifact>> {
        self.all(
            "read the files of a run",
            "SELECT kind, path, bytes FROM run_artifact WHERE run_id = ?1 ORDER BY position",
            [Text(run)],
            |row| {
                Ok(Artifact {
                    kind: row.get("kind")?,
                    path: row.get("path")?,
                    bytes: row.get::<_, Count>("bytes")?.0,
                })
            },
        )
    }
}

impl Writing<'_> {
    /// Notes a file that the run left; a second note of the same path replaces the first. False, and nothing is kept,
    /// when that attempt is over.
    pub fn add_artifact(&mut self, run: RunId, attempt: u32, artifact: &Artifact) -> Result<bool> {
        if !self.is_current(run, attempt)? {
            return Ok(false);
        }
        self.change(
            "note a file of a run",
            "INSERT INTO run_artifact (run_id, position, kind, path, bytes)
             SELECT ?1, (SELECT ifnull(max(position) + 1, 0) FROM run_artifact WHERE run_id = ?1), ?2, ?3, ?4
             WHERE 1 ON CONFLICT (run_id, path) DO UPDATE SET kind = excluded.kind, bytes = excluded.bytes",
            (
                Text(run),
                &artifact.kind,
                &artifact.path,
                Count(artifact.bytes),
            ),
        )?;
        Ok(true)
    }
}
