//! Tables `login`, `login_check` and `login_need`: what checks of sign-ins found, and what waits for one.

mod held;
mod note;
#[cfg(test)]
mod tests;

pub(super) use held::signed_out;
pub(super) use note::{Stored, logins};
