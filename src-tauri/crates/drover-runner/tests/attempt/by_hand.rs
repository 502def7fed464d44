//! Unmodified scripts and suites, by hand and through Drover: the same exit code, the same output, the same requests
//! with the same cookies, and the same cookies at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use drover_browser::Exit;
use drover_model::{ProfileId, Stream};
use drover_runner::process::{Audience, Door, Output, Start};
use secrecy::ExposeSecret as _;
use serde_json::json;
use tokio::io::AsyncReadExt as _;

use crate::bench::{Bench, node_tools, on_path, own_environment, python_tools, rounds};
use crate::site::{Site, site_on, task};

/// With the placement that its task asks for. The first stand for all, since a usual run takes only some.
const SCRIPTS: &[(&str, &str)] = &[
    ("js/sign-in.cjs", "profile"),
    ("py/sign_in.py", "profile"),
    ("suites/typed", "profile"),
    ("pysuites/fixtures", "profile"),
    ("js/popup.mjs", "profile"),
    ("py/async_pages.py", "profile"),
    ("suites/retries", "profile"),
    ("js/download.mjs", "profile"),
    ("py/exit_code.py", "profile"),
    ("js/two-contexts.mjs", "isolated"),
    ("py/har.py", "profile"),
    ("js/fails.mjs", "profile"),
    ("js/har.mjs", "profile"),
    ("py/download.py", "profile"),
    ("js/persistent.cjs", "profile"),
    ("py/popup.py", "profile"),
    ("suites/plain", "profile"),
    ("suites/workers", "own"),
    ("suites/workers", "profile"),
    ("suites/setup", "profile"),
    ("suites/evidence", "profile"),
    ("suites/esm", "profile"),
    ("suites/failing", "profile"),
    ("suites/typed", "isolated"),
    ("pysuites/plain", "profile"),
    ("pysuites/failing", "profile"),
    ("js/title.mjs", "profile"),
    ("js/storage-state.mjs", "profile"),
    ("js/storage-state.mjs", "isolated"),
    ("js/tracing.cjs", "profile"),
    ("js/har.mjs", "isolated"),
    ("js/route.mjs", "profile"),
    ("js/dialog.mjs", "profile"),
    ("js/frames.mjs", "profile"),
    ("js/console.mjs", "profile"),
    ("js/evaluate.cjs", "profile"),
    ("js/upload.mjs", "profile"),
    ("js/cookies.mjs", "profile"),
    ("js/request.mjs", "profile"),
    ("js/video.mjs", "isolated"),
    ("js/video.mjs", "own"),
    ("js/exit-code.cjs", "profile"),
    ("js/emulation.mjs", "profile"),
    ("js/screenshot.mjs", "profile"),
    ("js/no-browser.mjs", "own"),
    ("js/popup.mjs", "own"),
    ("py/title.py", "profile"),
    ("py/storage_state.py", "isolated"),
    ("py/async_persistent.py", "profile"),
    ("py/tracing.py", "profile"),
    ("py/route.py", "profile"),
    ("py/cookies.py", "profile"),
    ("py/two_contexts.py", "isolated"),
    ("py/fails.py", "profile"),
    ("py/console.py", "profile"),
    ("py/title.py", "own"),
];
/// Scripts for each round; a night has rounds enough for all.
const SCRIPTS_A_ROUND: usize = 4;

/// What anybody can see of a run.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    code: Option<i32>,
    stdout: Vec<String>,
    asked: BTreeMap<String, u32>,
    cookies: BTreeSet<String>,
    /// The cookies of the site at the end, with what they are; `None` of a script that ends without closing anything.
    jar: Option<BTreeSet<String>>,
}

/// One of the two ways, with a copy of all scripts for itself.
struct Side {
    folder: PathBuf,
    browsers: PathBuf,
}

