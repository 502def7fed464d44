//! A file of a run, looked at without leaving the window: a picture, or the beginning of a text.

use drover_model::request::ReadArtifact;
use drover_model::run::Artifact;
use drover_model::{CommandError, RunId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::picture::{Picture, file_name};
use crate::api;
use crate::components::{Callout, Dialog, SkeletonRows, Tone, Words};
use crate::format;
use crate::hooks::use_link;

/// Larger files are opened in their programs.
const MOST_BYTES: u64 = 4_000_000;
/// So much of a text is drawn.
const DRAWN: usize = 65_536;

/// How a file can be shown here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Picture,
    Text,
    No,
}

pub(super) fn shown(file: &Artifact) -> Shown {
    let name = file_name(&file.path).to_ascii_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        _ if file.bytes > MOST_BYTES => Shown::No,
        "png" | "jpg" | "jpeg" | "webp" => Shown::Picture,
        "txt" | "log" | "json" | "csv" | "tsv" | "md" | "har" | "xml" | "yml" | "yaml" | "html" => {
            Shown::Text
        }
        _ => Shown::No,
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct FilePreviewProps {
    pub run: RunId,
    pub file: Artifact,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn FilePreview(props: &FilePreviewProps) -> Html {
    let FilePreviewProps { run, file, onclose } = props;
    let name = file_name(&file.path).to_owned();
    let body = if shown(file) == Shown::Picture {
        html! { <div class="viewer"><Picture run={*run} path={file.path.clone()} class="viewer__picture" /></div> }
    } else {
        html! { <Text run={*run} path={file.path.clone()} /> }
    };
    html! { <Dialog title={name} wide={true} onclose={onclose.clone()} testid="file-preview">{ body }</Dialog> }
}

#[derive(PartialEq, Properties)]
struct TextProps {
    run: RunId,
    path: String,
}

/// The beginning of a text. It is a text node, whatever is in it.
#[component]
fn Text(props: &TextProps) -> Html {
    let link = use_link();
    let text = use_state_eq(|| None::<Result<(String, usize), CommandError>>);
    {
        let text = text.setter();
        use_effect_with((props.run, props.path.clone()), move |(run, path)| {
            let request = ReadArtifact {
                run: *run,
                path: path.clone(),
            };
            spawn_local(async move {
                let answer = api::read_artifact(&link, request).await;
                text.set(Some(answer.map(|bytes| beginning(&bytes))));
            });
        });
    }
    match &*text {
        None => html! { <SkeletonRows /> },
        Some(Err(error)) => html! {
            <Callout tone={Tone::Err} title="The file could not be read"><p><Words text={format::sentence(&error.message)} /></p></Callout>
        },
        Some(Ok((text, left))) => html! {
            <>
                <pre class="file-text selectable" tabindex="0">{ text }</pre>
                if *left > 0 { <p class="mute small">{ format!("{} more in the file.", format::size(*left as u64)) }</p> }
            </>
        },
    }
}

/// The first part as text, and how many bytes are left out.
fn beginning(bytes: &[u8]) -> (String, usize) {
    let part = bytes.get(..DRAWN).unwrap_or(bytes);
    let text = String::from_utf8_lossy(part).into_owned();
    (text, bytes.len() - part.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, bytes: u64) -> Artifact {
        Artifact {
            kind: "file".into(),
            path: path.into(),
            bytes,
        }
    }

    #[test]
    fn only_pictures_and_texts_of_a_bearable_size_are_shown() {
        assert_eq!(shown(&file("runs/1/a.PNG", 10)), Shown::Picture);
        assert_eq!(shown(&file("runs/1/notes.txt", 10)), Shown::Text);
        assert_eq!(shown(&file("runs/1/notes.txt", MOST_BYTES + 1)), Shown::No);
        assert_eq!(shown(&file("runs/1/video.webm", 10)), Shown::No);
        assert_eq!(shown(&file("runs/1/noending", 10)), Shown::No);
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let (text, left) = beginning(&vec![b'x'; DRAWN + 7]);
        assert_eq!((text.len(), left), (DRAWN, 7));
        assert_eq!(beginning(b"ab\xff"), ("ab\u{fffd}".to_owned(), 0));
    }
}
