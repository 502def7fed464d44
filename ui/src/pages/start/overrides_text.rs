//! What pages see, in one line.

use drover_model::overrides::Overrides;

use crate::format;

/// "de-DE · Europe/Berlin · 52.52, 13.405 · 390 × 844 touch · dark · own user agent · 2 headers".
pub(crate) fn overrides_line(overrides: &Overrides) -> String {
    let place = overrides.geolocation.map(|place| {
        let (latitude, longitude) = (place.latitude.get(), place.longitude.get());
        format!("{latitude}, {longitude} ± {} m", place.accuracy)
    });
    let view = overrides.viewport.map(|view| {
        let scale = match view.scale_percent {
            100 => String::new(),
            percent => format!(" at {percent} %"),
        };
        let touch = if view.mobile { ", touch" } else { "" };
        format!("{} × {}{scale}{touch}", view.width, view.height)
    });
    let headers = overrides.headers.len() as u64;
    let parts = [
        overrides.language.clone(),
        overrides.time_zone.clone(),
        place,
        view,
        overrides
            .colour_scheme
            .map(|scheme| format!("{} colours", scheme.css())),
        overrides
            .user_agent
            .is_some()
            .then(|| "another user agent".to_owned()),
        (headers > 0).then(|| format::plural(headers, "extra header")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_names_all_that_is_set() {
        let check = |json: &str, line: &str| {
            let overrides: Overrides = serde_json::from_str(json).unwrap();
            assert_eq!(overrides_line(&overrides), line);
        };
        check(
            r#"{"language":"de-DE","time_zone":"Europe/Berlin","geolocation":{"latitude":52.52,"longitude":13.405,"accuracy":25},
            "viewport":{"width":390,"height":844,"scale_percent":300,"mobile":true},"colour_scheme":"dark","user_agent":"Mozilla/5.0","headers":{"X-Team":"eu"}}"#,
            "de-DE · Europe/Berlin · 52.52, 13.405 ± 25 m · 390 × 844 at 300 %, touch · dark colours · another user agent · 1 extra header",
        );
        check(r#"{"viewport":{"width":1280,"height":800}}"#, "1280 × 800");
        check("{}", "");
    }
}
