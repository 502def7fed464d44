//! The one place of the UI that reads the time; everything else takes it as an argument.

use jiff::Timestamp;

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
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of this age are exact in an f64"
    )]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.as_millisecond() as f64));
    String::from(date.to_locale_string("en-GB", &wasm_bindgen::JsValue::UNDEFINED))
}

/// Time of day in the operator's zone, `08:55:10.120`.
pub fn local_time(at: Timestamp) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of this age are exact in an f64"
    )]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.as_millisecond() as f64));
    format!(
        "{:02}:{:02}:{:02}.{:03}",
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds(),
        date.get_milliseconds()
    )
}
