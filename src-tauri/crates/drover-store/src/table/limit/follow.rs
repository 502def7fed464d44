//! Limits keep to their things: a thing that gets another name takes its limit along, and a profile's tags are today's.

use std::collections::BTreeSet;

use drover_model::{Fact, LimitKey, LimitKind, Name, ProfileId};

use super::resource::{COLUMNS, from_row};
use crate::{
    Result, Writing,
    column::{Text, folded},
};

impl Writing<'_> {
    /// A thing has another name now. Where the new name has a limit already, that one holds.
    pub(in crate::table) fn rename_limit(
        &mut self,
        kind: LimitKind,
        from: &Name,
        to: &Name,
    ) -> Result<()> {
        let key = |name: &Name| LimitKey {
            kind,
            name: name.clone(),
        };
        let (old, new) = (self.resource(&key(from))?, self.resource(&key(to))?);
        match (old, new) {
            (None, None) => return Ok(()),
            (Some(old), Some(new)) if old.id != new.id => {
                self.remove_limit(&old.key)?;
                self.find_needs(&new)?;
            }
            (None, Some(new)) => self.find_needs(&new)?,
            (Some(old), _) => {
                self.change(
                    "rename a limit",
                    "UPDATE resource SET name = ?2, name_key = ?3 WHERE id = ?1",
                    (old.id, to.as_str(), folded(to.as_str())),
                )?;
            }
        }
        self.record(Fact::QueueChanged).map(drop)
    }

    /// A profile's tags have changed: its queued runs need today's. What runs goes on with what it has.
    pub(in crate::table) fn renew_tags(&mut self, profile: ProfileId) -> Result<()> {
        let limited = self.all(
            "read the limits of tags",
            &format!("SELECT {COLUMNS} FROM resource AS c WHERE c.kind = 'tag'"),
            [],
            from_row,
        )?;
        if limited.is_empty() {
            return Ok(());
        }
        let tags: BTreeSet<String> = self
            .tags_of(profile)?
            .iter()
            .map(|tag| folded(tag))
            .collect();
        let mut changed = 0;
        for resource in limited {
            let sql = if tags.contains(&folded(resource.key.name.as_str())) {
                "INSERT OR IGNORE INTO need (run_id, resource_id)
                 SELECT id, ?2 FROM run WHERE profile_id = ?1 AND state = 'queued'"
            } else {
                "DELETE FROM need WHERE resource_id = ?2 AND run_id IN (
                     SELECT id FROM run WHERE profile_id = ?1 AND state = 'queued')"
            };
            changed += self.change("note what runs need", sql, (Text(profile), resource.id))?;
        }
        if changed > 0 {
            self.record(Fact::QueueChanged)?;
        }
        Ok(())
    }
}
