use std::sync::{Arc, OnceLock};

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use crate::{Error, Result};

/// TLS by the roots of the operating system. They are read once, since that takes a noticeable time.
pub(crate) fn system() -> Result<Arc<ClientConfig>> {
    static KNOWN: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    if let Some(known) = KNOWN.get() {
        return Ok(Arc::clone(known));
    }
    let mut roots = RootCertStore::empty();
    // Single certificates that cannot be read are left out, as the system itself does.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        Err(Error::Roots)
    } else {
        Ok(Arc::clone(KNOWN.get_or_init(|| with_roots(roots))))
    }
}

pub(crate) fn with_roots(roots: RootCertStore) -> Arc<ClientConfig> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("BUG: the provider lacks the usual versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}
