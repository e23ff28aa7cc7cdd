//! The proof from outside: the name resolves and the game answers.

mod driver;
mod http;

pub use driver::ProofDriver;
pub use http::Web;
