//! A class: what its labs share, which of them begins when, how far each is, and what is on record of it. Pure.

mod admission;
mod berth;
mod board;
mod causes;
mod ground;
mod journal;

pub use admission::{Admission, Admitted, Barred, Limits, Wants};
pub use berth::{Berth, berths};
pub use board::{Board, LabRow, Progress};
pub use causes::{Cause, causes};
pub use ground::{Ground, GroundError, grounds};
pub use journal::{Entry, Journal};
