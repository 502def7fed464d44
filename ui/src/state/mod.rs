//! What the window knows: one area per kind of thing, loaded from the engine and kept fresh by its facts.

mod area;
mod copy_name;
mod desk;
mod remote;
mod settings;
mod start_many;
mod tasks;
mod toasts;
mod token_draft;
mod tokens;

pub mod browsers;
pub mod draft;
pub mod keeping;
pub mod profiles;
pub mod proxies;
pub mod queue;
pub mod runs;
pub mod schedules;

pub use area::{Area, AreaAction, Load};
pub use browsers::Browsers;
pub use copy_name::copy_name;
pub use desk::{Asked, Desk, DeskAction, Endpoint};
pub use profiles::Profiles;
pub use proxies::Proxies;
pub use remote::{Remote, render_remote};
pub use runs::Runs;
pub use settings::{Frame, Machine, Preferences};
pub use start_many::{Many, Over};
pub use tasks::Tasks;
pub use toasts::{Toast, ToastAction, ToastTone, Toasts};
pub use token_draft::TokenDraft;
pub use tokens::{Tokens, Vault, any_expiring, expiry};
