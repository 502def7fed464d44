//! `schedule simulate`: what the planner would do in the coming days.

use std::collections::BTreeMap;

use drover_model::request::{ListSchedules, PreviewSchedule};

use super::{
    preview_text::{all_simulated, simulated},
    rule::RuleArgs,
    verbs::preview,
};
use crate::{failure::Failure, session::Session};

/// Simulates a rule, or every schedule.
pub(super) async fn simulate(
    rule: Option<RuleArgs>,
    days: u32,
    session: &Session,
) -> Result<(), Failure> {
    let out = &session.out;
    let words = session.words().await?;
    let request = |file| PreviewSchedule {
        file,
        count: 1,
        from: None,
        simulate_days: Some(days),
    };
    if let Some(rule) = rule {
        let preview = preview(rule.read(session).await?, request, session).await?;
        let text = |preview: &_| simulated(preview, days, words, out.colour);
        return Ok(out.answer(&preview, text)?);
    }
    let list = session.backend.call(ListSchedules::default()).await?;
    let mut told = BTreeMap::new();
    for schedule in list.rows {
        let name = schedule.spec.name.to_string();
        let preview = preview(schedule.spec.into(), request, session).await?;
        told.insert(name, preview);
    }
    Ok(out.answer(&told, |told| all_simulated(told, days, out.colour))?)
}
