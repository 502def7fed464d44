//! What `cargo xtask bench` hands over.

use std::path::PathBuf;

use drover_browser::Sandbox;
use serde_json::Value;

use crate::Done;

/// The same for all who are compared.
pub(crate) struct Setup {
    /// The browser.
    pub(crate) program: PathBuf,
    /// The pages, as `http://127.0.0.1:port`.
    pub(crate) site: String,
    /// Where profiles and data lie.
    pub(crate) folder: PathBuf,
    /// Where lies what the next run can use again: the aged profile.
    pub(crate) keep: PathBuf,
    /// A short path for sockets and scratch files.
    pub(crate) scratch: PathBuf,
    /// Of a page, in CSS pixels.
    pub(crate) size: (u32, u32),
    pub(crate) sandbox: Sandbox,
}

impl Setup {
    pub(crate) fn read(file: &str) -> Done<Self> {
        let setup: Value = serde_json::from_slice(&std::fs::read(file)?)?;
        let text = |name: &str| {
            setup[name]
                .as_str()
                .ok_or_else(|| format!("the setup has no `{name}`"))
        };
        let number = |name: &str| {
            let number = setup[name]
                .as_u64()
                .and_then(|number| number.try_into().ok());
            number.ok_or_else(|| format!("the setup has no `{name}`"))
        };
        Ok(Self {
            program: text("program")?.into(),
            site: text("site")?.to_owned(),
            folder: text("folder")?.into(),
            keep: text("keep")?.into(),
            scratch: text("scratch")?.into(),
            size: (number("width")?, number("height")?),
            sandbox: if setup["sandbox"] == false {
                Sandbox::Off
            } else {
                Sandbox::On
            },
        })
    }

    pub(crate) fn page(&self, path: &str) -> String {
        format!("{}/{path}", self.site)
    }
}
