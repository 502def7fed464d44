//! Proxies: imported, checked, given another address.

use crate::support::Life;
use drover_model::{
    Caller, Code, CommandError, ProfileDraft, ProxyScheme, ProxyState, Rotation, RunState, Span,
    proxy::Notation,
    request::{
        ChangeProxyAddress, CheckProxies, GetRun, GetSettings, ImportProxies, LineOutcome,
        ListPools, ListProxies, PlanTask, ProxyImport, RemovePool, RemoveProxy, SavePool,
        SaveProfile, SaveProxy, SaveSettings,
    },
    token::SecretText,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

const CANARY: &str = "canary-9c1e-proxy";

async fn import(life: &Life, text: &str, notation: Option<Notation>) -> ProxyImport {
    let request = ImportProxies {
        text: SecretText::new(text.to_owned()),
        scheme: ProxyScheme::Http,
        notation,
        skip_ambiguous: false,
        prefix: Some("eu".to_owned()),
        dry_run: false,
    };
    life.engine
        .import_proxies(Caller::Cli, request)
        .await
        .unwrap()
}

/// Reads a request that has no body.
async fn end_of_head(client: &mut TcpStream) {
    let mut lines = BufReader::new(client).lines();
    while let Ok(Some(line)) = lines.next_line().await
        && !line.is_empty()
    {}
}

/// A provider that answers every call with 200; how often it was called is what the listener saw.
async fn provider() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            end_of_head(&mut client).await;
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
            client.write_all(answer.as_bytes()).await.ok();
        }
    });
    format!("http://{address}/change?token={CANARY}-link")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_saved_once_its_questions_are_answered() {
    let life = Life::start_with_memory_vault().await;
    let text = format!(
        "# from the provider\n[first] http://anna:{CANARY}@10.0.0.1:8080\neu.example:8080:john.doe:4711\nsocks5://10.0.0.3\nnonsense here\n"
    );
    let asked = import(&life, &text, None).await;
    assert_eq!(asked.saved, 0);
    assert_eq!(asked.questions, [Notation::HostFirst, Notation::LoginFirst]);
    let listed = life.engine.list_proxies(Caller::Cli, ListProxies {}).await;
    assert_eq!(listed.unwrap(), [], "nothing before the answer");

    let saved = import(&life, &text, Some(Notation::HostFirst)).await;
    assert_eq!(saved.saved, 3, "{saved:?}");
    assert_eq!(saved.lines[0].line, 2);
    assert_eq!(
        saved.lines[1].proxy.as_deref(),
        Some("http://••••@eu.example:8080")
    );
    assert!(matches!(saved.lines[3].outcome, LineOutcome::Bad { .. }));
    let again = import(&life, &text, Some(Notation::HostFirst)).await;
    assert_eq!(again.saved, 0);
    assert!(
        matches!(&again.lines[0].outcome, LineOutcome::Known { name } if name.as_str() == "first")
    );
    let listed = life.engine.list_proxies(Caller::Cli, ListProxies {}).await;
    let listed = listed.unwrap();
    let names: Vec<_> = listed.iter().map(|proxy| proxy.name.as_str()).collect();
    assert_eq!(names, ["eu-1", "eu-2", "first"]);
    assert!(listed[0].has_password && !listed[1].has_password && listed[2].has_password);
    let folder = life.quit().await;
    crate::support::assert_nowhere(folder.path(), CANARY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_checked_and_its_address_changed_not_too_often() {
    let life = Life::start_with_memory_vault().await;
    // A port that is free once its listener is gone.
    let port = std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut save = SaveProxy {
        id: None,
        name: "dead".to_owned(),
        url: SecretText::new(format!("http://127.0.0.1:{port}")),
        clear_login: false,
        rules: Some("DIRECT *.intranet.example".to_owned()),
        change_link: Some(SecretText::new(provider().await)),
        change_pause: None,
        cut: false,
    };
    let made = life.engine.save_proxy(Caller::Cli, save.clone()).await;
    let made = made.unwrap();
    assert!(made.rules.any_direct() && made.change_link.is_some());
    let check = CheckProxies {
        proxies: Vec::new(),
        echo: Some("http://127.0.0.1:1/".to_owned()),
    };
    let checked = life.engine.check_proxies(Caller::Cli, check).await.unwrap();
    let health = checked[0].health.as_ref().unwrap();
    assert!(
        matches!(&health.state, ProxyState::Fails { failure, .. } if failure == "unreachable"),
        "{health:?}"
    );

    save.id = Some(made.id);
    save.name = "still-dead".to_owned();
    (save.rules, save.change_link) = (None, None);
    let renamed = life.engine.save_proxy(Caller::Cli, save.clone()).await;
    let renamed = renamed.unwrap();
    assert_eq!(
        renamed.health.as_ref(),
        Some(health),
        "a name changes nothing"
    );
    assert_eq!(
        (renamed.rules, renamed.change_link),
        (made.rules, made.change_link)
    );

    let change = || {
        let proxy = "still-dead".to_owned();
        life.engine
            .change_proxy_address(Caller::Cli, ChangeProxyAddress { proxy })
    };
    let changed = change().await.unwrap();
    assert_eq!(changed.health, None, "it has another address now");
    assert!(changed.change_link.unwrap().called_at.is_some());
    let refused = CommandError::from(change().await.unwrap_err());
    assert_eq!(refused.code, Code::WrongState);
    assert!(
        refused.message.contains("a moment ago"),
        "{}",
        refused.message
    );

    save.rules = Some("SIDEWAYS x".to_owned());
    let bad = life.engine.save_proxy(Caller::Cli, save.clone()).await;
    let bad = CommandError::from(bad.unwrap_err());
    assert_eq!(bad.field.as_deref(), Some("rules"));
    (save.rules, save.change_link) = (Some(String::new()), Some(SecretText::new(String::new())));
    let plain = life.engine.save_proxy(Caller::Cli, save).await.unwrap();
    assert_eq!((plain.rules.0.len(), plain.change_link), (0, None));
    let folder = life.quit().await;
    crate::support::assert_nowhere(folder.path(), CANARY);
}

/// A proxy for HTTP that answers every request itself, with its name on the page.
async fn proxy_called(name: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                end_of_head(&mut client).await;
                let page = format!("<p>{name}</p>");
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
                    page.len()
                );
                client.write_all(answer.as_bytes()).await.ok();
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warm_browser_goes_through_the_proxy_as_it_was_edited() {
    let life = Life::start_with_memory_vault().await;
    let save = async |id, url: String| {
        let request = SaveProxy {
            id,
            name: "eu".to_owned(),
            url: SecretText::new(url),
            clear_login: false,
            rules: None,
            change_link: None,
            change_pause: None,
            cut: false,
        };
        let saved = life.engine.save_proxy(Caller::Cli, request).await;
        saved.unwrap().id
    };
    let eu = save(None, proxy_called("one").await).await;
    let draft = ProfileDraft {
        name: "anna".to_owned(),
        browser: "auto".to_owned(),
        proxy: Some("eu".to_owned()),
        ..ProfileDraft::default()
    };
    let anna = SaveProfile { id: None, draft };
    life.engine.save_profile(Caller::Cli, anna).await.unwrap();
    life.task(
        r#"{"name":"look","kind":"steps","profiles":{"names":["anna"]},"steps":[
            {"do":"open","url":"http://shop.example/"},
            {"do":"extract","at":{"css":"p"},"as":"proxy"}]}"#,
    )
    .await;
    let look = async || {
        let run = life.run("look").await;
        let run = life.ended(run.id).await;
        let log = life.log(run.row.id).await;
        assert_eq!(run.row.state, RunState::Succeeded, "{log}");
        (run.outputs["proxy"].clone(), log.contains("(warm)"))
    };
    assert_eq!(look().await, ("one".into(), false));
    save(Some(eu), proxy_called("two").await).await;
    assert_eq!(
        look().await,
        ("two".into(), true),
        "the same browser, another way"
    );
    life.quit().await;
}

