//! The API from outside: requests as they come over the wire, answers as the real server gave them.

mod access;
mod authorization;
mod compared;
mod deletions;
mod edges;
mod fixture;
mod lists;
mod shown;
mod writes;
