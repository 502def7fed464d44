//! `schedule fix`: the change that a warning of the calendar offers.

use drover_model::{
    Code, CommandError,
    request::{FixSchedules, GetCalendar},
};

use crate::{
    failure::Failure,
    session::Session,
    words::{list, plural},
};

/// Carries it out.
pub(super) async fn fix(number: usize, session: &Session) -> Result<(), Failure> {
    let calendar = session.backend.call(GetCalendar::default()).await?;
    let offered = number
        .checked_sub(1)
        .and_then(|index| calendar.warnings.into_iter().nth(index))
        .and_then(|warning| warning.fix);
    let fix = offered.ok_or_else(|| {
        CommandError::new(
            Code::Invalid,
            format!("nothing with the number {number} can be mended"),
        )
        .hint("`drover-cli schedule calendar` shows what can be, each with its number")
        .field("number")
    })?;
    let fixed = session.backend.call(FixSchedules { fix }).await?;
    Ok(session.out.answer(&fixed, |fixed| {
        let names: Vec<String> = fixed.iter().map(|one| one.spec.name.to_string()).collect();
        format!(
            "changed {}: {}",
            plural(names.len(), "schedule"),
            list(&names)
        )
    })?)
}
