//! Cookies in a running browser: import with a result for each, undo, export, and what sites see of it.

use drover_browser::{
    Browser,
    cookies::{Cookie, CookieFile, counts, delete, import, read, rows, stored, undo, write},
};
use drover_model::{CookieFormat, CookieOutcome, CookieReport, CookieSkip};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;

use crate::support::{PATIENCE, Profile, Site, soon};

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn file(text: &str) -> CookieFile {
    read(text, now()).unwrap()
}

fn outcomes(report: &CookieReport) -> Vec<CookieOutcome> {
    report
        .results
        .iter()
        .map(|result| result.outcome.clone())
        .collect()
}

async fn says(browser: &Browser, url: &str) -> String {
    let page = browser.new_page().await.unwrap();
    page.navigate(url, PATIENCE).await.unwrap();
    let evaluate = drover_browser::cdp::protocol::Evaluate {
        expression: "document.body.innerText",
        context_id: None,
        await_promise: false,
        return_by_value: true,
    };
    let result = page.session().call(&evaluate).await.unwrap().result;
    result.value.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_imported_login_works_and_can_be_taken_back() {
    let site = Site::start(&[]).await;
    let profile = Profile::new();
    let browser = profile.launch().await;
    let home = site.url("/home");
    assert!(says(&browser, &home).await.contains("Please sign in"));

    let wrong = file("127.0.0.1\tFALSE\t/\tFALSE\t4000000000\tsession\t0\n");
    let (report, _) = import(&browser, &wrong).await.unwrap();
    assert_eq!(outcomes(&report), [CookieOutcome::Imported]);
    assert!(says(&browser, &home).await.contains("Please sign in"));

    let lines = [
        "127.0.0.1\tFALSE\t/\tFALSE\t4000000000\tsession\t1",
        "127.0.0.1\tFALSE\t/\tFALSE\t0\tother\t1",
        "#HttpOnly_.shop.test\tTRUE\t/\tTRUE\t4000000000\thidden\t1",
        "rubbish",
        ".com\tTRUE\t/\tFALSE\t0\teverywhere\t1",
    ];
    let login = file(&lines.join("\n"));
    let (report, taken_back) = import(&browser, &login).await.unwrap();
    let refused = CookieOutcome::Skipped {
        reason: CookieSkip::Refused,
    };
    let expected = [
        CookieOutcome::Replaced,
        CookieOutcome::Imported,
        CookieOutcome::Imported,
    ];
    assert_eq!(outcomes(&report)[..3], expected);
    assert_eq!(report.results[3].at, 4);
    assert!(matches!(
        report.results[3].outcome,
        CookieOutcome::Skipped { .. }
    ));
    assert_eq!(outcomes(&report)[4], refused, "a cookie of a public suffix");
    assert!(says(&browser, &home).await.contains("Welcome, ada"));

    let (again, nothing) = import(&browser, &login).await.unwrap();
    assert_eq!(
        outcomes(&again)[..3],
        [const { CookieOutcome::Unchanged }; 3]
    );
    assert!(nothing.is_empty());

    let there = stored(&browser).await.unwrap();
    let counted = counts(&there);
    let counted: Vec<(&str, u64, u64)> = counted
        .iter()
        .map(|one| (one.domain.as_str(), one.cookies, one.session))
        .collect();
    assert_eq!(counted, [("127.0.0.1", 2, 1), ("shop.test", 1, 0)]);
    let hidden = rows(&there)
        .into_iter()
        .find(|row| row.key.name == "hidden")
        .unwrap();
    assert!(hidden.http_only && hidden.secure && hidden.key.domain == ".shop.test");

    assert_eq!(taken_back.len(), 3);
    assert_eq!(undo(&browser, &taken_back).await.unwrap(), 3);
    let left = stored(&browser).await.unwrap();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(
        left[0].value.expose_secret(),
        "0",
        "the former value did not come back"
    );
    assert!(says(&browser, &home).await.contains("Please sign in"));
    soon("closing", browser.close()).await.unwrap();
}

#[tokio::test]
async fn every_format_brings_back_what_the_browser_had() {
    let profile = Profile::new();
    let browser = profile.launch().await;
    let text = r#"[
        {"domain": "a.test", "hostOnly": true, "name": "host", "value": "1", "path": "/x", "expirationDate": 4000000000},
        {"domain": ".a.test", "name": "domain", "value": "two words", "secure": true, "sameSite": "no_restriction"},
        {"domain": "a.test", "hostOnly": true, "name": "__Host-h", "value": "3", "secure": true, "httpOnly": true,
         "sameSite": "strict"},
        {"domain": "b.test", "hostOnly": true, "name": "chips", "value": "4", "secure": true,
         "sameSite": "no_restriction", "partitionKey": {"topLevelSite": "https://top.test", "hasCrossSiteAncestor": true}},
        {"domain": "b.test", "hostOnly": true, "name": "chips", "value": "5", "secure": true, "sameSite": "no_restriction"}
    ]"#;
    let (report, _) = import(&browser, &file(text)).await.unwrap();
    assert_eq!(
        outcomes(&report),
        [const { CookieOutcome::Imported }; 5],
        "{report:?}"
    );
    let before = stored(&browser).await.unwrap();
    assert_eq!(before.len(), 5);
    for format in CookieFormat::ALL {
        let text = write(&before, format);
        let keys: Vec<_> = before.iter().map(Cookie::key).collect();
        let deleted = delete(&browser, &keys, now()).await.unwrap();
        assert_eq!(stored(&browser).await.unwrap().len(), 0, "{format:?}");
        let (report, _) = import(&browser, &file(text.text.expose_secret()))
            .await
            .unwrap();
        assert_eq!(report.skipped(), 0, "{report:?}");
        let after = stored(&browser).await.unwrap();
        match format {
            CookieFormat::Netscape => {
                assert_eq!(after.len(), 4, "a partitioned cookie lost its partition");
                assert!(
                    text.notes
                        .iter()
                        .any(|note| note.contains("1 cookies were left out")),
                    "{:?}",
                    text.notes
                );
            }
            CookieFormat::StorageState => assert_eq!(after.len(), 5),
            _ => assert_eq!(rows(&after), rows(&before), "{format:?}"),
        }
        for (one, other) in before
            .iter()
            .filter(|one| after.len() == 5 || one.partition.is_none())
            .zip(&after)
        {
            assert_eq!(one.key(), other.key(), "{format:?}");
            assert_eq!(
                one.value.expose_secret(),
                other.value.expose_secret(),
                "{format:?}"
            );
            assert_eq!(one.partition, other.partition, "{format:?}");
        }
        let keys: Vec<_> = after.iter().map(Cookie::key).collect();
        delete(&browser, &keys, now()).await.unwrap();
        assert_eq!(undo(&browser, &deleted).await.unwrap(), 5, "{format:?}");
    }
    soon("closing", browser.close()).await.unwrap();
}
