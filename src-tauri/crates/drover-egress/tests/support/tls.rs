//! TLS for proxies under test. The gateway trusts what the system trusts; a test that starts itself again with
//! [`Certificate::variable`] has a system that trusts this certificate and no other.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// Names the file of trusted roots, as for many other programs.
const ROOTS: &str = "SSL_CERT_FILE";

/// A certificate for 127.0.0.1, in files.
pub(crate) struct Certificate {
    pub(crate) file: PathBuf,
    pub(crate) key: PathBuf,
}

impl Certificate {
    /// Makes one.
    pub(crate) fn make(folder: &Path) -> Certificate {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let made = Certificate::of(folder.join("certificate.pem"));
        fs::write(&made.file, cert.pem()).unwrap();
        fs::write(&made.key, signing_key.serialize_pem()).unwrap();
        made
    }

    /// The one that this process was started to trust, if any.
    #[expect(clippy::disallowed_methods, reason = "the test starts itself again")]
    pub(crate) fn trusted() -> Option<Certificate> {
        let file = PathBuf::from(std::env::var_os(ROOTS)?);
        let made = Certificate::of(file);
        // The machine may name its own roots like this.
        made.key.is_file().then_some(made)
    }

    fn of(file: PathBuf) -> Certificate {
        let key = file.with_file_name("certificate.key");
        Certificate { file, key }
    }

    /// What a process has to be started with to trust it.
    pub(crate) fn variable(&self) -> (&'static str, &OsStr) {
        (ROOTS, self.file.as_os_str())
    }

    /// What a proxy takes connections with.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let certificate = CertificateDer::from_pem_file(&self.file).unwrap();
        let key = PrivateKeyDer::from_pem_file(&self.key).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Runs the test of this name again in a process that trusts the certificate.
#[expect(clippy::disallowed_methods, reason = "the test starts itself again")]
pub(crate) fn again_trusting(certificate: &Certificate, name: &str) {
    let ended = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .envs([certificate.variable()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(
        ended.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}
