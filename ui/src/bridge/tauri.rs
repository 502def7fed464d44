//! The backend of the app: Tauri's IPC, bound by hand so that the page needs no global bundle.

use std::cell::Cell;
use std::rc::Rc;

use drover_model::{Code, CommandError, RunId, command};
use js_sys::{ArrayBuffer, JSON, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::Callback;

use super::{Backend, Guard, InOrder};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = invoke, catch)]
    fn invoke(command: &str, args: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = transformCallback)]
    fn transform_callback(callback: &JsValue, once: bool) -> f64;
    #[wasm_bindgen(js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = unregisterCallback)]
    fn unregister_callback(id: f64);
    #[wasm_bindgen(js_namespace = ["window", "__TAURI_EVENT_PLUGIN_INTERNALS__"], js_name = unregisterListener, catch)]
    fn unregister_listener(event: &str, id: f64) -> Result<(), JsValue>;
}

/// Whether this page runs inside the app.
pub(super) fn present() -> bool {
    web_sys::window()
        .is_some_and(|window| Reflect::has(&window, &"__TAURI_INTERNALS__".into()).unwrap_or(false))
}

#[derive(Default)]
pub struct TauriBackend;

impl Backend for TauriBackend {
    async fn invoke(&self, command: &'static str, body: String) -> Result<String, CommandError> {
        ask(command, &request(&body))
            .await
            .map(|value| text(&value))
    }

    async fn fetch(&self, command: &'static str, body: String) -> Result<Vec<u8>, CommandError> {
        let value = ask(command, &request(&body)).await?;
        match value.dyn_ref::<ArrayBuffer>() {
            Some(buffer) => Ok(Uint8Array::new(buffer).to_vec()),
            None => serde_json::from_str(&text(&value)).map_err(|_| {
                CommandError::new(
                    Code::Internal,
                    format!("`{command}` did not answer with bytes"),
                )
            }),
        }
    }

    async fn shell(&self, command: &'static str, args: String) -> Result<(), CommandError> {
        ask(command, &parse(&args)).await.map(drop)
    }

    async fn listen(&self, on_batch: Callback<String>) -> Guard {
        let handler = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            if let Ok(payload) = Reflect::get(&event, &"payload".into()) {
                on_batch.emit(text(&payload));
            }
        });
        let handler_id = transform_callback(handler.as_ref(), false);
        let args = object(&[
            ("event", command::EVENT.into()),
            ("target", object(&[("kind", "Any".into())])),
            ("handler", handler_id.into()),
        ]);
        let registered = match invoke("plugin:event|listen", &args) {
            Ok(promise) => JsFuture::from(promise)
                .await
                .ok()
                .and_then(|id| id.as_f64()),
            Err(_) => None,
        };
        Guard::new(move || {
            if let Some(id) = registered {
                unregister_listener(command::EVENT, id).ok(); // the page may be going away
                let args = object(&[("event", command::EVENT.into()), ("eventId", id.into())]);
                invoke("plugin:event|unlisten", &args).ok(); // likewise
            }
            unregister_callback(handler_id);
            drop(handler);
        })
    }

    fn watch_run(&self, run: RunId, from: u64, on_batch: Callback<String>) -> Guard {
        #[expect(
            clippy::cast_precision_loss,
            reason = "line numbers are far below 2^53"
        )]
        let args = [
            ("run", run.to_string().into()),
            ("from", (from as f64).into()),
        ];
        stream("watch_run", "unwatch_run", &args, move |_, batch| {
            on_batch.emit(text(&batch));
        })
    }

    fn watch_browser(&self, request: String, on_picture: Callback<Vec<u8>>) -> Guard {
        let args = [("req", parse(&request))];
        stream(
            "watch_browser",
            "unwatch_browser",
            &args,
            move |channel, picture| {
                if let Some(bytes) = picture.dyn_ref::<ArrayBuffer>() {
                    on_picture.emit(Uint8Array::new(bytes).to_vec());
                }
                // On which the next one may come.
                tell("saw_browser", channel);
            },
        )
    }
}

