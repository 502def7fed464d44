//! The one place of the UI that reads the time; everything else takes it as an argument.

use jiff::Timestamp;
use jiff::civil::DateTime;
use wasm_bindgen::{JsCast, JsValue};

/// Now, to the millisecond, by the clock of the webview.
pub fn now() -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds of this age fit an i64 many times over"
    )]
    Timestamp::from_millisecond(js_sys::Date::now() as i64).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Date and time in the operator's zone and language, such as "23 Nov 2026, 08:55:10".
pub fn local(at: Timestamp) -> String {
    let date = js_date(at);
    String::from(date.to_locale_string("en-GB", &JsValue::UNDEFINED))
}

/// Time of day in the operator's zone, `08:55:10.120`.
pub fn local_time(at: Timestamp) -> String {
    let date = js_date(at);
    format!(
        "{:02}:{:02}:{:02}.{:03}",
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds(),
        date.get_milliseconds()
    )
}

/// What the operator's clock shows then.
pub fn local_civil(at: Timestamp) -> DateTime {
    let date = js_date(at);
    let small = |number: u32| i8::try_from(number).unwrap_or(0);
    let year = i16::try_from(date.get_full_year()).unwrap_or(1970);
    DateTime::new(
        year,
        small(date.get_month() + 1),
        small(date.get_date()),
        small(date.get_hours()),
        small(date.get_minutes()),
        small(date.get_seconds()),
        0,
    )
    .unwrap_or_default()
}

/// The instant of a moment on the operator's clock, `2026-12-01 09:00`. None when it is none.
pub fn instant(local: &str) -> Option<Timestamp> {
    let text = local.trim().replace(' ', "T");
    let shape = text.len() >= 16 && text.as_bytes()[10] == b'T';
    let ms = js_sys::Date::parse(&text);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds of this age fit an i64 many times over"
    )]
    let found = Timestamp::from_millisecond(ms as i64).ok();
    found.filter(|_| shape && ms.is_finite())
}

/// The names of the zones that the webview knows, such as `Europe/Berlin`.
pub fn zones() -> Vec<String> {
    let list = || -> Result<js_sys::Array, JsValue> {
        let intl = js_sys::Reflect::get(&js_sys::global(), &"Intl".into())?;
        let ask = js_sys::Reflect::get(&intl, &"supportedValuesOf".into())?;
        let ask: js_sys::Function = ask.dyn_into()?;
        ask.call1(&intl, &"timeZone".into())?.dyn_into()
    };
    let names = list().unwrap_or_default(); // an old webview has no such list
    names.iter().filter_map(|name| name.as_string()).collect()
}

/// The zone of this computer, such as `Europe/Berlin`.
#[cfg(feature = "demo")]
pub fn zone() -> String {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    let name = js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into());
    let name = name.ok().and_then(|name| name.as_string());
    name.unwrap_or_else(|| "UTC".to_owned()) // every webview names one
}

fn js_date(at: Timestamp) -> js_sys::Date {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of this age are exact in an f64"
    )]
    let ms = at.as_millisecond() as f64;
    js_sys::Date::new(&JsValue::from_f64(ms))
}
