//! Tables `setting` and `meta`: what the user set, and what the store notes for itself.

use drover_model::{Fact, Settings};
use serde_json::{Map, Value};

use crate::{Reading, Result, Writing, column::Json};

const PAUSED: &str = "paused";

impl Reading<'_> {
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

    /// Whether the queue is paused.
    pub fn paused(&self) -> Result<bool> {
        Ok(self.meta(PAUSED)?.as_deref() == Some("1"))
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

    /// Pauses or resumes the queue.
    pub fn pause(&mut self, paused: bool) -> Result<()> {
        self.put_meta(PAUSED, if paused { "1" } else { "0" })?;
        self.record(Fact::QueuePaused { paused }).map(drop)
    }
}

fn fields_of(settings: &Settings) -> Map<String, Value> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(fields)) => fields,
        other => unreachable!("BUG: settings are an object, not {other:?}"),
    }
}
