use std::future::Future;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use drover_egress::{Login, Upstream, UpstreamKind};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

pub(crate) const USER: &str = "shop-a";
pub(crate) const PASSWORD: &str = "canary-4f1c";

pub(crate) fn upstream(kind: UpstreamKind, port: u16) -> Upstream {
    Upstream {
        kind,
        host: "127.0.0.1".into(),
        port,
        login: None,
    }
}

pub(crate) fn with_password(mut upstream: Upstream, password: &str) -> Upstream {
    upstream.login = Some(Login {
        user: USER.into(),
        password: password.into(),
    });
    upstream
}

/// The password as `htpasswd` writes it.
const PASSWORD_HASH: &str = "$apr1$proxies0$LB6ARL80c28bjNu4dqhC0.";

/// A real proxy that wants the login, ended on drop.
pub(crate) struct Proxy {
    pub(crate) kind: UpstreamKind,
    pub(crate) port: u16,
    pub(crate) program: &'static str,
    process: Child,
    _folder: TempDir,
}

impl Proxy {
    pub(crate) fn tinyproxy() -> Proxy {
        Proxy::start(UpstreamKind::Http, "tinyproxy", |folder, port| {
            let file = folder.join("tinyproxy.conf");
            let text = format!(
                "Port {port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 1000\nLogLevel Critical\nLogFile \"{}\"\n\
                 BasicAuth {USER} {PASSWORD}\n",
                folder.join("log").display()
            );
            fs::write(&file, text).unwrap();
            vec!["-d".into(), "-c".into(), file.display().to_string()]
        })
    }

    pub(crate) fn microsocks() -> Proxy {
        Proxy::start(UpstreamKind::Socks5, "microsocks", |_, port| {
            [
                "-i",
                "127.0.0.1",
                "-p",
                &port.to_string(),
                "-u",
                USER,
                "-P",
                PASSWORD,
            ]
            .map(str::to_owned)
            .to_vec()
        })
    }

    pub(crate) fn squid() -> Proxy {
        Proxy::start(UpstreamKind::Http, "squid", |folder, port| {
            // As root it works as another user, who has to read this.
            #[cfg(unix)]
            fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o755))
                .unwrap();
            let (file, logins) = (folder.join("squid.conf"), folder.join("logins"));
            fs::write(&logins, format!("{USER}:{PASSWORD_HASH}\n")).unwrap();
            let text = format!(
                "http_port 127.0.0.1:{port}\npid_filename none\naccess_log none\ncache_log /dev/null\n\
                 cache deny all\nshutdown_lifetime 0 seconds\nmax_filedescriptors 4096\nmemory_cache_shared off\n\
                 auth_param basic program {} {}\nauth_param basic realm x\nauth_param basic children 2 startup=1\n\
                 acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all\n",
                squid_helper("basic_ncsa_auth"),
                logins.display()
            );
            fs::write(&file, text).unwrap();
            ["-N", "-f", &file.display().to_string()]
                .map(str::to_owned)
                .to_vec()
        })
    }

    /// SOCKS 4 and 5 without a login.
    pub(crate) fn dante(kind: UpstreamKind) -> Proxy {
        Proxy::start(kind, "danted", |folder, port| {
            let file = folder.join("danted.conf");
            let text = format!(
                "logoutput: /dev/null\ninternal: 127.0.0.1 port = {port}\nexternal: lo\nclientmethod: none\n\
                 socksmethod: none\nclient pass {{ from: 127.0.0.0/8 to: 0/0 }}\n\
                 socks pass {{ from: 127.0.0.0/8 to: 0/0 command: connect }}\n"
            );
            fs::write(&file, text).unwrap();
            vec!["-f".into(), file.display().to_string()]
        })
    }

    pub(crate) fn upstream(&self) -> Upstream {
        upstream(self.kind, self.port)
    }

    #[expect(clippy::disallowed_methods, reason = "a test starts its own processes")]
    fn start(
        kind: UpstreamKind,
        program: &'static str,
        arguments: impl Fn(&Path, u16) -> Vec<String>,
    ) -> Proxy {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut command = Command::new(program);
        command
            .args(arguments(folder.path(), port))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = command.spawn().unwrap_or_else(|error| match error.kind() {
            ErrorKind::NotFound => {
                panic!("`{program}` is missing: install the package `{program}`")
            }
            _ => panic!("failed to start `{program}`: {error}"),
        });
        let mut proxy = Proxy {
            kind,
            port,
            program,
            process,
            _folder: folder,
        };
        let end = Instant::now() + Duration::from_secs(30);
        while std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(
                proxy.process.try_wait().unwrap().is_none(),
                "`{program}` ended at its start"
            );
            assert!(Instant::now() < end, "`{program}` does not come up");
            thread::park_timeout(Duration::from_millis(10));
        }
        proxy
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.process.kill().ok(); // It may have ended.
        self.process.wait().ok();
    }
}

/// Where the distributions keep the helpers of squid.
fn squid_helper(name: &str) -> String {
    ["/usr/lib/squid", "/usr/lib64/squid", "/usr/libexec/squid"]
        .map(|folder| format!("{folder}/{name}"))
        .into_iter()
        .find(|path| Path::new(path).exists())
        .unwrap_or_else(|| panic!("`{name}` is missing: install the package `squid`"))
}

/// A port on which nothing listens.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A proxy that does to each connection what the test says.
pub(crate) async fn scripted<F>(script: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(script(stream));
        }
    });
    address
}
