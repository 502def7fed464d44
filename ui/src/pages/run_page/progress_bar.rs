//! How far the task says it has come.

use drover_model::run::Progress;
use yew::prelude::*;

pub(super) fn progress_bar(progress: &Progress) -> Html {
    let Progress { done, total, label } = progress;
    let percent = percent(*done, *total);
    html! {
        <div class="progress" data-testid="run-progress">
            <div class="progress__track" role="progressbar" aria-label={if label.is_empty() { "Progress".to_owned() } else { label.clone() }}
                aria-valuemin="0" aria-valuemax="100" aria-valuenow={percent.map(|percent| percent.to_string())}>
                <div class={classes!("progress__fill", percent.is_none().then_some("progress__fill--unknown"))} style={format!("--w: {}%", percent.unwrap_or(30))} />
            </div>
            <span class="progress__words tabular">{ words(*done, *total) }</span>
        </div>
    }
}

/// Whole percent; nothing when the total is not known.
fn percent(done: f64, total: f64) -> Option<u8> {
    if !(done.is_finite() && total.is_finite()) || total <= 0.0 {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=100 before"
    )]
    Some((done / total * 100.0).clamp(0.0, 100.0) as u8)
}

fn words(done: f64, total: f64) -> String {
    if total > 0.0 {
        format!("{done} of {total}")
    } else {
        format!("{done}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_whole_percent() {
        assert_eq!(percent(3.0, 7.0), Some(42));
        assert_eq!(percent(9.0, 7.0), Some(100), "more than all is all");
        assert_eq!((percent(3.0, 0.0), percent(f64::NAN, 7.0)), (None, None));
        assert_eq!(
            (words(3.0, 7.0), words(3.0, 0.0)),
            ("3 of 7".to_owned(), "3".to_owned())
        );
    }
}
