//! Text in which names, paths and commands stand in backticks, as all messages of Drover do.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct WordsProps {
    pub text: AttrValue,
}

/// The text with what stands in backticks set in mono. Everything is a text node.
#[component]
pub fn Words(props: &WordsProps) -> Html {
    html! {
        <>
            for (text, is_code) in parts(&props.text) {
                if is_code { <code>{ text }</code> } else { { text } }
            }
        </>
    }
}

/// The stretches between backticks, and whether each is code. A backtick without its twin stays as it is.
fn parts(text: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, tail)) = after.split_once('`') else {
            break;
        };
        parts.extend([(before, false), (code, true)]);
        rest = tail;
    }
    parts.push((rest, false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn backticks_mark_code() {
        assert_eq!(
            parts("no profile named `anna`"),
            [("no profile named ", false), ("anna", true)]
        );
        assert_eq!(
            parts("`a` and `b`."),
            [("a", true), (" and ", false), ("b", true), (".", false)]
        );
        assert_eq!(parts("it's a lone ` here"), [("it's a lone ` here", false)]);
        assert_eq!(parts(""), []);
    }
}
