//! Something that goes on until its guard is dropped.

/// Ends a subscription when it is dropped.
#[must_use = "dropping the guard ends what it guards"]
pub struct Guard(Option<Box<dyn FnOnce()>>);

impl Guard {
    pub fn new(end: impl FnOnce() + 'static) -> Self {
        Self(Some(Box::new(end)))
    }

    /// Guards nothing.
    pub fn idle() -> Self {
        Self(None)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}
