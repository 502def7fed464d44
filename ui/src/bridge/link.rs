//! The handle on the backend that components and areas hold.

use std::rc::Rc;

use drover_model::{Code, CommandError, Request};

use super::{AnyBackend, Backend};

/// Cheap to clone; two links are equal when they lead to the same backend.
#[derive(Clone)]
pub struct Link(Rc<AnyBackend>);

impl PartialEq for Link {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Link {
    pub fn new(backend: AnyBackend) -> Self {
        Self(Rc::new(backend))
    }

    pub(crate) fn backend(&self) -> &AnyBackend {
        &self.0
    }

    /// Sends a request and reads its reply.
    pub(crate) async fn call<R: Request>(&self, request: &R) -> Result<R::Reply, CommandError> {
        let reply = self.0.invoke(R::NAME, body(request)?).await?;
        serde_json::from_str(&reply).map_err(|error| unreadable(R::NAME, &error))
    }

    /// Sends a request whose reply is bytes.
    pub(crate) async fn fetch<R: Request>(&self, request: &R) -> Result<Vec<u8>, CommandError> {
        self.0.fetch(R::NAME, body(request)?).await
    }
}

fn body<R: Request>(request: &R) -> Result<String, CommandError> {
    serde_json::to_string(request).map_err(|error| unreadable(R::NAME, &error))
}

fn unreadable(command: &str, error: &serde_json::Error) -> CommandError {
    CommandError::new(
        Code::Internal,
        format!("window and engine do not understand each other over `{command}`"),
    )
    .hint(format!(
        "restart Drover; if it stays so, report this: {error}"
    ))
}
