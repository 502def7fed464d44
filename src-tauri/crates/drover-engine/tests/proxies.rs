//! Proxies: imported, checked, given another address.
#![expect(
    dead_code,
    clippy::unwrap_used,
    reason = "the support is shared, and a test that cannot go on has failed"
)]

mod support;

use drover_model::{
    Caller, Code, CommandError, ProfileDraft, ProxyScheme, ProxyState, RunState,
    proxy::Notation,
    request::{
        ChangeProxyAddress, CheckProxies, ImportProxies, LineOutcome, ListProxies, ProxyImport,
        SaveProfile, SaveProxy,
    },
    token::SecretText,
};
use support::Life;
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
    support::assert_nowhere(folder.path(), CANARY);
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
    support::assert_nowhere(folder.path(), CANARY);
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
