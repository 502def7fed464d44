//! One method of the engine per request, named as the request is; one file an area.

mod import;
mod keychain;
mod machine;
mod planning;
mod profiles;
mod proxies;
mod runs;
mod samples;
mod settings;
mod starting;
mod tasks;
mod tokens;
