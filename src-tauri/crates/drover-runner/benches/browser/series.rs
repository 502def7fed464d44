//! What is answered: samples of one variant.

use std::time::Duration;

use serde_json::{Value, json};

/// Samples of one variant in one unit.
pub(crate) struct Series {
    variant: String,
    unit: &'static str,
    samples: Vec<f64>,
    /// Text instead of samples.
    pub(crate) words: Vec<String>,
}

impl Series {
    pub(crate) fn new(variant: impl Into<String>, unit: &'static str, samples: Vec<f64>) -> Self {
        Self {
            variant: variant.into(),
            unit,
            samples,
            words: Vec::new(),
        }
    }

    /// Milliseconds.
    pub(crate) fn times(variant: impl Into<String>, samples: &[Duration]) -> Self {
        let ms = samples.iter().map(|took| took.as_secs_f64() * 1_000.0);
        Self::new(variant, "ms", ms.collect())
    }

    pub(crate) fn json(&self) -> Value {
        json!({ "variant": self.variant, "unit": self.unit, "samples": self.samples, "words": self.words })
    }
}

/// A count as a sample; counts here are far below where a float gets coarse.
pub(crate) fn count(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
