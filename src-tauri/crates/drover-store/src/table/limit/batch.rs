//! Places of one fan-out: the limit that `max_parallel` sets, for as long as its runs are live.

use drover_model::{LimitKey, LimitKind, RunId};

use crate::{
    Error, Result, Writing,
    column::{Ms, Text, folded},
};

fn key(name: &str) -> Result<LimitKey> {
    Ok(LimitKey {
        kind: LimitKind::Resource,
        name: name
            .parse()
            .map_err(|_| Error::not_found("name of a limit", name))?,
    })
}

impl Writing<'_> {
    /// Makes a limit of so many places that nobody needs yet.
    pub(in crate::table) fn make_places(&self, name: &str, capacity: u32) -> Result<()> {
        let key = key(name)?;
        self.change(
            "make the places of a batch",
            "INSERT OR IGNORE INTO resource (kind, name, name_key, capacity, tokens, filled_ms)
             VALUES (?1, ?2, ?3, ?4, 0, ?5)",
            (
                key.kind.name(),
                key.name.as_str(),
                folded(name),
                capacity,
                Ms(self.at()),
            ),
        )?;
        match self.resource(&key)? {
            Some(resource) => self.fit_slots(&resource),
            None => Err(Error::not_found("limit", key)),
        }
    }

    /// Lets a run need one of them.
    pub(in crate::table) fn need_place(&self, run: RunId, name: &str) -> Result<()> {
        self.change(
            "note what a run needs",
            "INSERT OR IGNORE INTO need (run_id, resource_id)
             SELECT ?1, id FROM resource WHERE kind = ?2 AND name_key = ?3",
            (Text(run), LimitKind::Resource.name(), folded(name)),
        )
        .map(drop)
    }

    /// Takes the places away when no run needs them any more.
    pub(in crate::table) fn remove_places(&self, name: &str) -> Result<()> {
        let Some(resource) = self.resource(&key(name)?)? else {
            return Ok(());
        };
        let doing = "remove the places of a batch";
        self.change(
            doing,
            "DELETE FROM hold WHERE resource_id = ?1",
            [resource.id],
        )?;
        self.change(doing, "DELETE FROM resource WHERE id = ?1", [resource.id])
            .map(drop)
    }
}
