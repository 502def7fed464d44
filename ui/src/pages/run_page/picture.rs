//! A picture of a run: its bytes are fetched and shown by a blob URL, which goes with the component.

use drover_model::request::ReadArtifact;
use drover_model::{CommandError, RunId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::bridge::{Guard, dom};
use crate::components::Icon;
use crate::format;
use crate::hooks::use_link;

#[derive(PartialEq, Properties)]
pub(super) struct PictureProps {
    pub run: RunId,
    pub path: AttrValue,
    pub class: &'static str,
}

#[component]
pub(super) fn Picture(props: &PictureProps) -> Html {
    let link = use_link();
    let shown = use_state_eq(|| None::<Result<String, CommandError>>);
    {
        let shown = shown.setter();
        use_effect_with((props.run, props.path.clone()), move |(run, path)| {
            let held = std::rc::Rc::new(std::cell::RefCell::new((true, Guard::idle())));
            let (run, path, mine) = (*run, path.to_string(), held.clone());
            spawn_local(async move {
                let answer = api::read_artifact(
                    &link,
                    ReadArtifact {
                        run,
                        path: path.clone(),
                    },
                )
                .await;
                if !mine.borrow().0 {
                    return;
                }
                shown.set(Some(answer.map(|bytes| {
                    let url = dom::blob_url(&bytes, mime(&path));
                    mine.borrow_mut().1 = dom::revoke_later(url.clone());
                    url
                })));
            });
            move || *held.borrow_mut() = (false, Guard::idle())
        });
    }
    let name = file_name(&props.path).to_owned();
    match &*shown {
        None => {
            html! { <span class={classes!(props.class, "shot__wait")} role="status" aria-label={format!("Loading {name}")} /> }
        }
        Some(Ok(url)) => {
            html! { <img class={props.class} src={url.clone()} alt={format!("Screenshot {name}")} decoding="async" /> }
        }
        Some(Err(error)) => html! {
            <span class={classes!(props.class, "shot__wait")}><Icon name="image" /><span class="small">{ format::sentence(&error.message) }</span></span>
        },
    }
}

fn mime(path: &str) -> &'static str {
    match path
        .rsplit('.')
        .next()
        .map(str::to_ascii_lowercase)
        .as_deref()
    {
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        _ => "image/png",
    }
}

/// The last part of a path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_types_come_from_the_path() {
        assert_eq!(
            (file_name("runs/1/01-home.png"), mime("runs/1/01-home.png")),
            ("01-home.png", "image/png")
        );
        assert_eq!(
            (file_name(r"runs\1\a.JPG"), mime(r"runs\1\a.JPG")),
            ("a.JPG", "image/jpeg")
        );
    }
}
