//! Cookie files of four formats, good and bad.

use drover_browser::cookies::{Cookie, CookieFileError, read, save, write};
use drover_model::{CookieFormat, CookieSkip, SameSite};
use jiff::Timestamp;
use proptest::prelude::*;
use secrecy::ExposeSecret as _;

use crate::support::now;

const SECRET: &str = "s3cret-value";

fn skipped(text: &str) -> Vec<(usize, CookieSkip)> {
    let file = read(text, now()).unwrap();
    file.skipped()
        .map(|(at, _, reason)| (at, reason.clone()))
        .collect()
}

#[test]
fn each_format_is_recognised() {
    let check = |text: &str, format: CookieFormat| {
        let file = read(text, now()).unwrap();
        assert_eq!(file.format, format, "{text}");
        let cookies: Vec<&Cookie> = file.cookies().collect();
        assert_eq!(cookies.len(), 1, "{:?}", file.skipped().collect::<Vec<_>>());
        let cookie = cookies[0];
        assert_eq!(
            (cookie.name.as_str(), cookie.value.expose_secret()),
            ("sid", SECRET)
        );
        assert_eq!(
            (cookie.domain.as_str(), cookie.host_only),
            ("a.test", false)
        );
        assert!(cookie.secure && cookie.http_only);
    };
    check(
        r#"[{"domain": ".a.test", "expirationDate": 1900000000.5, "hostOnly": false, "httpOnly": true, "name": "sid",
            "path": "/", "sameSite": "no_restriction", "secure": true, "session": false, "storeId": "0",
            "value": "s3cret-value", "id": 1}]"#,
        CookieFormat::EditThisCookie,
    );
    check(
        r#"[{"domain": ".a.test", "expirationDate": 1900000000, "hostOnly": false, "httpOnly": true, "name": "sid",
            "path": "/", "sameSite": null, "secure": true, "session": false, "storeId": null, "value": "s3cret-value"}]"#,
        CookieFormat::CookieEditor,
    );
    check(
        r#"{"cookies": [{"name": "sid", "value": "s3cret-value", "domain": ".a.test", "path": "/", "expires": -1,
            "httpOnly": true, "secure": true, "sameSite": "Lax"}],
            "origins": [{"origin": "https://a.test", "localStorage": []}]}"#,
        CookieFormat::StorageState,
    );
    check(
        "\u{feff}# Netscape HTTP Cookie File\r\n\r\n#HttpOnly_.A.test\tTRUE\t/\tTRUE\t1900000000\tsid\ts3cret-value\r\n",
        CookieFormat::Netscape,
    );
}

#[test]
fn the_words_of_the_formats_mean_what_browsers_mean() {
    let text = r#"[
        {"domain": "a.test", "name": "one", "value": "1", "sameSite": "unspecified", "hostOnly": true},
        {"domain": "a.test", "name": "two", "value": "2", "sameSite": "strict", "hostOnly": false, "session": true,
         "expirationDate": 1900000000},
        {"domain": "127.0.0.1", "name": "three", "value": "", "hostOnly": false},
        {"domain": "bücher.test", "name": "four", "value": "4", "secure": true,
         "partitionKey": {"topLevelSite": "https://top.test", "hasCrossSiteAncestor": true}, "priority": "High"},
        {"domain": "a.test", "name": "five", "value": "5", "secure": true, "partitionKey": "https://top.test"}
    ]"#;
    let file = read(text, now()).unwrap();
    let cookies: Vec<&Cookie> = file.cookies().collect();
    assert_eq!(cookies.len(), 5, "{:?}", file.skipped().collect::<Vec<_>>());
    assert_eq!((cookies[0].same_site, cookies[0].host_only), (None, true));
    assert_eq!(cookies[1].same_site, Some(SameSite::Strict));
    assert_eq!((cookies[1].host_only, cookies[1].expires), (false, None));
    assert!(cookies[2].host_only, "an address has no subdomains");
    assert_eq!(cookies[3].domain, "xn--bcher-kva.test");
    for cookie in &cookies[3..] {
        let partition = cookie.partition.as_ref().unwrap();
        assert_eq!(partition.top_level_site, "https://top.test");
        assert!(partition.has_cross_site_ancestor);
    }
}

