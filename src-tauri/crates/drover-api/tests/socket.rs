//! The socket with a real file, real connections, and something simple that answers.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use drover_api::{Answers, Client, ConnectError, OnBatch, ServeError, Served, Watch, serve_with};
use drover_model::{Code, CommandError, RunBatch, RunId, request::ListTokens};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{sync::watch, time::timeout};

/// Long enough for a loaded machine; a test that reaches it has failed.
const DEADLINE: Duration = Duration::from_secs(20);

/// Echoes bodies, and lets the test send batches.
#[derive(Clone)]
struct Echo {
    sink: Arc<Mutex<Option<OnBatch>>>,
    watching: watch::Sender<bool>,
}

impl Echo {
    fn new() -> Self {
        Self {
            sink: Arc::default(),
            watching: watch::Sender::new(false),
        }
    }

    fn send(&self, phase: &str) -> bool {
        let batch = RunBatch {
            phase: Some(phase.to_owned()),
            ..RunBatch::default()
        };
        self.sink
            .lock()
            .unwrap()
            .as_ref()
            .is_some_and(|sink| sink(batch))
    }

    async fn watching_becomes(&self, wanted: bool) {
        let mut watching = self.watching.subscribe();
        timeout(DEADLINE, watching.wait_for(|now| *now == wanted))
            .await
            .expect("the watch changes")
            .unwrap();
    }
}

impl Answers for Echo {
    async fn call(&self, name: &str, body: Value) -> Result<Value, CommandError> {
        match name {
            "list_tokens" => Ok(json!([])),
            "echo" => Ok(body),
            _ => Err(CommandError::new(
                Code::Invalid,
                format!("there is no command `{name}`"),
            )),
        }
    }

    async fn watch_run(
        &self,
        run: RunId,
        from_seq: u64,
        on_batch: OnBatch,
    ) -> Result<Watch, CommandError> {
        if run == RunId::from_bits(0) {
            return Err(CommandError::new(Code::RunNotFound, "no such run"));
        }
        assert_eq!(from_seq, 4);
        *self.sink.lock().unwrap() = Some(on_batch);
        self.watching.send_replace(true);
        let watching = self.watching.clone();
        Ok(Watch::ended_by(move || {
            watching.send_replace(false);
        }))
    }
}

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let path = folder.path().join("drover.sock");
    (folder, path)
}

fn served(path: &Path) -> (Echo, Served) {
    let echo = Echo::new();
    let served = serve_with(echo.clone(), path).unwrap();
    (echo, served)
}

/// Speaks the protocol by hand, on a thread of its own.
async fn by_hand<T: Send + 'static>(
    path: &Path,
    talk: impl FnOnce(&mut UnixStream, &mut dyn BufRead) -> T + Send + 'static,
) -> T {
    let path = path.to_owned();
    let (done, answer) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut stream = UnixStream::connect(path).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let greeting = next(&mut reader);
        assert_eq!(greeting["id"], json!(0));
        assert!(greeting["ok"]["drover"].is_string(), "{greeting}");
        done.send(talk(&mut stream, &mut reader)).ok(); // the test has failed already
    });
    timeout(DEADLINE * 2, answer)
        .await
        .expect("the talk ends")
        .expect("the talk does not panic")
}

fn next(reader: &mut dyn BufRead) -> Value {
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap_or(Value::Null)
}

#[tokio::test]
async fn calls_and_errors_come_back() {
    let (_folder, path) = place();
    let (_echo, _served) = served(&path);
    let client = Client::connect(&path).await.unwrap();
    assert_eq!(client.call(ListTokens {}).await.unwrap(), vec![]);
    let body = json!({"text": "ü\n\u{2028}", "null": null});
    assert_eq!(client.call_named("echo", body.clone()).await.unwrap(), body);
    let error = client.call_named("fly", json!({})).await.unwrap_err();
    assert_eq!(
        (error.code, error.message.as_str()),
        (Code::Invalid, "there is no command `fly`")
    );
}

#[tokio::test]
async fn many_calls_share_a_connection() {
    let (_folder, path) = place();
    let (_echo, _served) = served(&path);
    let client = Client::connect(&path).await.unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..200 {
        let client = client.clone();
        calls.spawn(async move { (number, client.call_named("echo", json!(number)).await) });
    }
    while let Some(done) = calls.join_next().await {
        let (number, answer) = done.unwrap();
        assert_eq!(answer.unwrap(), json!(number));
    }
}

