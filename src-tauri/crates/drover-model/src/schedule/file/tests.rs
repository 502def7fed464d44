use super::*;

fn read(text: &str) -> Result<ScheduleSpec, Problems> {
    ScheduleFile::from_json(text).and_then(ScheduleSpec::try_from)
}

#[test]
fn a_schedule_survives_its_text() {
    for text in [
        r#"{"name":"weekday-mornings","task":"daily-check","when":{"cron":"0 9 * * MON-FRI","tz":"Europe/Berlin"},"overlap":"queue_one","missed":"run_all","missed_max":3,"catch_up":"2h","jitter":"30s","parameters":{"url":"https://example.test/"},"enabled":true}"#,
        r#"{"name":"a","task":"b","when":{"every":"15m","anchor":"2026-12-01T08:00:00Z"},"windows":["MON,TUE 08:00-18:00"],"blackouts":["2026-12-24..2027-01-01"],"enabled":false}"#,
        r#"{"name":"a","task":"b","when":{"at":"2026-12-01T08:00:00Z"},"from":"2026-01-01","until":"2026-12-31T10:00:00Z","enabled":true}"#,
        r#"{"name":"a","task":"b","when":{"after":"c","on":"failed","scope":"batch"},"batch":{"max_parallel":5,"spread":"10m","stop_after":"20%"},"enabled":true}"#,
    ] {
        let spec = read(text).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(serde_json::to_string(&spec).unwrap(), text);
    }
}

#[test]
fn every_problem_is_noted_at_once() {
    let problems = read(
        r#"{"name":"","task":"b","when":{"cron":"0 25 * * *","on":"failed"},"jitter":"5","missed_max":0,"windows":["08:00-18:00","later"]}"#,
    )
    .unwrap_err();
    let fields: Vec<&str> = problems.0.iter().map(|problem| &*problem.field).collect();
    assert_eq!(
        fields,
        [
            "name",
            "when.on",
            "when.cron",
            "windows[1]",
            "jitter",
            "missed_max"
        ]
    );
    let jitter = problems.of("jitter").unwrap();
    assert_eq!(jitter.value.as_deref(), Some("5"));
    assert_eq!(jitter.allowed.as_deref(), Some("1ms–30d"));
}

#[test]
fn one_trigger_is_needed_and_no_second() {
    let none = read(r#"{"name":"a","task":"b","when":{}}"#).unwrap_err();
    assert!(none.of("when").unwrap().message.starts_with("say when"));
    let two = read(r#"{"name":"a","task":"b","when":{"every":"5m","cron":"@daily"}}"#);
    assert!(
        two.unwrap_err()
            .of("when")
            .unwrap()
            .message
            .contains("not several")
    );
}
