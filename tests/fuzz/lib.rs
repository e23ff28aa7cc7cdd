//! What strangers can send, and what must not come of it.
//!
//! A [`Target`] takes any bytes to the code that reads such bytes in earnest. [`survive`] gives it the files of its folder in
//! `corpus`, then mutations of them: the same few at every `cargo test`, new ones for as long as `just fuzz` is told to. No
//! input may end in a panic, take longer than [`PATIENCE`], or make more than [`most`] of itself, nor minutes of them take more
//! memory than [`MEMORY`]. One that does is kept as a
//! file of the corpus, as small as it could be made, and so every later run begins with it.

#![expect(
    clippy::disallowed_methods,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise; how long it is to run is the reader's time"
)]
#![expect(clippy::print_stderr, reason = "says where it is and what it has found")]

mod mutation;

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use mutation::mutations;

/// One thing that strangers can send.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name of its folder in the corpus.
    pub name: &'static str,
    /// Gives the bytes to the code that reads them. Answers with the size of what came of them, in bytes.
    pub run: fn(&[u8]) -> usize,
    /// Its mutations in every `cargo test`.
    pub cases: u32,
}

/// The longest that one input may take, on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most that may come of an input of so many bytes: its lines may be shown again in messages, and all keys listed.
pub const fn most(input: usize) -> usize {
    1_000_000 + 100 * input
}

/// The most memory that minutes of inputs may take, in KiB.
const MEMORY: u64 = 256 * 1024;

/// Runs the targets, or the one that `LAB2048_FUZZ` names: a fixed number of mutations, or for `LAB2048_FUZZ_MINUTES` each.
pub fn survive(targets: &[Target]) {
    let wanted = env::var("LAB2048_FUZZ").ok().filter(|name| !name.is_empty());
    let minutes: Option<u64> = env::var("LAB2048_FUZZ_MINUTES").ok().map(|text| text.parse().unwrap());
    for target in targets {
        if wanted.as_deref().is_none_or(|wanted| wanted == target.name) {
            watched(*target, minutes.map(|minutes| Duration::from_secs(60 * minutes)));
        }
    }
}

/// Runs a target in a thread of its own, and watches that it goes on.
fn watched(target: Target, time: Option<Duration>) {
    let (sender, steps) = channel();
    let worker = thread::spawn(move || explored(target, time, &sender));
    if let Some(input) = stuck(&steps) {
        let file = keep(target, &input);
        panic!(
            "{}: not done after {PATIENCE:?}; {}",
            target.name,
            replay(target, &file)
        );
    }
    if let Err(found) = worker.join() {
        std::panic::resume_unwind(found);
    }
}

/// The input on which a worker has not gone on; `None` when it has ended.
fn stuck(steps: &Receiver<Vec<u8>>) -> Option<Vec<u8>> {
    use std::sync::mpsc::RecvTimeoutError::{Disconnected, Timeout};
    let mut current = Vec::new();
    loop {
        match steps.recv_timeout(PATIENCE) {
            Ok(next) => current = next,
            Err(Timeout) => return Some(current),
            Err(Disconnected) => return None,
        }
    }
}

fn explored(target: Target, time: Option<Duration>, steps: &Sender<Vec<u8>>) {
    let begun = Instant::now();
    let corpus = corpus(target);
    assert!(!corpus.is_empty(), "{} has no corpus", folder(target).display());
    for (file, input) in &corpus {
        steps.send(input.clone()).unwrap();
        if let Err(why) = outcome(target, input) {
            panic!("{}: {why}; {}", target.name, replay(target, file));
        }
    }
    let seeds: Vec<Vec<u8>> = corpus.into_iter().map(|(_, input)| input).collect();
    let mut round = 0;
    loop {
        mutated(target, &seeds, round, time.is_some(), steps);
        round += 1;
        if time.is_none_or(|time| begun.elapsed() >= time) {
            break;
        }
    }
    if time.is_some() {
        let inputs = u64::from(round) * u64::from(target.cases);
        let peak = peak_memory();
        let told = peak.map_or_else(|| "unknown".to_owned(), |peak| format!("{} MiB", peak / 1024));
        eprintln!("{}: {inputs} inputs, nothing found, peak memory {told}", target.name);
        assert!(
            peak.is_none_or(|peak| peak <= MEMORY),
            "{}: {told} is more than {} MiB",
            target.name,
            MEMORY / 1024
        );
    }
}

/// The most memory that this process has had at once, in KiB, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// A round of mutations; the round is the seed of their generator.
fn mutated(target: Target, seeds: &[Vec<u8>], round: u32, noted: bool, steps: &Sender<Vec<u8>>) {
    let config = Config {
        cases: target.cases,
        failure_persistence: None,
        ..Config::default()
    };
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&round.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    // Neither a full stack nor a kill leaves a word behind: what is being run is a file of the corpus until it has ended.
    let running = folder(target).join("running");
    let result = runner.run(&mutations(seeds.to_vec()), |input| {
        steps.send(input.clone()).unwrap();
        if noted {
            fs::write(&running, &input).unwrap();
        }
        outcome(target, &input).map_err(TestCaseError::fail)
    });
    if noted {
        fs::remove_file(&running).unwrap();
    }
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, input)) => {
            let file = keep(target, &input);
            panic!("{}: {why}; {}", target.name, replay(target, &file));
        }
        Err(TestError::Abort(why)) => panic!("{}: {why}", target.name),
    }
}

/// Why an input is not survived.
fn outcome(target: Target, input: &[u8]) -> Result<(), String> {
    let size = catch_unwind(AssertUnwindSafe(|| (target.run)(input))).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        text.unwrap_or("it panics").to_owned()
    })?;
    let (most, length) = (most(input.len()), input.len());
    if size > most {
        return Err(format!("{length} bytes became {size}, more than {most}"));
    }
    Ok(())
}

fn folder(target: Target) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name)
}

/// The files of a target, by name.
fn corpus(target: Target) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder(target))
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|file| (file.clone(), fs::read(file).unwrap()))
        .collect()
}

/// Writes an input to the corpus.
fn keep(target: Target, input: &[u8]) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let file = folder(target).join(format!("found-{:016x}", hasher.finish()));
    fs::write(&file, input).unwrap();
    file
}

fn replay(target: Target, file: &Path) -> String {
    format!(
        "it is kept as {}; run it again with: just fuzz {} 0",
        file.display(),
        target.name
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a target when given this.
    fn why(run: fn(&[u8]) -> usize, input: &[u8]) -> Option<String> {
        outcome(
            Target {
                name: "test",
                run,
                cases: 1,
            },
            input,
        )
        .err()
    }

    #[test]
    fn a_panic_and_too_much_output_are_findings() {
        assert_eq!(why(<[u8]>::len, b"abc"), None);
        assert_eq!(
            why(|input| usize::from(input[3]), b"abc").unwrap(),
            "index out of bounds: the len is 3 but the index is 3"
        );
        assert_eq!(
            why(|_| 2_000_000, b"abc").unwrap(),
            "3 bytes became 2000000, more than 1000300"
        );
    }

    #[test]
    fn a_worker_that_goes_on_is_not_stuck() {
        let (sender, steps) = channel();
        thread::spawn(move || sender.send(b"last".to_vec()).unwrap());
        assert_eq!(stuck(&steps), None);
    }
}
