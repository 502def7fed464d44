//! Tables `setting` and `meta`: what the user set, and what the store notes for itself.

use drover_model::{Fact, Settings};
use serde_json::{Map, Value};

use crate::{Result, Snapshot, Writing, column::Json};

impl Snapshot<'_> {
    /// The settings. What is missing, or cannot be read by this version, has its default.
    pub fn settings(&self) -> Result<Settings> {
        let rows = self.all(
            "read the settings",
            "SELECT key, value FROM setting",
            [],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, Json<Value>>(1)?.0)),
        )?;
        let mut settings = Settings::default();
        for (key, value) in rows {
            let mut fields = fields_of(&settings);
            fields.insert(key, value);
            // A value of another version is dropped alone; the others keep.
            settings = serde_json::from_value(Value::Object(fields)).unwrap_or(settings);
        }
        Ok(settings)
    }

    /// A note under that key.
    pub fn meta(&self, key: &str) -> Result<Option<String>> {
        self.first(
            "read a note",
            "SELECT value FROM meta WHERE key = ?1",
            [key],
            |row| row.get(0),
        )
    }
}

impl Writing<'_> {
    /// Keeps the settings.
    pub fn put_settings(&mut self, settings: &Settings) -> Result<()> {
        for (key, value) in fields_of(settings) {
            self.change(
                "keep the settings",
                "INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)",
                (key, Json(value)),
            )?;
        }
        self.record(Fact::SettingsChanged).map(drop)
    }

    /// Keeps a note. It is no fact.
    pub fn put_meta(&mut self, key: &str, value: &str) -> Result<()> {
        self.change(
            "keep a note",
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",
            (key, value),
        )
        .map(drop)
    }
}

fn fields_of(settings: &Settings) -> Map<String, Value> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(fields)) => fields,
        other => unreachable!("BUG: settings are an object, not {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{Fact, Settings};

    use crate::testing::Database;

    #[test]
    fn settings_are_kept_field_by_field() {
        let database = Database::new();
        let mut writing = database.writing();
        assert_eq!(writing.settings().unwrap(), Settings::default());
        let mine = Settings {
            workers: 7,
            high_contrast: true,
            ..Settings::default()
        };
        writing.put_settings(&mine).unwrap();
        assert_eq!(writing.settings().unwrap(), mine);
        assert_eq!(writing.events.last().unwrap().fact, Fact::SettingsChanged);
        for (key, value) in [("theme", "\"plaid\""), ("from_tomorrow", "1")] {
            let sql = "INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)";
            writing.conn().execute(sql, [key, value]).unwrap();
        }
        assert_eq!(
            writing.settings().unwrap(),
            mine,
            "a bad value costs itself alone"
        );
    }

    #[test]
    fn a_pause_is_kept_and_told() {
        let database = Database::new();
        let mut writing = database.writing();
        assert!(!writing.paused().unwrap());
        writing.pause(true).unwrap();
        assert!(writing.paused().unwrap());
        writing.pause(false).unwrap();
        assert!(!writing.paused().unwrap());
        let told = writing.events.iter().map(|event| event.fact.clone());
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                Fact::QueuePaused { paused: true },
                Fact::QueueDrained,
                Fact::QueuePaused { paused: false }
            ]
        );
        writing.put_meta("a", "b").unwrap();
        assert_eq!(writing.meta("a").unwrap().as_deref(), Some("b"));
        assert_eq!(writing.meta("c").unwrap(), None);
    }
}
