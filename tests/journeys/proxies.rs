//! Proxies by command line: a pasted list, a check through a real proxy, a rule that leads past it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::support::{
    desktop::Desktop, owned::Owned, patience::until, proxy::Proxy, scripts::sign_in_task, search,
    shop::Shop, window::Window,
};

const CANARY: &str = "canary-proxy-51ab";

#[test]
fn a_pasted_list_is_saved_once_it_is_clear_what_it_means() {
    let desktop = Desktop::new();
    let list = format!(
        "[berlin] http://anna:{CANARY}@10.0.0.1:8080\neu.example:8080:john.doe:4711\nno proxy at all\n"
    );
    std::fs::write(desktop.home().join("list.txt"), &list).unwrap();
    let asked = desktop.cli(&["proxy", "import", "list.txt"]);
    assert_eq!(asked.code, 2, "{}{}", asked.stdout, asked.stderr);
    assert!(
        asked.stderr.contains("--notation host-first"),
        "{}",
        asked.stderr
    );
    let said = format!("{}{}", asked.stdout, asked.stderr);
    assert!(!said.contains(CANARY) && !said.contains("4711"), "{said}");
    assert_eq!(desktop.cli(&["proxy", "list"]).json(), json!([]));

    let chosen = ["--notation", "host-first", "--prefix", "eu"];
    let import = |more: &[&str]| {
        desktop.cli(&[&["proxy", "import", "list.txt"], &chosen[..], more].concat())
    };
    let tried: Value = serde_json::from_str(&import(&["--dry-run"]).stdout).unwrap();
    assert_eq!(tried["lines"][1]["name"], "eu-1", "{tried}");
    assert_eq!(desktop.cli(&["proxy", "list"]).json(), json!([]));
    let saved = import(&[]);
    assert_eq!(saved.code, 1, "one line is no proxy: {}", saved.stderr);
    let saved: Value = serde_json::from_str(&saved.stdout).unwrap();
    assert_eq!(saved["saved"], 2, "{saved}");
    assert_eq!(saved["lines"][2]["outcome"], "bad", "{saved}");
    let again: Value = serde_json::from_str(&import(&[]).stdout).unwrap();
    assert_eq!(again["lines"][0]["outcome"], "known", "{again}");
    std::fs::remove_file(desktop.home().join("list.txt")).unwrap();
    let found = search::files_with(&desktop.data(), &[CANARY.as_bytes().to_vec()]);
    assert!(found.is_empty(), "the password is in {found:?}");
}

#[test]
fn a_list_is_pasted_into_the_window_and_checked_there() {
    let desktop = Desktop::new();
    let echo = echo();
    let proxy = Proxy::start();
    let host = proxy.url().replace("http://", "");
    let window = Window::open(&desktop);
    let page = &window.page;
    page.go("nav-settings", "#/settings");
    page.click_id("settings-engine");
    page.fill("setting-echo", &echo);
    page.click_id("settings-general"); // leaving the field saves it
    page.sees("Saved");

    page.go("nav-proxies", "#/library/proxies");
    page.click_id("proxy-paste");
    let list = format!("[here] http://{host}\neu.example:8080:john.doe:4711\nno proxy at all\n");
    page.fill("paste-text", &list);
    page.click_id("paste-run");
    page.by_id("paste-question"); // one line has two meanings
    page.click_id("paste-skip");
    page.sees("Save 1 proxy");
    assert_eq!(desktop.cli(&["proxy", "list"]).json(), json!([]));
    page.click_id("paste-run");
    page.sees("Saved as here");
    page.click_id("paste-check");
    let works = page.find("[data-testid=\"proxy-health-here\"].badge--ok");
    page.click(&works);
    page.by_id("proxy-exit");
    assert_eq!(page.text("[data-testid=\"proxy-exit\"]"), "127.0.0.1");

    page.click_id("rule-add");
    page.fill("rule-0", "two words");
    page.click_id("rules-save");
    page.sees("is not a host");
    page.fill("rule-0", "intranet.example");
    page.click_id("rules-save");
    page.sees("Rules of here saved");
    let listed = desktop.cli(&["proxy", "list"]).json();
    assert_eq!(listed[0]["rules"], json!(["DIRECT intranet.example"]));
    window.quit(&desktop);
}

#[test]
fn a_check_tells_a_right_login_from_a_wrong_one() {
    let desktop = Desktop::new();
    let (port, echo) = (free_port(), echo());
    let file = desktop.home().join("tinyproxy.conf");
    let config = format!(
        "Port {port}\nListen 127.0.0.1\nLogLevel Critical\nLogFile \"{}\"\nBasicAuth anna {CANARY}\n",
        desktop.home().join("tinyproxy.log").display()
    );
    std::fs::write(&file, config).unwrap();
    let _proxy = Owned::start(
        Command::new("tinyproxy")
            .arg("-d")
            .arg("-c")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    );
    until("the proxy to listen", || {
        TcpStream::connect(("127.0.0.1", port)).ok()
    });
    let add = |name: &str, password: &str| {
        let url = format!("http://anna:{password}@127.0.0.1:{port}");
        desktop
            .cli_with_input(&["proxy", "add", name, "-"], Some(&url))
            .ok();
    };
    add("right", CANARY);
    add("wrong", "not-that");
    let check = desktop.cli(&["proxy", "check", "--echo", &echo]);
    assert_eq!(check.code, 1, "one does not work: {}", check.stderr);
    let found: Value = serde_json::from_str(&check.stdout).unwrap();
    assert_eq!(found[0]["health"]["state"], "works", "{found}");
    assert_eq!(found[0]["health"]["exit"], "127.0.0.1", "{found}");
    assert_eq!(found[1]["health"]["failure"], "login", "{found}");
    let listed = desktop.cli(&["proxy", "list"]).json();
    assert_eq!(listed[0]["health"], found[0]["health"], "it is remembered");
    desktop
        .cli(&["proxy", "check", "right", "--echo", &echo])
        .ok();
}

