//! Two things that several screens draw alike.

use drover_model::{CommandError, FieldErrors, Name};
use yew::prelude::*;

/// The field problems of an error; none when it belongs to no field.
pub fn field_errors(error: &CommandError) -> Option<FieldErrors> {
    if !error.fields.is_empty() {
        return Some(FieldErrors(error.fields.clone()));
    }
    error
        .field
        .as_ref()
        .map(|field| FieldErrors::one(field.clone(), error.message.clone()))
}

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

#[cfg(test)]
mod tests {
    use drover_model::Code;

    use super::*;

    #[test]
    fn an_error_of_one_field_is_a_field_error() {
        let taken = CommandError::new(Code::NameTaken, "the name is taken").field("name");
        assert_eq!(
            field_errors(&taken).unwrap().of("name"),
            Some("the name is taken")
        );
        assert!(field_errors(&CommandError::new(Code::Storage, "the disk failed")).is_none());
    }
}