/// An address on which nobody listens.
fn nobody() -> String {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

async fn add_proxy(life: &Life, name: &str, url: String) {
    let request = SaveProxy {
        id: None,
        name: name.to_owned(),
        url: SecretText::new(url),
        clear_login: false,
        rules: None,
        change_link: None,
        change_pause: None,
        cut: false,
    };
    life.engine.save_proxy(Caller::Cli, request).await.unwrap();
}

async fn add_profile(life: &Life, name: &str) {
    let draft = ProfileDraft {
        name: name.to_owned(),
        browser: "auto".to_owned(),
        ..ProfileDraft::default()
    };
    let request = SaveProfile { id: None, draft };
    life.engine
        .save_profile(Caller::Cli, request)
        .await
        .unwrap();
}

fn pool_of(members: &[&str], sticky: bool) -> SavePool {
    SavePool {
        id: None,
        name: "eu".to_owned(),
        members: members.iter().map(|&name| name.to_owned()).collect(),
        rotation: Rotation::RoundRobin,
        sticky,
        cool_down: Some(Span::seconds(3_600)),
        forget_kept: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_gets_a_proxy_of_its_pool_past_one_that_is_dead() {
    let life = Life::start_with_memory_vault().await;
    add_proxy(&life, "dead", nobody()).await;
    add_proxy(&life, "one", proxy_called("one").await).await;
    add_proxy(&life, "two", proxy_called("two").await).await;
    let save = pool_of(&["dead", "ONE", "two", "one"], true);
    let saved = life.engine.save_pool(Caller::Cli, save).await.unwrap();
    assert_eq!(saved.members.len(), 3, "each once");
    for name in ["anna", "boris"] {
        add_profile(&life, name).await;
    }
    life.task(
        r#"{"name":"look","kind":"steps","profiles":{"names":["anna"]},"proxy":{"pool":"EU"},"steps":[
            {"do":"open","url":"http://shop.example/"},
            {"do":"extract","at":{"css":"p"},"as":"proxy"}]}"#,
    )
    .await;
    let plan = PlanTask {
        task: Some("look".to_owned()),
        ..PlanTask::default()
    };
    let planned = life.engine.plan_task(Caller::Cli, plan).await.unwrap();
    assert_eq!(
        planned.plans[0].way_out().unwrap(),
        "one of pool eu, kept by the profile"
    );
    let look = async |life: &Life| {
        let run = life.run("look").await;
        let run = life.ended(run.id).await;
        let log = life.log(run.row.id).await;
        assert_eq!(run.row.state, RunState::Succeeded, "{log}");
        (
            run.outputs["proxy"].clone(),
            run.plan.proxy_name.unwrap().to_string(),
            run.row.attempt,
        )
    };
    assert_eq!(look(&life).await, ("one".into(), "one".to_owned(), 2));
    let pools = life.engine.list_pools(Caller::Cli, ListPools {}).await;
    let pool = pools.unwrap().remove(0);
    assert!(pool.members[0].cools_until.is_some(), "{pool:?}");
    assert_eq!(pool.used_by[0].as_str(), "look");

    // Another life: what the profile keeps is on the disk, and so is the rest of the dead one.
    let life = Life::again(life.quit().await).await;
    assert_eq!(look(&life).await, ("one".into(), "one".to_owned(), 1));
    let remove = |what: &str| RemoveProxy {
        proxy: what.to_owned(),
    };
    let refused = life.engine.remove_proxy(Caller::Cli, remove("one")).await;
    let refused = CommandError::from(refused.unwrap_err());
    assert_eq!(refused.code, Code::InUse, "{refused}");
    let remove = RemovePool {
        pool: "eu".to_owned(),
    };
    let refused = life.engine.remove_pool(Caller::Cli, remove).await;
    let refused = CommandError::from(refused.unwrap_err());
    assert!(refused.message.contains("task `look`"), "{refused}");
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_waits_while_its_whole_pool_is_dead_and_a_check_wakes_it() {
    let life = Life::start_with_memory_vault().await;
    add_proxy(&life, "one", nobody()).await;
    let saved = life
        .engine
        .save_pool(Caller::Cli, pool_of(&["one"], false))
        .await;
    saved.unwrap();
    add_profile(&life, "anna").await;
    life.task(
        r#"{"name":"look","kind":"steps","profiles":{"names":["anna"]},"proxy":{"pool":"eu","sticky":false},
            "steps":[{"do":"open","url":"http://shop.example/"}]}"#,
    )
    .await;
    let run = life.run("look").await.id;
    life.reaches_attempt(run, 2).await;
    let waiting = life
        .engine
        .get_run(Caller::Cli, GetRun { run })
        .await
        .unwrap();
    let because = waiting.waits_because.unwrap();
    assert!(
        because.starts_with("every proxy of pool `eu` cools down"),
        "{because}"
    );
    let plan = PlanTask {
        task: Some("look".to_owned()),
        ..PlanTask::default()
    };
    let planned = life.engine.plan_task(Caller::Cli, plan).await.unwrap();
    assert!(
        planned
            .warnings
            .iter()
            .any(|one| one.contains("No proxy of pool `eu`")),
        "{planned:?}"
    );
    // It comes up elsewhere; the check of it finds that, and the run goes on by itself.
    let listed = life.engine.list_proxies(Caller::Cli, ListProxies {}).await;
    let request = SaveProxy {
        id: Some(listed.unwrap()[0].id),
        name: "one".to_owned(),
        url: SecretText::new(exit_proxy().await),
        clear_login: false,
        rules: None,
        change_link: None,
        change_pause: None,
        cut: false,
    };
    life.engine.save_proxy(Caller::Cli, request).await.unwrap();
    let check = CheckProxies {
        proxies: vec!["one".to_owned()],
        echo: Some("http://echo.example/".to_owned()),
    };
    let checked = life.engine.check_proxies(Caller::Cli, check).await.unwrap();
    let health = checked[0].health.as_ref().unwrap();
    assert!(health.state.works(), "{health:?}");
    let run = life.ended(run).await;
    assert_eq!(run.row.state, RunState::Succeeded, "{:?}", run.row);
    life.quit().await;
}

/// A proxy that answers every request with an address, as an echo service would.
async fn exit_proxy() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                end_of_head(&mut client).await;
                let answer =
                    "HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\n192.0.2.5";
                client.write_all(answer.as_bytes()).await.ok();
            });
        }
    });
    format!("http://{address}")
}

