//! A class beyond one machine: an Indexed Job of Kubernetes, of which each index carries out a part of the roster. Which part that
//! is, what the Job is made of, how an index ends, and what has come of all of them.

mod gathered;
mod manifest;
mod outcome;
mod results;
mod shard;

pub use gathered::{Gathered, IndexRow, IndexState, JobState, gather};
pub use manifest::{
    Account, JOB_LABEL, Manifest, OWN_CONTEXT, OWN_FOLDER, ROOM_OF_CONFIG_MAP, TERMINATION_LOG, assignment_in,
    assignment_path, digest_of, lines_of, result_map, result_name,
};
pub use outcome::{HOPELESS, IndexEnd, Tally, index_end};
pub use results::lines_of_end;
pub use shard::{Assignment, Placed, Shard, ShardLab, shards};