impl Side {
    /// Variables under which a script's cookies are written down at its end.
    fn observed(&self, jar: &Path) -> [(&'static str, OsString); 3] {
        let observe = self.folder.join("observe");
        let mut options = OsString::from("--require=");
        options.push(observe.join("jar.cjs"));
        [
            ("JAR", jar.into()),
            ("NODE_OPTIONS", options),
            ("PYTHONPATH", observe.join("python").into()),
        ]
    }
}

/// One cookie in words. A site that says nothing about `SameSite` means `Lax`.
fn cookie(name: &str, value: &str, path: &str, flags: [bool; 3], same_site: &str) -> String {
    let [http_only, secure, lasting] = flags;
    format!(
        "{name}={value} {path} http only {http_only}, secure {secure}, lasting {lasting}, {same_site}"
    )
}

fn host(site: &Site) -> &str {
    let rest = site.address.trim_start_matches("http://");
    rest.split(':').next().unwrap()
}

/// What was written down by the observer, of all contexts together; later ones count.
fn written(jar: &Path, site: &Site) -> Option<BTreeSet<String>> {
    let text = std::fs::read_to_string(jar).ok()?;
    let mut all = BTreeMap::new();
    for line in text.lines() {
        let cookies: Vec<serde_json::Value> = serde_json::from_str(line).unwrap();
        for found in cookies.iter().filter(|found| found["domain"] == host(site)) {
            let word = |key: &str| found[key].as_str().unwrap_or_default();
            let is = |key: &str| found[key].as_bool().unwrap();
            let lasting = found["expires"].as_f64().unwrap() >= 0.0;
            let flags = [is("httpOnly"), is("secure"), lasting];
            let words = cookie(
                word("name"),
                word("value"),
                word("path"),
                flags,
                word("sameSite"),
            );
            all.insert((word("name").to_owned(), word("path").to_owned()), words);
        }
    }
    Some(all.into_values().collect())
}

/// What the profile's browser has, which is still there.
async fn of_profile(bench: &Bench, site: &Site) -> BTreeSet<String> {
    let profile = ProfileId::from_bits(7).to_string();
    let browser = bench.leases.browser(&profile).unwrap();
    let all = drover_browser::cookies::stored(&browser).await.unwrap();
    let here = all.iter().filter(|found| found.domain == host(site));
    let words = here.map(|found| {
        let flags = [found.http_only, found.secure, found.expires.is_some()];
        let same_site = found
            .same_site
            .map_or("Lax".to_owned(), |kind| format!("{kind:?}"));
        cookie(
            &found.name,
            found.value.expose_secret(),
            &found.path,
            flags,
            &same_site,
        )
    });
    words.collect()
}

#[tokio::test]
async fn endurance_of_scripts_that_do_the_same_as_by_hand() {
    let rounds = usize::try_from(rounds()).unwrap();
    let chosen = &SCRIPTS[..SCRIPTS.len().min(SCRIPTS_A_ROUND * rounds)];
    let bench = Bench::new().warm();
    let modules = node_tools().join("node_modules");
    let differing = differing(&bench, "newest", &modules, chosen).await;
    assert!(
        differing.is_empty(),
        "{} of {} differ:\n{}",
        differing.len(),
        chosen.len(),
        differing.join("\n")
    );
}

/// The folder has a folder for each version, with `@playwright/test` and `tsx` in its `node_modules`. A usual run takes
/// a sample, a night all.
#[tokio::test]
async fn endurance_of_older_playwrights_that_do_the_same_as_by_hand() {
    let folder = own_environment().remove(&OsString::from("DROVER_OLDER_PLAYWRIGHTS"));
    let folder = PathBuf::from(folder.expect("set DROVER_OLDER_PLAYWRIGHTS"));
    let for_node = |(script, _): &&(&str, &str)| !script.starts_with("py");
    // The profile's own context can be recorded from 1.60 on.
    let newer = |script: &&(&str, &str)| **script != ("js/har.mjs", "profile");
    let chosen = SCRIPTS.iter().filter(for_node).filter(newer).copied();
    let all_of_them = chosen.chain([("ts/typed.ts", "profile")]);
    let sample = usize::try_from(rounds()).unwrap();
    let chosen: Vec<_> = all_of_them.take(sample).collect();
    let mut all = Vec::new();
    let mut versions = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        let version = entry.file_name().into_string().unwrap();
        let bench = Bench::new().warm();
        let modules = entry.path().join("node_modules");
        all.extend(differing(&bench, &version, &modules, &chosen).await);
        versions += 1;
    }
    assert!(versions > 0, "`{}` has no version", folder.display());
    assert!(all.is_empty(), "{} differ:\n{}", all.len(), all.join("\n"));
}

