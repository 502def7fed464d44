//! An engine made of seeded data, so that the window can be seen, photographed and tested in a plain browser.
//! It is in no shipped build.

mod answers;
mod backend;
mod kept;
mod line;
mod live;
mod picture;
mod planner;
mod press;
mod scene;
mod script;
mod seats;
mod seed;
mod seed_queue;
mod seed_runs;
mod seed_schedules;
mod seed_tasks;
mod world;

pub(super) use backend::DemoBackend;
