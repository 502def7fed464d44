//! `cargo xtask shots`.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::browser::Browser;
use super::policy::policy_for;
use super::screens::{SCREENS, Screen, THEMES};
use super::serve::serve;
use crate::console;
use crate::layout;
use crate::setup::{self, Purpose};
use crate::ui_build::{self, Ui};

/// Photographs the screens whose picture's name contains `filter`, in both themes.
pub(crate) fn shots(filter: Option<&str>) -> Result<ExitCode> {
    let wanted: Vec<(&Screen, &str)> = SCREENS
        .iter()
        .flat_map(|screen| THEMES.map(|theme| (screen, theme)))
        .filter(|(screen, theme)| filter.is_none_or(|text| screen.file(theme).contains(text)))
        .collect();
    if wanted.is_empty() {
        bail!(
            "no picture has `{}` in its name",
            filter.unwrap_or_default()
        );
    }
    let tools = setup::prepare(Purpose::Shots)?;
    ui_build::build(&tools, Ui::Demo)?;
    let clock = console::heading("pictures");
    let dist = Ui::Demo.dist();
    let page = std::fs::read_to_string(dist.join("index.html"))
        .with_context(|| format!("no page in `{}`", dist.display()))?;
    let address = serve(dist, policy_for(&page)?)?;
    let browser = Browser::find()?;
    std::fs::create_dir_all(layout::shots())?;
    let mut troubled = 0;
    for (screen, theme) in wanted {
        let file = layout::shots().join(screen.file(theme));
        let complaints =
            browser.photograph(&format!("http://{address}{}", screen.address(theme)), &file)?;
        println!("   {}", file.display());
        for complaint in &complaints {
            println!("      {complaint}");
        }
        troubled += usize::from(!complaints.is_empty());
    }
    clock.done("taken");
    if troubled > 0 {
        println!("   {troubled} pages complained, see above");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