/// A proxy that takes no login.
async fn strict_proxy() -> std::net::SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                end_of_head(&mut client).await;
                let answer = "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm=\"x\"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                client.write_all(answer.as_bytes()).await.ok();
            });
        }
    });
    address
}

const LOOK: &str = r#"{"name":"look","kind":"steps","profiles":{"names":["anna"]},"proxy":{"name":"eu"},
    "steps":[{"do":"open","url":"http://shop.example/"}]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_login_ends_a_run_before_its_start_by_the_name_of_the_proxy() {
    let life = Life::start_with_memory_vault().await;
    let url = format!("http://anna:{CANARY}@{}", strict_proxy().await);
    add_proxy(&life, "eu", url).await;
    add_profile(&life, "anna").await;
    life.task(LOOK).await;
    let run = life.run("look").await;
    let run = life.ended(run.id).await;
    assert_eq!(run.row.state, RunState::Failed);
    let why = run.row.message.unwrap_or_default();
    assert!(
        why.starts_with("proxy `eu` cannot be used: ") && why.ends_with("refused the login"),
        "{why}"
    );
    let folder = life.quit().await;
    crate::support::assert_nowhere(folder.path(), CANARY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_looks_up_which_address_the_world_sees() {
    let life = Life::start_with_memory_vault().await;
    let settings = life
        .engine
        .get_settings(Caller::Cli, GetSettings {})
        .await
        .unwrap();
    let settings = drover_model::Settings {
        echo_url: "http://echo.example/".to_owned(),
        ..settings
    };
    let save = SaveSettings { settings };
    life.engine.save_settings(Caller::Cli, save).await.unwrap();
    add_proxy(&life, "eu", exit_proxy().await).await;
    add_profile(&life, "anna").await;
    life.task(LOOK).await;
    let mut events = life.engine.events();
    let run = life.run("look").await;
    life.ended(run.id).await;
    let known = async {
        loop {
            let listed = life.engine.list_proxies(Caller::Cli, ListProxies {}).await;
            if listed.unwrap()[0].health.is_some() {
                break;
            }
            events.recv().await.ok();
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), known)
        .await
        .expect("the address behind the proxy is not looked up");
    let run = life.run("look").await;
    let run = life.ended(run.id).await;
    let network = run.attempts[0].network.as_ref();
    let network = network.expect("it went through a proxy");
    assert_eq!(network.exit, Some("192.0.2.5".parse().unwrap()));
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_with_a_browser_of_its_own_gets_none_from_drover() {
    let life = Life::start_with_memory_vault().await;
    add_proxy(&life, "eu", nobody()).await;
    add_profile(&life, "anna").await;
    life.task(
        r#"{"name":"apart","kind":"playwright","placement":"own","profiles":{"names":["anna"]},"proxy":{"name":"eu"},
            "inline":"console.log('cdp', process.env.DROVER_CDP, process.env.DROVER_PROXY, process.env.DROVER_PROFILE)"}"#,
    )
    .await;
    let plan = PlanTask {
        task: Some("apart".to_owned()),
        ..PlanTask::default()
    };
    let planned = life.engine.plan_task(Caller::Cli, plan).await.unwrap();
    assert!(
        planned
            .warnings
            .iter()
            .any(|one| one.contains("profile and proxy do not apply")),
        "{planned:?}"
    );
    let run = life.run("apart").await;
    let run = life.ended(run.id).await;
    let log = life.log(run.row.id).await;
    assert_eq!(run.row.state, RunState::Succeeded, "{log}");
    assert!(log.contains("cdp undefined undefined anna"), "{log}");
    assert!(!log.contains("launching Chrome"), "{log}");
    life.quit().await;
}
