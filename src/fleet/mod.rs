//! A class: what its labs share, which of them begins when, how far each is, and what is on record of it. Pure.

mod admission;
mod berth;
mod board;
mod capacity;
mod causes;
mod ground;
pub mod job;
mod journal;
mod standing;
mod timeline;

pub use admission::{Admission, Admitted, Barred, Limits, Wants};
pub use berth::{Berth, berths};
pub use board::{Board, Found, LESSON_COLUMN, LabLesson, LabRow, Progress};
pub use capacity::{Capacity, Demand, Room, Site, capacity, without_profile};
pub use causes::{Cause, causes};
pub use ground::{Ground, GroundError, grounds};
pub use journal::{Entry, Journal};
pub use standing::{Pick, Standing};
pub use timeline::{Magnitudes, Measured, SlotQueue, Timeline, rest, timeline};
