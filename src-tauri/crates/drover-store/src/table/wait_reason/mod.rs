//! Why a queued run waits.

#[cfg(test)]
mod tests;
mod whom;
mod why;
mod words;
