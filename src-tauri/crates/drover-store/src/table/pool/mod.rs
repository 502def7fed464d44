//! Tables `pool`, `pool_member`, `pool_kept` and `pool_need`: several proxies of which each attempt gets one.

mod pick;
mod rest;
mod row;
#[cfg(test)]
mod tests;
mod view;
