use std::future::Future;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use drover_egress::{Login, Upstream, UpstreamKind};
use socket2::{Domain, Socket, Type};
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
/// The password as `/etc/shadow` has it.
const PASSWORD_SHADOW: &str = "$6$proxies0$wFWzgtCo4d2RdFiqpgOT2ORy9F0wVf0kicR4IwMLarP5FP2jxh9unqdLN2P8gHdT2jEpapMEpXZ7VwJ11W5fn1";

/// Gives a program users of its own.
const WITH_USERS: &str = "mount --bind \"$1/passwd\" /etc/passwd && mount --bind \"$1/shadow\" /etc/shadow && shift && exec \"$@\"";

/// A real proxy that wants the login, ended on drop.
pub(crate) struct Proxy {
    pub(crate) kind: UpstreamKind,
    pub(crate) port: u16,
    pub(crate) program: &'static str,
    process: Child,
    _folder: TempDir,
    /// Keeps the port from everybody else.
    _place: Nobody,
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
        Proxy::squid_on(UpstreamKind::Http, |port| {
            format!("http_port 127.0.0.1:{port}")
        })
    }

    /// Inside TLS.
    pub(crate) fn squid_with_tls(certificate: &Path, key: &Path) -> Proxy {
        Proxy::squid_on(UpstreamKind::Https, |port| {
            format!(
                "https_port 127.0.0.1:{port} tls-cert={} tls-key={}",
                certificate.display(),
                key.display()
            )
        })
    }

    fn squid_on(kind: UpstreamKind, listen: impl Fn(u16) -> String) -> Proxy {
        Proxy::start(kind, "squid", |folder, port| {
            // As root it works as another user, who has to read this.
            #[cfg(unix)]
            fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o755))
                .unwrap();
            let (file, logins) = (folder.join("squid.conf"), folder.join("logins"));
            fs::write(&logins, format!("{USER}:{PASSWORD_HASH}\n")).unwrap();
            let text = format!(
                "{}\npid_filename none\naccess_log none\ncache_log /dev/null\n\
                 cache deny all\nshutdown_lifetime 0 seconds\nmax_filedescriptors 4096\nmemory_cache_shared off\n\
                 auth_param basic program {} {}\nauth_param basic realm x\nauth_param basic children 2 startup=1\n\
                 acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all\n",
                listen(port),
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
            fs::write(&file, dante_says(port, "none")).unwrap();
            vec!["-f".into(), file.display().to_string()]
        })
    }

    /// SOCKS 5 with the users of the system, of which it is shown others than there are.
    pub(crate) fn dante_with_login() -> Proxy {
        Proxy::start_as(UpstreamKind::Socks5, "danted", "unshare", |folder, port| {
            let file = folder.join("danted.conf");
            fs::write(&file, dante_says(port, "username")).unwrap();
            let users = [("root", 0), (USER, 1)]
                .map(|(user, id)| format!("{user}:x:{id}:{id}::/:/bin/sh\n"));
            fs::write(folder.join("passwd"), users.concat()).unwrap();
            let shadow = format!("{USER}:{PASSWORD_SHADOW}:19000:0:99999:7:::\n");
            fs::write(folder.join("shadow"), shadow).unwrap();
            let mut arguments = vec!["--mount".to_owned()];
            if !rustix::process::geteuid().is_root() {
                arguments.push("--map-root-user".to_owned());
            }
            let (folder, file) = (folder.display().to_string(), file.display().to_string());
            let more = ["sh", "-c", WITH_USERS, "sh", &folder, "danted", "-f", &file];
            arguments.extend(more.map(str::to_owned));
            arguments
        })
    }

    pub(crate) fn upstream(&self) -> Upstream {
        upstream(self.kind, self.port)
    }

    fn start(
        kind: UpstreamKind,
        program: &'static str,
        arguments: impl Fn(&Path, u16) -> Vec<String>,
    ) -> Proxy {
        Proxy::start_as(kind, program, program, arguments)
    }

    /// `starter` becomes the program.
    #[expect(clippy::disallowed_methods, reason = "a test starts its own processes")]
    fn start_as(
        kind: UpstreamKind,
        program: &'static str,
        starter: &'static str,
        arguments: impl Fn(&Path, u16) -> Vec<String>,
    ) -> Proxy {
        let folder = tempfile::tempdir().unwrap();
        let place = Nobody::new();
        let port = place.port();
        let mut command = Command::new(starter);
        command
            .args(arguments(folder.path(), port))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
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
            _place: place,
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
        // With its children, of which some would go on with what they carry. It may have ended.
        let group = i32::try_from(self.process.id()).ok();
        let group = group.and_then(rustix::process::Pid::from_raw);
        if let Some(group) = group {
            rustix::process::kill_process_group(group, rustix::process::Signal::KILL).ok();
        }
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

fn dante_says(port: u16, method: &str) -> String {
    format!(
        "logoutput: /dev/null\ninternal: 127.0.0.1 port = {port}\nexternal: lo\nclientmethod: none\n\
         socksmethod: {method}\nclient pass {{ from: 127.0.0.0/8 to: 0/0 }}\n\
         socks pass {{ from: 127.0.0.0/8 to: 0/0 command: connect }}\n"
    )
}

/// A port on which nobody listens. It is taken, so that the system gives it to no other; a program that asks for this
/// very one, and may reuse addresses as servers do, gets it.
pub(crate) struct Nobody(Socket);

impl Nobody {
    pub(crate) fn new() -> Nobody {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_reuse_address(true).unwrap();
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        socket.bind(&any.into()).unwrap();
        Nobody(socket)
    }

    pub(crate) fn port(&self) -> u16 {
        let address = self.0.local_addr().unwrap();
        address.as_socket().expect("BUG: it has a port").port()
    }
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
