//! Names of users, as several screens draw them.

use drover_model::Name;
use yew::prelude::*;

/// The first two names and how many more there are, all of them in the title.
pub fn used_by(names: &[Name]) -> Html {
    let all: Vec<&str> = names.iter().map(Name::as_str).collect();
    let shown = all.iter().take(2).copied().collect::<Vec<_>>().join(", ");
    let more = all.len().saturating_sub(2);
    let text = match (all.len(), more) {
        (0, _) => "nothing".to_owned(),
        (_, 0) => shown,
        (_, more) => format!("{shown} and {more} more"),
    };
    html! { <span class={if all.is_empty() { "mute" } else { "second" }} title={all.join(", ")}>{ text }</span> }
}