#[tokio::test]
async fn the_socket_is_its_owners_alone_and_goes_with_its_server() {
    let (folder, path) = place();
    let inner = folder.path().join("made-for-it");
    let path = inner.join(path.file_name().unwrap());
    let (_echo, served) = served(&path);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(&inner)), (0o600, 0o700));
    let client = Client::connect(&path).await.unwrap();
    drop(served);
    let error = timeout(DEADLINE, async {
        loop {
            if let Err(error) = client.call_named("echo", json!(1)).await {
                return error;
            }
        }
    });
    assert_eq!(
        error.await.unwrap().message,
        "the running Drover closed the connection"
    );
    assert!(!path.exists(), "the socket file is removed");
    assert!(matches!(
        Client::connect(&path).await,
        Err(ConnectError::NobodyThere(_))
    ));
}

#[tokio::test]
async fn a_left_over_socket_is_replaced_and_a_live_one_is_not() {
    let (_folder, path) = place();
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(
        path.exists() && UnixStream::connect(&path).is_err(),
        "nobody listens any more"
    );
    assert!(matches!(
        Client::connect(&path).await,
        Err(ConnectError::NobodyThere(_))
    ));
    let (_echo, _served) = served(&path);
    assert!(matches!(
        serve_with(Echo::new(), &path),
        Err(ServeError::Taken(_))
    ));
    assert!(
        Client::connect(&path).await.is_ok(),
        "the first one still answers"
    );
}

#[tokio::test]
async fn what_is_not_a_socket_is_left_alone() {
    let (_folder, path) = place();
    fs::write(&path, "a letter").unwrap();
    let error = serve_with(Echo::new(), &path).unwrap_err();
    assert!(matches!(error, ServeError::NotASocket(_)), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "a letter");
    assert_eq!(CommandError::from(error).code, Code::DataFolder);
}

#[tokio::test]
async fn a_folder_that_others_may_change_is_refused() {
    let (folder, path) = place();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o770)).unwrap();
    assert!(matches!(
        serve_with(Echo::new(), &path),
        Err(ServeError::OpenFolder(_))
    ));
    assert!(!path.exists());
}

/// Only root can take another user's place, so elsewhere the file modes stand alone.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn another_user_is_refused() {
    let (folder, path) = place();
    let (_echo, _served) = served(&path);
    let root = rustix::process::geteuid().is_root();
    if root {
        // Takes the modes out of the way, so that the check of the peer is what refuses.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    }
    let (done, seen) = tokio::sync::oneshot::channel();
    let socket = path.clone();
    std::thread::spawn(move || {
        if root {
            let nobody = rustix::process::Uid::from_raw(65_534);
            rustix::thread::set_thread_res_uid(nobody, nobody, nobody).unwrap();
        }
        let mut stream = UnixStream::connect(socket).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        // It may be closed before or after this line is written.
        stream
            .write_all(b"{\"id\":1,\"call\":\"echo\",\"body\":{}}\n")
            .ok();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).ok();
        done.send(line).ok(); // the test has failed already
    });
    let line = timeout(DEADLINE, seen).await.unwrap().unwrap();
    assert_eq!(line.is_empty(), root, "answered: {line}");
}

#[tokio::test]
async fn whoever_is_connected_is_counted() {
    let (_folder, path) = place();
    let (_echo, served) = served(&path);
    let (one, other) = (
        Client::connect(&path).await.unwrap(),
        Client::connect(&path).await.unwrap(),
    );
    for client in [&one, &other] {
        client.call(ListTokens {}).await.unwrap();
    }
    assert_eq!(served.connections(), 2);
    drop((one, other));
    timeout(DEADLINE, served.idle())
        .await
        .expect("both are gone");
    assert_eq!(served.connections(), 0);
}

#[tokio::test]
async fn a_socket_that_retires_serves_who_is_there_to_the_end() {
    let (_folder, path) = place();
    let (_echo, served) = served(&path);
    let client = Client::connect(&path).await.unwrap();
    let served = Arc::new(served);
    let retiring = tokio::spawn({
        let served = Arc::clone(&served);
        async move { served.retire().await }
    });
    for _ in 0..20 {
        client.call(ListTokens {}).await.unwrap();
    }
    assert!(!retiring.is_finished(), "somebody is still connected");
    drop(client);
    timeout(DEADLINE, retiring).await.unwrap().unwrap();
    assert!(matches!(
        Client::connect(&path).await,
        Err(ConnectError::NobodyThere(_))
    ));
}

#[tokio::test]
async fn who_is_not_greeted_was_not_heard() {
    let (_folder, path) = place();
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let leaving = std::thread::spawn(move || drop(listener.accept().unwrap()));
    assert!(matches!(
        Client::connect(&path).await,
        Err(ConnectError::NobodyThere(_))
    ));
    leaving.join().unwrap();
}

