//! One method of the engine per request, named as the request is; one file an area.

mod attaching;
mod browsers;
mod cookies;
mod extensions;
mod import;
mod keeping;
mod keychain;
mod looking;
mod machine;
mod made_profiles;
mod planning;
mod profiles;
mod proxies;
mod proxy_check;
mod proxy_import;
mod queue;
mod rerunning;
mod runs;
mod samples;
mod schedules;
mod settings;
mod starting;
mod tasks;
mod tokens;