#[test]
fn a_rule_leads_past_the_proxy_and_nothing_else_does() {
    let desktop = Desktop::new();
    let (proxy, past, through) = (Proxy::start(), Shop::start(), Shop::start());
    desktop
        .cli_with_input(&["token", "set", "shop"], Some("rule-journey-token"))
        .ok();
    desktop
        .cli(&["proxy", "add", "recorder", &proxy.url()])
        .ok();
    let rule = format!("# the shop in the house\nDIRECT {}\n", past.host());
    let edited =
        desktop.cli_with_input(&["proxy", "edit", "recorder", "--rules", "-"], Some(&rule));
    assert!(
        edited.stderr.contains("past the proxy"),
        "{}",
        edited.stderr
    );
    let edited = edited.json();
    assert_eq!(edited["rules"], json!([format!("DIRECT {}", past.host())]));
    desktop
        .cli(&["profile", "add", "anna", "--proxy", "recorder"])
        .ok();
    for (name, shop) in [("past", &past), ("through", &through)] {
        desktop.add_task(&sign_in_task(name, "anna", &shop.url(), "shop"));
        let said = desktop.cli(&["run", name, "--wait"]).json();
        assert_eq!(said["runs"][0]["state"], "succeeded", "{said}");
    }
    let seen = proxy.seen();
    assert!(
        seen.iter().any(|line| line.contains(&through.host())),
        "{seen:?}"
    );
    assert!(
        !seen.iter().any(|line| line.contains(&past.host())),
        "{seen:?}"
    );
    assert!(past.visits() > 0);

    let error = desktop.cli_with_input(
        &["proxy", "edit", "recorder", "--rules", "-"],
        Some("AROUND x"),
    );
    let error = error.fails(2);
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("`AROUND` is not a way"),
        "{error}"
    );
    let plain = desktop
        .cli(&["proxy", "edit", "recorder", "--no-rules"])
        .json();
    assert_eq!(plain["rules"], json!([]));
}

#[test]
fn a_pool_leads_a_run_past_a_dead_proxy_and_says_so() {
    let desktop = Desktop::new();
    let (proxy, shop) = (Proxy::start(), Shop::start());
    desktop
        .cli_with_input(&["token", "set", "shop"], Some("pool-journey-token"))
        .ok();
    let dead = format!("http://127.0.0.1:{}", free_port());
    for (name, url) in [("dead", dead), ("alive", proxy.url())] {
        desktop.cli(&["proxy", "add", name, &url]).ok();
    }
    let add = [
        "proxy",
        "pool",
        "add",
        "eu",
        "dead",
        "alive",
        "--sticky",
        "--cool-down",
        "1h",
    ];
    let made = desktop.cli(&add).json();
    assert_eq!(made["members"][0]["name"], "dead", "{made}");
    desktop.cli(&["profile", "add", "anna"]).ok();
    let mut task = sign_in_task("by pool", "anna", &shop.url(), "shop");
    task["proxy"] = json!({ "pool": "eu" });
    desktop.add_task(&task);
    let said = desktop.cli(&["run", "by pool", "--wait"]).json();
    assert_eq!(said["runs"][0]["state"], "succeeded", "{said}");
    assert!(proxy.seen().iter().any(|line| line.contains(&shop.host())));
    let shown = desktop.cli(&["proxy", "pool", "show", "EU"]).json();
    assert!(shown["members"][0]["cools_until"].is_string(), "{shown}");
    assert_eq!(shown["members"][1]["kept_by"], 1, "{shown}");
    assert_eq!(shown["used_by"], json!(["by pool"]));
    assert_eq!(desktop.cli(&["proxy", "remove", "dead"]).code, 11);
    assert_eq!(desktop.cli(&["proxy", "pool", "remove", "eu"]).code, 11);
    let edit = [
        "proxy",
        "pool",
        "edit",
        "eu",
        "--take-out",
        "dead",
        "--no-sticky",
    ];
    let edited = desktop.cli(&edit).json();
    assert_eq!(edited["members"].as_array().unwrap().len(), 1, "{edited}");
    desktop.cli(&["proxy", "remove", "dead"]).ok();
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// A service that answers with the address that it sees.
fn echo() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut reader = BufReader::new(client.try_clone().unwrap());
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                line.clear();
            }
            let body = json!({ "ip": client.peer_addr().unwrap().ip() }).to_string();
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            client.write_all(answer.as_bytes()).ok(); // the asker may be gone
        }
    });
    url
}
