//! One Chrome a profile: who has it, whether it stays warm for the next one, and when it is let go.

mod held;
#[expect(clippy::module_inception, reason = "it is the lease itself")]
mod lease;
mod leases;
mod memory;
mod news;
mod place;
mod rules;
mod seat;
mod way_out;

pub use held::{Struck, Wanted};
pub use lease::{Lease, Reservation};
pub use leases::Leases;
pub use memory::available_memory;
pub use news::Notice;
pub use rules::{GiveBack, Refusal, Rules};
pub use seat::{SeatState, SeatView};
pub use way_out::Lead;
