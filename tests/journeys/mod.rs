//! One file a journey.
