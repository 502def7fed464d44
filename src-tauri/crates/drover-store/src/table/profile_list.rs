//! The profile list: filter, page, and the tags in use.

use drover_model::request::{ListProfiles, ProfileList};
use rusqlite::{ToSql, params_from_iter};

use super::profile::{COLUMNS, from_row};
use crate::{
    Reading, Result,
    filter::{Term, terms},
};

/// Rows of a page whose size was not said.
const PAGE: u32 = 1_000;

impl Reading<'_> {
    /// The profiles that match, by name.
    pub fn profiles(&self, wanted: &ListProfiles) -> Result<ProfileList> {
        let mut conditions = vec![if wanted.removed {
            "p.removed_ms IS NOT NULL"
        } else {
            "p.removed_ms IS NULL"
        }];
        let mut values: Vec<String> = Vec::new();
        for term in terms(&wanted.filter) {
            let (condition, value) = match term {
                Term::Word(word) => ("instr(p.search, ?) > 0", word),
                Term::Tag(tag) => (
                    "EXISTS (SELECT 1 FROM profile_tag AS x WHERE x.profile_id = p.id AND x.tag = ? COLLATE NOCASE)",
                    tag,
                ),
                Term::NotTag(tag) => (
                    "NOT EXISTS (SELECT 1 FROM profile_tag AS x WHERE x.profile_id = p.id AND x.tag = ? COLLATE NOCASE)",
                    tag,
                ),
                Term::Proxy(proxy) => ("p.proxy_key = ?", proxy),
            };
            conditions.push(condition);
            values.push(value);
        }
        let matching = conditions.join(" AND ");
        let total = self.one(
            "count profiles",
            &format!("SELECT count(*) FROM profile AS p WHERE {matching}"),
            params_from_iter(&values),
            |row| row.get(0),
        )?;
        let limit = if wanted.limit == 0 { PAGE } else { wanted.limit };
        let mut values: Vec<&dyn ToSql> = values.iter().map(|value| value as &dyn ToSql).collect();
        values.extend([&limit as &dyn ToSql, &wanted.offset]);
        let rows = self.all(
            "read profiles",
            &format!(
                "SELECT {COLUMNS} FROM profile AS p WHERE {matching} ORDER BY p.name_key, p.id LIMIT ? OFFSET ?"
            ),
            params_from_iter(values),
            from_row,
        )?;
        let tags = self.all(
            "read tags",
            "SELECT DISTINCT x.tag FROM profile_tag AS x JOIN profile AS p ON p.id = x.profile_id
             WHERE p.removed_ms IS NULL ORDER BY x.tag",
            [],
            |row| row.get(0),
        )?;
        Ok(ProfileList {
            rows,
            total,
            tags,
            seq: self.seq()?,
        })
    }
}
