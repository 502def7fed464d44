//! What a driver answers.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// Samples of one variant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series {
    /// Empty where the lane itself says what it is.
    pub(crate) variant: String,
    pub(crate) unit: String,
    pub(crate) samples: Vec<f64>,
    /// Text instead of samples.
    pub(crate) words: Vec<String>,
}

impl Series {
    pub(crate) fn new(variant: &str, unit: &str, samples: Vec<f64>) -> Self {
        Self {
            variant: variant.to_owned(),
            unit: unit.to_owned(),
            samples,
            words: Vec::new(),
        }
    }
}

/// Reads `{"series": […]}` or `{"error": "…"}`.
pub(crate) fn read(line: &str) -> Result<Vec<Series>> {
    let answer: Value =
        serde_json::from_str(line).with_context(|| format!("no answer: `{}`", line.trim()))?;
    if let Some(error) = answer["error"].as_str() {
        bail!("{error}");
    }
    let all = answer["series"]
        .as_array()
        .context("an answer without `series`")?;
    all.iter().map(one).collect()
}

fn one(value: &Value) -> Result<Series> {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let samples = value["samples"]
        .as_array()
        .context("a series without `samples`")?;
    let samples = samples
        .iter()
        .map(|sample| sample.as_f64().context("a sample that is no number"));
    let words = value["words"].as_array().into_iter().flatten();
    Ok(Series {
        variant: text("variant"),
        unit: text("unit"),
        samples: samples.collect::<Result<_>>()?,
        words: words
            .filter_map(|word| word.as_str().map(String::from))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_and_words_are_read() {
        let line = r#"{"series":[{"variant":"a","unit":"ms","samples":[1.5,2]},{"samples":[],"words":["--x"]}]}"#;
        let series = read(line).unwrap();
        assert_eq!(series[0], Series::new("a", "ms", vec![1.5, 2.0]));
        assert_eq!(series[1].words, ["--x"]);
    }

    #[test]
    fn an_error_and_rubbish_are_told() {
        assert_eq!(
            read(r#"{"error":"no Chrome"}"#).unwrap_err().to_string(),
            "no Chrome"
        );
        assert!(
            read("thread panicked")
                .unwrap_err()
                .to_string()
                .contains("panicked")
        );
        assert!(read("{}").unwrap_err().to_string().contains("`series`"));
        assert!(read(r#"{"series":[{"samples":["x"]}]}"#).is_err());
    }
}
