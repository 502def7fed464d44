//! What is done with a stopped profile, judged by the browser that opens it again.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use drover_browser::{
    Browser, LaunchOptions,
    keeping::{
        About, BundleAbout, Job, KeepError, Stopped, clone_profile, export_bundle, import_bundle,
        import_foreign, plan_sweep, rollback, snapshot, sweep, usage,
    },
};
use drover_model::{ForeignProfile, ImportOutcome, KeptThing, Origin, SnapshotKind};
use jiff::Timestamp;

use crate::support::{Door, PATIENCE, Profile, Site, soon};

static NEVER: AtomicBool = AtomicBool::new(false);

fn job() -> Job<'static> {
    Job::new(&NEVER, &|_| {})
}

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn origin() -> Origin {
    Origin {
        brand: "chromium".to_owned(),
        crypt: "portable".to_owned(),
        major: None,
    }
}

/// A site that signs in and out by script, and remembers something in local storage.
async fn site() -> Site {
    let set = "<script>document.cookie = 'session=1; max-age=86400'; localStorage.theme = 'dark'</script>";
    let unset = "<script>document.cookie = 'session=0; max-age=86400'; localStorage.theme = 'light'</script>";
    let theme = "<script>document.title = localStorage.theme</script>";
    Site::start(&[("/set", set), ("/unset", unset), ("/theme", theme)]).await
}

async fn open(profile: &Profile, folder: &Path) -> Browser {
    let options = LaunchOptions {
        folder: folder.to_owned(),
        ..profile.real().await
    };
    Browser::launch(&Door, options).await.unwrap()
}

async fn visit(profile: &Profile, folder: &Path, url: &str) {
    let browser = open(profile, folder).await;
    let page = browser.new_page().await.unwrap();
    page.navigate(url, PATIENCE).await.unwrap();
    soon("closing", browser.close()).await.unwrap();
}

/// Opens the folder and says whether the site knows the person, and what it remembers.
async fn state(profile: &Profile, folder: &Path, site: &Site) -> (bool, String) {
    let browser = open(profile, folder).await;
    let page = browser.new_page().await.unwrap();
    page.navigate(&site.url("/home"), PATIENCE).await.unwrap();
    let evaluate = drover_browser::cdp::protocol::Evaluate {
        expression: "document.body.innerText",
        context_id: None,
        await_promise: false,
        return_by_value: true,
    };
    let text = page.session().call(&evaluate).await.unwrap().result.value;
    page.navigate(&site.url("/theme"), PATIENCE).await.unwrap();
    let theme = page.title().await.unwrap();
    soon("closing", browser.close()).await.unwrap();
    (text.as_str().unwrap().contains("Welcome, ada"), theme)
}

fn stopped(folder: &Path) -> Stopped {
    Stopped::prove(folder, ()).unwrap()
}

#[tokio::test]
async fn a_rollback_brings_the_login_back_and_can_be_undone() {
    let site = site().await;
    let profile = Profile::new();
    let (folder, shelf) = (
        profile.folder(),
        profile.folder().with_file_name("snapshots"),
    );
    visit(&profile, &folder, &site.url("/set")).await;
    let about = About {
        at: now(),
        kind: SnapshotKind::Manual,
        note: "signed in".to_owned(),
        origin: origin(),
    };
    let made = snapshot(&stopped(&folder), &shelf, about, &job()).unwrap();
    visit(&profile, &folder, &site.url("/unset")).await;
    assert_eq!(
        state(&profile, &folder, &site).await,
        (false, "light".to_owned())
    );

    let back = rollback(
        &stopped(&folder),
        &shelf,
        &made.id,
        now(),
        &origin(),
        &job(),
    )
    .unwrap();
    assert_eq!(
        state(&profile, &folder, &site).await,
        (true, "dark".to_owned())
    );
    rollback(
        &stopped(&folder),
        &shelf,
        &back.undo.id,
        now(),
        &origin(),
        &job(),
    )
    .unwrap();
    assert_eq!(
        state(&profile, &folder, &site).await,
        (false, "light".to_owned())
    );
}

#[tokio::test]
async fn copies_of_all_kinds_are_signed_in() {
    let site = site().await;
    let profile = Profile::new();
    let folder = profile.folder();
    visit(&profile, &folder, &site.url("/set")).await;
    let place = |name: &str| -> PathBuf { profile.home.path().join(name).join("chrome") };

    clone_profile(&stopped(&folder), &place("clone"), &job()).unwrap();

    let file = profile.home.path().join("profile.drover.zip");
    let about = BundleAbout {
        profile: "Shop".to_owned(),
        at: now(),
        origin: origin(),
        logins: true,
    };
    export_bundle(&stopped(&folder), &file, &about, &job()).unwrap();
    import_bundle(&file, &place("bundle"), &job()).unwrap();

    // The browser's own folder, taken as if a person used it outside Drover.
    let source = ForeignProfile {
        root: folder.to_str().unwrap().to_owned(),
        folder: "Default".to_owned(),
        name: "Ada".to_owned(),
        brand: Some("chromium".to_owned()),
    };
    let report = import_foreign(&source, &place("import"), &origin(), &job()).unwrap();
    let cookies = report
        .items
        .iter()
        .find(|item| item.thing == KeptThing::Cookies)
        .unwrap();
    let note = |outcome: &ImportOutcome| match outcome {
        ImportOutcome::Copied { note, .. } => note.clone(),
        _ => None,
    };
    let note = note(&cookies.outcome).unwrap_or_default();
    assert!(note.contains("fixed key"), "{:?}", cookies.outcome);
    assert!(report.major.is_some());

    for name in ["clone", "bundle", "import"] {
        assert_eq!(
            state(&profile, &place(name), &site).await,
            (true, "dark".to_owned()),
            "{name}"
        );
    }
    let other = Origin {
        crypt: "os".to_owned(),
        ..origin()
    };
    let running = open(&profile, &folder).await;
    let error = import_foreign(&source, &place("open"), &other, &job()).unwrap_err();
    assert!(matches!(error, KeepError::SourceOpen { .. }), "{error}");
    let error = Stopped::prove(&folder, ()).unwrap_err();
    assert!(matches!(error, KeepError::Held(_)), "{error}");
    soon("closing", running.close()).await.unwrap();
}

#[tokio::test]
async fn a_swept_profile_is_smaller_and_still_signed_in() {
    let site = site().await;
    let profile = Profile::new();
    let folder = profile.folder();
    visit(&profile, &folder, &site.url("/set")).await;
    let before = usage(&folder, None).unwrap();
    let plan = plan_sweep(&folder, None).unwrap();
    assert!(
        plan.freed() > 0 && plan.freed() == before.caches,
        "{plan:?} {before:?}"
    );
    let report = sweep(&stopped(&folder), &plan, &job()).unwrap();
    assert_eq!((report.freed, report.kept), (plan.freed(), Vec::new()));
    let after = usage(&folder, None).unwrap();
    assert_eq!(after.total(), before.total() - report.freed);
    assert!(fs::exists(folder.join("Default/Cookies")).unwrap());
    assert_eq!(
        state(&profile, &folder, &site).await,
        (true, "dark".to_owned())
    );
}