#[test]
fn a_cookie_that_browsers_would_drop_is_named_with_its_reason() {
    let lines = [
        "a.test\tFALSE\t/\tFALSE\t0\tfine\t1",
        "",
        "# a comment",
        "a.test FALSE / FALSE 0 blanks 1",
        "a.test\tFALSE\t/\tFALSE\t100\told\t1",
        "a b.test\tFALSE\t/\tFALSE\t0\tdomain\t1",
        "a..test\tFALSE\t/\tFALSE\t0\tdots\t1",
        "a.test\tFALSE\t/\tFALSE\t0\t__Secure-x\t1",
        ".a.test\tTRUE\t/\tTRUE\t0\t__Host-x\t1",
        "a.test\tFALSE\t/deep\tTRUE\t0\t__host-y\t1",
        "a.test\tFALSE\tx\tFALSE\t0\tpath\t1",
        "a.test\tFALSE\t/\tFALSE\t0\t\t1",
        "a.test\tFALSE\t/\tFALSE\tsoon\texpiry\t1",
        "a.test\tMAYBE\t/\tFALSE\t0\tswitch\t1",
        "a.test\tFALSE\t/\tFALSE\t0\tvalue\t1;2",
        "a.test\tFALSE\t/\tFALSE\t0\tempty",
        "a.test\tFALSE\t/\tFALSE\t0\ttwice\t1",
        "a.test\tFALSE\t/\tFALSE\t0\ttwice\t2",
    ];
    let unreadable = |problem: &str| CookieSkip::Unreadable {
        problem: problem.to_owned(),
    };
    let expected = vec![
        (4, unreadable("1 fields between tabs instead of 7")),
        (5, CookieSkip::Expired),
        (6, CookieSkip::InvalidDomain),
        (7, CookieSkip::InvalidDomain),
        (8, CookieSkip::SecurePrefix),
        (9, CookieSkip::HostPrefix),
        (10, CookieSkip::HostPrefix),
        (11, CookieSkip::InvalidPath),
        (12, CookieSkip::InvalidName),
        (13, unreadable("the expiry is not a number")),
        (
            14,
            unreadable("the field for subdomains is neither TRUE nor FALSE"),
        ),
        (15, CookieSkip::InvalidValue),
        (17, CookieSkip::Duplicate { at: 18 }),
    ];
    assert_eq!(skipped(&lines.join("\n")), expected);

    let long = "x".repeat(4097);
    let text = format!(
        r#"[{{"name": "a", "value": "1", "domain": "a.test", "sameSite": "no_restriction"}},
            {{"name": "b", "value": "1", "domain": "a.test", "partitionKey": "https://top.test"}},
            {{"name": "c", "value": "{long}", "domain": "a.test"}}, 7,
            {{"name": "d", "value": 5, "domain": "a.test"}}, {{"value": "1", "domain": "a.test"}}]"#
    );
    let expected = vec![
        (1, CookieSkip::SameSiteNone),
        (2, CookieSkip::PartitionNotSecure),
        (3, CookieSkip::TooLong),
        (4, unreadable("not an object")),
        (5, unreadable("no `value`")),
        (6, unreadable("no `name`")),
    ];
    assert_eq!(skipped(&text), expected);
}

