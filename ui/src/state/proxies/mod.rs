//! What the proxy screens know: the list, the forms, and the words for what a check found.

mod area;
mod changing;
mod checking;
mod draft;
mod health;
mod paste;
mod pool;
mod rules;

pub use area::Proxies;
pub use changing::{cool_down, cooling};
pub use checking::{CheckAction, Checking};
pub use draft::ProxyDraft;
pub use health::{HealthLook, exit, health_look};
pub use paste::{LineLook, PasteDraft, line_look, summary};
pub use pool::PoolDraft;
pub use rules::{RuleRow, WAYS, way_word};
