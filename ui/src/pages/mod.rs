//! The screens, one for each address.

mod attach;
mod browsers;
mod checks;
mod composer;
mod import_profiles;
mod keeping;
mod profile_detail;
mod profiles;
mod proxies;
mod queue;
mod quit;
mod remove_dialog;
mod run_page;
mod runs;
mod settings;
mod shared;
mod start;
mod tasks;
mod vault;
mod welcome;

pub use browsers::Browsers;
pub use composer::Composer;
pub use import_profiles::ImportDialog;
pub use profile_detail::ProfileDetail;
pub use profiles::Profiles;
pub use proxies::{Proxies, ProxyDetail};
pub use queue::Queue;
pub use quit::Quit;
pub use remove_dialog::RemoveDialog;
pub use run_page::RunPage;
pub use runs::Runs;
pub use settings::Settings;
pub use shared::used_by;
pub use tasks::Tasks;
pub use vault::Vault;
pub use welcome::Welcome;