#[tokio::test]
async fn a_stream_ends_with_its_reader() {
    let (_folder, path) = place();
    let (echo, _served) = served(&path);
    let client = Client::connect(&path).await.unwrap();
    let mut stream = client.watch_run(RunId::from_bits(7), 4).await.unwrap();
    echo.watching_becomes(true).await;
    for phase in ["one", "two"] {
        assert!(echo.send(phase));
    }
    for phase in ["one", "two"] {
        let batch = timeout(DEADLINE, stream.next()).await.unwrap().unwrap();
        assert_eq!(batch.phase.as_deref(), Some(phase));
    }
    drop(stream);
    echo.watching_becomes(false).await;
}

#[tokio::test]
async fn hanging_up_ends_the_streams() {
    let (_folder, path) = place();
    let (echo, _served) = served(&path);
    let watched = echo.clone();
    by_hand(&path, move |stream, _| {
        let run = RunId::from_bits(7);
        writeln!(
            stream,
            r#"{{"id":2,"call":"watch_run","body":{{"run":"{run}","from_seq":4}}}}"#
        )
        .unwrap();
        while !*watched.watching.borrow() {
            std::thread::yield_now();
        }
    })
    .await;
    echo.watching_becomes(false).await;
}

#[tokio::test]
async fn a_stream_of_no_run_says_so() {
    let (_folder, path) = place();
    let (_echo, _served) = served(&path);
    let client = Client::connect(&path).await.unwrap();
    let mut stream = client.watch_run(RunId::from_bits(0), 4).await.unwrap();
    let error = timeout(DEADLINE, stream.next()).await.unwrap().unwrap_err();
    assert_eq!(error.code, Code::RunNotFound);
}

#[tokio::test]
async fn the_protocol_is_as_documented() {
    let (_folder, path) = place();
    let (echo, _served) = served(&path);
    by_hand(&path, move |stream, reader| {
        stream
            .write_all(b"{\"id\":1,\"call\":\"list_tokens\"}\n")
            .unwrap();
        assert_eq!(next(reader), json!({"id": 1, "ok": []}));

        stream.write_all(b"\n  \n{\"id\":\n").unwrap();
        let answer = next(reader);
        assert_eq!(
            (&answer["id"], &answer["error"]["code"]),
            (&json!(0), &json!("invalid"))
        );
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains("line 1 column 6"), "{message}");

        let run = RunId::from_bits(7);
        writeln!(
            stream,
            r#"{{"id":2,"call":"watch_run","body":{{"run":"{run}","from_seq":4}}}}"#
        )
        .unwrap();
        while !echo.send("launching Chrome") {
            std::thread::yield_now();
        }
        let answer = next(reader);
        assert_eq!(
            (&answer["id"], &answer["batch"]["phase"]),
            (&json!(2), &json!("launching Chrome"))
        );

        stream
            .write_all(b"{\"id\":3,\"call\":\"unwatch_run\",\"body\":{\"watch\":2}}\n")
            .unwrap();
        assert_eq!(next(reader), json!({"id": 3, "ok": null}));
        assert!(!*echo.watching.borrow(), "the stream has ended");
    })
    .await;
}

#[tokio::test]
async fn a_line_without_end_closes_the_connection_with_a_reason() {
    let (_folder, path) = place();
    let (_echo, _served) = served(&path);
    by_hand(&path, |stream, reader| {
        let mut writer = stream.try_clone().unwrap();
        // The server stops reading midway, so this end may break.
        let flood =
            std::thread::spawn(move || writer.write_all(&vec![b'x'; 9 * 1024 * 1024]).is_ok());
        let answer = next(reader);
        assert_eq!(
            answer["error"]["message"],
            json!("the line is longer than 8388608 bytes")
        );
        let mut rest = Vec::new();
        // An end or a reset: both say that the connection is closed.
        reader.read_to_end(&mut rest).ok();
        assert!(rest.is_empty());
        flood.join().unwrap();
    })
    .await;
}

#[tokio::test]
async fn connections_are_bounded() {
    let (_folder, path) = place();
    let (_echo, _served) = served(&path);
    let mut open = Vec::new();
    for _ in 0..64 {
        let client = Client::connect(&path).await.unwrap();
        client.call(ListTokens {}).await.unwrap();
        open.push(client);
    }
    let Err(ConnectError::Refused(error)) = Client::connect(&path).await else {
        panic!("the 65th is let in");
    };
    assert!(error.message.contains("too many programs"), "{error}");
    open.pop();
    let again = timeout(DEADLINE, async {
        loop {
            if let Ok(client) = Client::connect(&path).await
                && client.call(ListTokens {}).await.is_ok()
            {
                return;
            }
        }
    });
    again.await.expect("a place becomes free");
}
