//! `settings`: what can be set, also in the window.

use clap::Subcommand;
use drover_model::{
    Code, CommandError, Settings,
    request::{GetSettings, SaveSettings},
};
use serde_json::{Map, Value};

use crate::{failure::Outcome, session::Session, table::table};

/// What can be done with settings.
#[derive(Debug, Subcommand)]
pub(crate) enum SettingsVerb {
    /// Show every setting
    #[command(after_help = "Example:\n  drover-cli settings show")]
    Show,
    /// Change one
    #[command(
        after_help = "`language` is `system`, `english` or `german`: schedules are told in it.\n\nExample:\n  drover-cli settings set language german"
    )]
    Set {
        /// As `settings show` names it
        key: String,
        /// A word, a number, `true` or `false`
        value: String,
    },
}

/// Does it.
pub(crate) async fn settings(verb: SettingsVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    let known = backend.call(GetSettings {}).await?;
    let settings = match verb {
        SettingsVerb::Show => known,
        SettingsVerb::Set { key, value } => {
            let settings = changed(&known, &key, &value)?;
            backend.call(SaveSettings { settings }).await?
        }
    };
    out.answer(&settings, |settings| {
        let rows = fields(settings).into_iter().map(|(key, value)| {
            let value = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            [key.into(), value.into()]
        });
        table(["SETTING", "VALUE"], rows, out.colour)
    })?;
    Ok(0)
}

fn fields(settings: &Settings) -> Map<String, Value> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(fields)) => fields,
        other => unreachable!("BUG: settings are an object, not {other:?}"),
    }
}

/// The settings with another value of that key.
fn changed(known: &Settings, key: &str, value: &str) -> Result<Settings, CommandError> {
    let mut fields = fields(known);
    let Some(place) = fields.get_mut(key) else {
        let message = format!("there is no setting `{key}`");
        return Err(CommandError::new(Code::Invalid, message)
            .hint("`drover-cli settings show` lists them.")
            .field("key"));
    };
    *place = match place {
        Value::String(_) => Value::String(value.to_owned()),
        _ => serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned())),
    };
    serde_json::from_value(Value::Object(fields)).map_err(|error| {
        CommandError::new(
            Code::Invalid,
            format!("`{value}` is no value of `{key}`: {error}"),
        )
        .field("value")
    })
}

#[cfg(test)]
mod tests {
    use drover_model::settings::LanguageChoice;

    use super::*;

    #[test]
    fn a_setting_is_changed_by_its_name() {
        let known = Settings::default();
        let german = changed(&known, "language", "german").unwrap();
        assert_eq!(german.language, LanguageChoice::German);
        let six = changed(&german, "workers", "6").unwrap();
        assert_eq!((six.workers, six.language), (6, LanguageChoice::German));
        assert!(!changed(&known, "single_keys", "false").unwrap().single_keys);
        let refused = |key, value| changed(&known, key, value).unwrap_err().to_string();
        assert!(refused("lang", "german").contains("no setting `lang`"));
        let klingon = refused("language", "klingon");
        assert!(klingon.contains("`english`, `german`"), "{klingon}");
        assert!(refused("workers", "many").contains("`many` is no value of `workers`"));
    }
}
