//! The API from outside: requests as they come over the wire, answers as the real server gave them.

mod access;
mod deletions;
mod edges;
mod fixture;
mod lists;
mod recorded;
mod shown;
mod writes;