/// Runs scripts both ways, and says of which ones something differs.
async fn differing(
    bench: &Bench,
    version: &str,
    modules: &Path,
    chosen: &[(&str, &str)],
) -> Vec<String> {
    let user = bench.place.path().join("user").join(version);
    let browsers = browsers(
        &user.join("browsers"),
        &[modules.join("playwright-core"), python_driver()],
    );
    let side = |name: &str| {
        let folder = user.join(name);
        copy(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts"),
            &folder,
        );
        symlink(modules, folder.join("node_modules")).unwrap();
        symlink(python_tools(), folder.join(".venv")).unwrap();
        Side {
            folder,
            browsers: browsers.clone(),
        }
    };
    let (hand, drover) = (side("hand"), side("drover"));
    let by_hand = async {
        let mut all = Vec::new();
        for (number, (script, _)) in chosen.iter().enumerate() {
            all.push(run_by_hand(&hand, script, number).await);
        }
        all
    };
    let through_drover = async {
        let mut all = Vec::new();
        for (number, (script, placement)) in chosen.iter().enumerate() {
            all.push(run_through_drover(bench, &drover, script, placement, number).await);
        }
        all
    };
    let (by_hand, through_drover) = tokio::join!(by_hand, through_drover);
    let pairs = by_hand.into_iter().zip(through_drover);
    chosen
        .iter()
        .zip(pairs)
        .map(|(script, (hand, mut drover))| {
            // Without a last moment there is nothing to compare; only scripts that fail have none.
            if hand.0.jar.is_none() && hand.0.code != Some(0) {
                drover.0.jar = None;
            }
            (script, (hand, drover))
        })
        .filter(|(_, ((hand, _), (drover, _)))| hand != drover)
        .map(|(script, ((hand, errors), (drover, log)))| {
            format!(
                "{version} {script:?}\nby hand {hand:#?}\n{errors}\nthrough Drover {drover:#?}\n{log}"
            )
        })
        .collect()
}

async fn site_for(number: usize) -> Site {
    // Cookies do not know ports, so each script has an address of its own.
    site_on([127, 0, 7, u8::try_from(number).unwrap() + 1]).await
}

fn own_port() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().port().to_string()
}

async fn run_by_hand(side: &Side, script: &str, number: usize) -> (Seen, String) {
    let site = site_for(number).await;
    let path = side.folder.join(script);
    let (folder, last): (&Path, OsString) = if path.is_dir() {
        (&path, OsString::new())
    } else {
        (path.parent().unwrap(), path.file_name().unwrap().into())
    };
    let runner = side.folder.join("node_modules/@playwright/test/cli.js");
    let python = side.folder.join(".venv/bin/python");
    let (program, args): (PathBuf, Vec<OsString>) = match script.split('/').next() {
        Some("js") => (on_path("node"), vec![last]),
        Some("ts") => (on_path("node"), vec!["--import=tsx".into(), last]),
        Some("py") => (python, vec![last]),
        Some("suites") => (on_path("node"), vec![runner.into(), "test".into()]),
        _ => (python, vec!["-m".into(), "pytest".into()]),
    };
    let door = Door::open(own_environment()).unwrap();
    let mut environment = door.environment(Audience::Task);
    environment.extend([
        ("SITE".into(), OsString::from(&site.address)),
        ("OWN_PORT".into(), own_port().into()),
        (
            "PLAYWRIGHT_BROWSERS_PATH".into(),
            side.browsers.clone().into(),
        ),
    ]);
    let jar = side.folder.join(format!("{number}.jar"));
    environment.extend(
        side.observed(&jar)
            .into_iter()
            .map(|(name, value)| (name.into(), value)),
    );
    let start = Start {
        program,
        args,
        environment,
        folder: folder.to_owned(),
        fds: Vec::new(),
        marker: format!("by-hand-{}-{number}", std::process::id()),
        output: Output::Pipes,
    };
    let child = door.start(start).await.unwrap();
    let (mut stdout, mut stderr) = child.take_pipes().unwrap();
    let (mut said, mut errors) = (String::new(), String::new());
    let (read, also) = tokio::join!(
        stdout.read_to_string(&mut said),
        stderr.read_to_string(&mut errors)
    );
    read.and(also).unwrap();
    let code = match child.wait().await {
        Exit::Code(code) => Some(code),
        Exit::Signal(_) => None,
    };
    let seen = Seen {
        code,
        stdout: said.lines().map(|line| plain(line, side, &site)).collect(),
        asked: site.asked(),
        cookies: site.cookies(),
        jar: written(&jar, &site),
    };
    (seen, errors)
}

