//! What is kept of proxies: lists, checks, rules, links.

use drover_model::{
    Caller, Code, CommandError, ProxyScheme, ProxyState,
    proxy::Notation,
    request::{
        ChangeProxyAddress, CheckProxies, ImportProxies, LineOutcome, ListProxies, ProxyImport,
        SaveProxy,
    },
    token::SecretText,
};

use super::CANARY;
use super::doubles::{nobody, provider, proxy};
use crate::support::{Life, assert_nowhere};

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
    assert_nowhere(folder.path(), CANARY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_checked_and_its_address_changed_not_too_often() {
    let life = Life::start_with_memory_vault().await;
    let (dead, _held) = nobody();
    let mut save = SaveProxy {
        rules: Some("DIRECT *.intranet.example".to_owned()),
        change_link: Some(SecretText::new(provider().await)),
        ..proxy("dead", dead)
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
    assert_nowhere(folder.path(), CANARY);
}
