//! The profile list: filter, page, and the tags in use.

use drover_model::request::{ListProfiles, ProfileList};
use rusqlite::{ToSql, params_from_iter};

use super::profile::{COLUMNS, from_row};
use crate::{
    Result, Snapshot,
    filter::{Term, terms},
};

/// Rows of a page whose size was not said.
const PAGE: u32 = 1_000;

impl Snapshot<'_> {
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
        let limit = if wanted.limit == 0 {
            PAGE
        } else {
            wanted.limit
        };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Database, profile};

    fn check(filter: &str, expected: &[&str]) {
        let database = Database::new();
        let mut writing = database.writing();
        for (number, name, tags, proxy, notes) in [
            (1, "anna", "eu shop", Some("eu-1"), ""),
            (2, "Bert", "eu test", None, "knows anna"),
            (3, "Çelik", "US", Some("EU-1"), "100%"),
        ] {
            let mut one = profile(number, name);
            one.tags = tags.split(' ').map(str::to_owned).collect();
            one.proxy = proxy.map(|name| name.parse().unwrap());
            one.notes = notes.to_owned();
            writing.insert_profile(&one).unwrap();
        }
        let wanted = ListProfiles {
            filter: filter.to_owned(),
            ..ListProfiles::default()
        };
        let list = writing.profiles(&wanted).unwrap();
        let names: Vec<_> = list.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, expected, "{filter}");
        assert_eq!(list.total as usize, expected.len());
        assert_eq!((list.tags.len(), list.seq), (4, 3));
        let paged = ListProfiles {
            offset: 1,
            limit: 1,
            ..wanted
        };
        let page = writing.profiles(&paged).unwrap();
        assert_eq!(page.rows.first(), list.rows.get(1));
        assert_eq!(page.total, list.total);
    }

    #[test]
    fn filters_narrow_the_list() {
        check("", &["anna", "Bert", "Çelik"]);
        check("ANNA", &["anna", "Bert"]);
        check("çel", &["Çelik"]);
        check("tag:EU", &["anna", "Bert"]);
        check("tag:eu -tag:test", &["anna"]);
        check("proxy:eu-1 anna", &["anna"]);
        check("proxy:eu-1", &["anna", "Çelik"]);
        check("%", &["Çelik"]);
        check("' OR 1 --", &[]);
    }
}
