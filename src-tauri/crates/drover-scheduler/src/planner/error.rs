//! Why a look was not taken. It is taken again.

/// Nothing was written, and no cursor has moved.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] drover_store::Error),
    /// Whoever prepares starts cannot at the moment.
    #[error("a start cannot be looked up now: {0}")]
    Later(String),
    /// A fault of Drover's own, which must not end the planning of everything else.
    #[error("the schedule could not be worked out: Drover has made a mistake")]
    Fault,
}

/// The planner's result.
pub type Result<T> = std::result::Result<T, Error>;
