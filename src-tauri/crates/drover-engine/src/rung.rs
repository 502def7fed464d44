//! The word for how a browser was stopped.

use drover_browser::Rung;

/// As it is stored and as programs read it.
pub(crate) fn rung_word(rung: Rung) -> String {
    match rung {
        Rung::Gone => "gone",
        Rung::Closed => "closed",
        Rung::Terminated => "terminated",
        Rung::Killed => "killed",
    }
    .to_owned()
}