async fn run_through_drover(
    bench: &Bench,
    side: &Side,
    script: &str,
    placement: &str,
    number: usize,
) -> (Seen, String) {
    let site = site_for(number).await;
    let path = side.folder.join(script);
    let target = if path.is_dir() { "project" } else { "script" };
    let mut work = task(&json!({
        target: path, "placement": placement, "artifacts": { "screenshot": "never" },
        "env": { "SITE": &site.address, "OWN_PORT": own_port(), "PLAYWRIGHT_BROWSERS_PATH": &side.browsers },
    }));
    if placement == "own" {
        work.as_object_mut().unwrap().remove("profiles");
    }
    let jar = side.folder.join(format!("{number}.jar"));
    if placement != "profile" {
        // Contexts of their own are gone with the script, so the script is observed as it is by hand.
        for (name, value) in side.observed(&jar) {
            work["env"][name] = value.to_str().unwrap().into();
        }
    }
    let ran = bench.run(work).await;
    let stdout = ran.log(Stream::Stdout);
    let seen = Seen {
        code: ran.outcome.exit.and_then(|exit| exit.code),
        stdout: stdout.iter().map(|line| plain(line, side, &site)).collect(),
        asked: site.asked(),
        cookies: site.cookies(),
        jar: match placement {
            "profile" => Some(of_profile(bench, &site).await),
            _ => written(&jar, &site),
        },
    };
    (seen, ran.all())
}

/// A line without what has to differ: the port of the site, the folder, and how long things took.
fn plain(line: &str, side: &Side, site: &Site) -> String {
    let line = line
        .replace(&site.address, "SITE")
        .replace(side.folder.to_str().unwrap(), "FOLDER");
    let timeless = |word: &str| {
        let number = word.trim_matches(['(', ')']).strip_suffix('s');
        number.is_some_and(|number| number.trim_end_matches('m').parse::<f64>().is_ok())
    };
    let words = line.split(' ');
    words
        .map(|word| if timeless(word) { "TIME" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

/// The folder in which Playwright by itself looks for browsers, with this machine's Chromium in it under the names that
/// these packages use.
fn browsers(folder: &Path, packages: &[PathBuf]) -> PathBuf {
    let chromium = on_path("chromium");
    for package in packages {
        let list = std::fs::read(package.join("browsers.json")).unwrap();
        let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
        for browser in list["browsers"].as_array().unwrap() {
            let revision = browser["revision"].as_str().unwrap();
            if browser["name"] == "ffmpeg" {
                // It writes what it is given, which is enough for a video to be there.
                let home = folder.join(format!("ffmpeg-{revision}"));
                let encoder = "#!/bin/sh\nfor last; do :; done\nexec cat >\"$last\"\n";
                program(&home.join("ffmpeg-linux"), encoder);
                std::fs::write(home.join("INSTALLATION_COMPLETE"), "").unwrap();
            }
            if browser["name"] != "chromium" {
                continue;
            }
            for name in [
                "chromium-R/chrome-linux/chrome",
                "chromium-R/chrome-linux64/chrome",
                "chromium_headless_shell-R/chrome-linux/headless_shell",
                "chromium_headless_shell-R/chrome-headless-shell-linux64/chrome-headless-shell",
            ] {
                let path = folder.join(name.replace("-R/", &format!("-{revision}/")));
                let script = format!("#!/bin/sh\nexec {} \"$@\"\n", chromium.display());
                program(&path, &script);
                let home = path.parent().unwrap().parent().unwrap();
                std::fs::write(home.join("INSTALLATION_COMPLETE"), "").unwrap();
            }
        }
    }
    folder.to_owned()
}

fn program(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn python_driver() -> PathBuf {
    let libraries = std::fs::read_dir(python_tools().join("lib")).unwrap();
    let mut libraries = libraries.map(|entry| entry.unwrap().path());
    let packages = libraries
        .find(|path| path.join("site-packages").is_dir())
        .unwrap();
    packages.join("site-packages/playwright/driver/package")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