#[test]
fn what_is_no_cookie_file_says_so_and_quotes_nothing() {
    let check = |text: &str, expected: CookieFileError| {
        let error = read(text, now()).unwrap_err();
        assert_eq!(error, expected, "{text}");
        assert!(!format!("{error} {error:?}").contains(SECRET));
    };
    check("", CookieFileError::Empty);
    check(" \n\t", CookieFileError::Empty);
    check(
        "[\n{\"value\": \"s3cret-value\",}",
        CookieFileError::Json {
            line: 2,
            column: 26,
        },
    );
    check(r#"{"s3cret-value": 1}"#, CookieFileError::Unknown);
    check(r#"["s3cret-value"]"#, CookieFileError::Unknown);
    check(
        "Dear Ada,\nthe password is s3cret-value",
        CookieFileError::Unknown,
    );
}

#[test]
fn values_are_in_no_debug_output() {
    let text =
        format!("a.test\tFALSE\t/\tFALSE\t0\tsid\t{SECRET}\na.test\tFALSE\t/\tX\t0\tsid\t{SECRET}");
    let file = read(&text, now()).unwrap();
    let cookies: Vec<Cookie> = file.cookies().cloned().collect();
    assert_eq!(cookies.len(), 1);
    let written = write(&cookies, CookieFormat::CookieEditor);
    let said = format!("{file:?} {cookies:?} {written:?} {:?}", cookies[0].row());
    assert!(!said.contains(SECRET), "{said}");
}

#[test]
fn a_saved_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cookies.txt");
    std::fs::write(&path, "old").unwrap();
    let file = read("a.test\tFALSE\t/\tFALSE\t0\tsid\t1", now()).unwrap();
    let cookies: Vec<Cookie> = file.cookies().cloned().collect();
    save(&write(&cookies, CookieFormat::Netscape), &path).unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert!(
        std::fs::read_to_string(&path)
            .unwrap()
            .ends_with("a.test\tFALSE\t/\tFALSE\t0\tsid\t1\n")
    );
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "a partial file was left"
    );
}

fn cookies() -> impl Strategy<Value = Vec<Cookie>> {
    let text = "[!#-+--:<>-~]{0,12}";
    let one = (
        "[a-zA-Z0-9_-]{1,8}",
        text,
        "[a-z]{1,6}\\.test",
        any::<bool>(),
        "/[a-z]{0,4}",
        proptest::option::of(1_800_000_000_i64..4_000_000_000),
        (any::<bool>(), any::<bool>()),
        0..4_usize,
        proptest::option::of("https://[a-z]{1,6}\\.test"),
    );
    let one = one.prop_map(
        |(name, value, domain, host_only, path, expires, (secure, http_only), site, top)| {
            let same_site = [
                None,
                Some(SameSite::Lax),
                Some(SameSite::Strict),
                Some(SameSite::None),
            ][site];
            let secure = secure || top.is_some() || same_site == Some(SameSite::None);
            let partition = top.map(|top| drover_browser::cdp::protocol::PartitionKey {
                top_level_site: top,
                has_cross_site_ancestor: true,
            });
            Cookie {
                name: format!("n{name}"),
                value: value.into(),
                domain,
                host_only,
                path,
                expires: expires.map(|at| Timestamp::from_second(at).unwrap()),
                secure,
                http_only,
                same_site,
                priority: None,
                source_scheme: None,
                source_port: None,
                partition,
            }
        },
    );
    proptest::collection::vec(one, 0..12).prop_map(|mut cookies: Vec<Cookie>| {
        cookies.sort_by_key(Cookie::key);
        cookies.dedup_by_key(|cookie| cookie.key());
        cookies
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(cookies in cookies()) {
        for format in CookieFormat::ALL {
            let text = write(&cookies, format).text;
            let file = read(text.expose_secret(), now()).unwrap();
            let lossy = format == CookieFormat::Netscape;
            let expected: Vec<Cookie> = cookies.iter().filter(|cookie| !lossy || cookie.partition.is_none()).cloned().collect();
            let back: Vec<&Cookie> = file.cookies().collect();
            prop_assert_eq!(file.skipped().count(), 0);
            prop_assert_eq!(back.len(), expected.len(), "{:?}", format);
            for (one, other) in expected.iter().zip(back) {
                prop_assert_eq!(one.value.expose_secret(), other.value.expose_secret());
                let mut row = one.row();
                match format {
                    CookieFormat::Netscape => row.same_site = None,
                    CookieFormat::StorageState => row.same_site = row.same_site.or(Some(SameSite::Lax)),
                    _ => {}
                }
                prop_assert_eq!(row, other.row());
                prop_assert_eq!(&one.partition, &other.partition);
            }
        }
    }
}
