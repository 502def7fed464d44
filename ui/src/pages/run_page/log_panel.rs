//! The log with its filter by source.

use drover_model::CommandError;
use yew::prelude::*;

use super::log_filter::{LogFilter, RunFeed};
use crate::components::{Choice, ErrorCallout, LogView, Segments};

#[derive(PartialEq, Properties)]
pub(super) struct LogPanelProps {
    pub feed: RunFeed,
    pub problem: Option<CommandError>,
    pub live: bool,
}

#[component]
pub(super) fn LogPanel(props: &LogPanelProps) -> Html {
    let source = use_state_eq(|| AttrValue::from("all"));
    let feed = use_memo((props.feed.clone(), (*source).clone()), |(feed, source)| {
        feed.narrowed(LogFilter::of(source))
    });
    let onchange = use_callback(source.setter(), |key: AttrValue, source| source.set(key));
    let choices: Vec<Choice> = LogFilter::CHOICES
        .iter()
        .map(|(_, key, label)| Choice::new(*key, *label))
        .collect();
    let empty = match (props.live, source.as_str()) {
        (true, "all") => "No output yet.",
        (false, "all") => "This run wrote nothing.",
        _ => "No line of this source.",
    };
    html! {
        <div class="run-log" data-testid="run-log">
            if let Some(error) = &props.problem { <ErrorCallout title="The log cannot be read" error={error.clone()} /> }
            <div class="run-log__bar">
                <Segments label="Lines of" value={(*source).clone()} {choices} {onchange} testid="run-log-source" />
            </div>
            <LogView key={source.to_string()} feed={(*feed).clone()} {empty} />
        </div>
    }
}