/// Opens a stream through a channel of its own; what comes is handed on in order, with the channel's number, until
/// the guard is dropped.
fn stream(
    begin: &'static str,
    end: &'static str,
    args: &[(&str, JsValue)],
    on_message: impl Fn(f64, JsValue) + 'static,
) -> Guard {
    let number = Rc::new(Cell::new(0.0));
    let (mut order, channel) = (InOrder::default(), number.clone());
    let on_message = Closure::<dyn FnMut(JsValue)>::new(move |message: JsValue| {
        let get = |name: &str| Reflect::get(&message, &name.into()).unwrap_or(JsValue::UNDEFINED);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "Tauri counts from zero in whole numbers"
        )]
        let place = get("index").as_f64().unwrap_or(0.0) as u64;
        let payload = (!get("end").is_truthy()).then(|| get("message"));
        for message in order.take(place, payload).into_iter().flatten() {
            on_message(channel.get(), message);
        }
    });
    let id = transform_callback(on_message.as_ref(), false);
    number.set(id);
    let mut args = args.to_vec();
    args.push(("channel", format!("__CHANNEL__:{id}").into()));
    // A stream that cannot begin shows in the view: it goes without.
    send(begin, &object(&args));
    Guard::new(move || {
        tell(end, id); // what it is about may be over and the stream with it
        unregister_callback(id);
        drop(on_message);
    })
}

/// Says something about a channel.
fn tell(command: &'static str, channel: f64) {
    send(command, &object(&[("channel", channel.into())]));
}

/// Sends a command whose answer makes no difference.
fn send(command: &'static str, args: &JsValue) {
    if let Ok(promise) = invoke(command, args) {
        spawn_local(async move {
            JsFuture::from(promise).await.ok(); // see above
        });
    }
}

/// One call, within the patience for this command.
async fn ask(command: &'static str, args: &JsValue) -> Result<JsValue, CommandError> {
    let answer = invoke(command, args).map_err(|error| refused(&error))?;
    let patience = super::any::patience(command);
    let either = Promise::race(&js_sys::Array::of2(&answer, &sleep(patience)));
    match JsFuture::from(either).await {
        Ok(value) if value.is_symbol() => Err(silent(patience)),
        Ok(value) => Ok(value),
        Err(error) => Err(refused(&error)),
    }
}

/// The arguments of every command that the model names.
fn request(body: &str) -> JsValue {
    object(&[("req", parse(body))])
}

fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in entries {
        Reflect::set(&object, &(*name).into(), value).ok(); // a plain object takes every key
    }
    object.into()
}

fn parse(body: &str) -> JsValue {
    JSON::parse(body).unwrap_or(JsValue::NULL)
}

/// A reply as JSON text, whether it came as bytes or as a value.
fn text(value: &JsValue) -> String {
    if let Some(buffer) = value.dyn_ref::<ArrayBuffer>() {
        return String::from_utf8_lossy(&Uint8Array::new(buffer).to_vec()).into_owned();
    }
    JSON::stringify(value)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_else(|| "null".to_owned())
}

/// Tauri itself rejects with plain text; that is never shown as the message.
fn refused(error: &JsValue) -> CommandError {
    serde_json::from_str(&text(error)).unwrap_or_else(|_| {
        let details = error.as_string().unwrap_or_else(|| text(error));
        CommandError::new(Code::Internal, "Drover could not carry this out")
            .hint(format!("details: {details}"))
    })
}

fn silent(patience: u32) -> CommandError {
    CommandError::new(
        Code::Internal,
        format!("the engine did not answer within {} s", patience / 1_000),
    )
    .hint("wait a moment and try again; runs are not affected")
}

/// Resolves with a symbol, which no reply is, after this many milliseconds.
fn sleep(ms: u32) -> Promise {
    Promise::new(&mut |resolve, _| {
        let done = Closure::once_into_js(move || {
            resolve
                .call1(
                    &JsValue::NULL,
                    &js_sys::Symbol::for_("drover-timeout").into(),
                )
                .ok(); // nobody waits any more
        });
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        super::dom::window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(done.unchecked_ref(), ms)
            .ok(); // it fails only without a window
    })
}
