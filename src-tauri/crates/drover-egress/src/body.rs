//! Bodies on their way through.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::time::{Instant, timeout_at};

use crate::dial::Dialer;
use crate::hosts::HostTally;
use crate::{Error, Result};

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of an answer. An end that is none, and a way that is cut, become an error, so that the part which came is
/// never taken for the whole.
pub(crate) struct Answered {
    inner: Incoming,
    dialer: Arc<Dialer>,
    host: Arc<HostTally>,
    cut: Pin<Box<dyn Future<Output = ()> + Send + Sync>>,
}

impl Answered {
    pub(crate) fn new(inner: Incoming, dialer: Arc<Dialer>, host: Arc<HostTally>) -> Answered {
        let way = Arc::clone(&dialer);
        Answered {
            inner,
            dialer,
            host,
            cut: Box::pin(async move { way.until_cut().await }),
        }
    }
}

impl Body for Answered {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, BoxError>>> {
        if self.cut.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Some(Err(Error::Cut.into())));
        }
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        Poll::Ready(frame.map(|frame| {
            frame.map_err(|error| {
                let broken = self.dialer.broken();
                self.dialer.tally.failed(&broken, &self.host);
                error.into()
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// When the last part of a request was taken by the proxy.
#[derive(Clone)]
pub(crate) struct Progress(Arc<Mutex<Instant>>);

impl Progress {
    pub(crate) fn start() -> Progress {
        Progress(Arc::new(Mutex::new(Instant::now())))
    }

    /// The result, unless nothing of the request has moved and no answer has come for the time.
    pub(crate) async fn wait<T>(
        &self,
        patience: Duration,
        dialer: &Dialer,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let mut work = std::pin::pin!(work);
        loop {
            let end = self.last() + patience;
            match timeout_at(end, work.as_mut()).await {
                Ok(result) => return result,
                Err(_) if self.last() + patience > end => {}
                Err(_) => return Err(dialer.timed_out()),
            }
        }
    }

    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn moved(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

/// The body of a request, whose progress is noted.
pub(crate) struct Asked {
    inner: Incoming,
    progress: Progress,
}

impl Asked {
    pub(crate) fn new(inner: Incoming, progress: Progress) -> Asked {
        Asked { inner, progress }
    }
}

impl Body for Asked {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        self.progress.moved();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
