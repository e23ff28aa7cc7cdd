//! The holder: its clock, its file, and others who use the same file.

use std::fs;

use super::*;
use crate::SystemWallClock;

/// A wall that goes by tokio's time.
struct TokioWall(Timestamp, tokio::time::Instant);

impl WallClock for TokioWall {
    fn now(&self) -> Timestamp {
        self.0 + self.1.elapsed()
    }
}

fn wall() -> Arc<dyn WallClock> {
    let start = "2026-01-01T00:00:00Z".parse().unwrap();
    Arc::new(TokioWall(start, tokio::time::Instant::now()))
}

#[tokio::test(start_paused = true)]
async fn sleeps_by_the_virtual_clock() {
    let sandbox = Sandbox::in_memory(1, 60.0, wall());
    let (start, begun) = (sandbox.now(), tokio::time::Instant::now());
    sandbox.sleep(Duration::from_mins(10)).await;
    assert_eq!(sandbox.now().duration_since(start).as_secs(), 600);
    assert_eq!(begun.elapsed().as_secs(), 10);
    sandbox.set_speed(1.0);
    sandbox.advance(Duration::from_hours(1));
    assert_eq!(sandbox.now().duration_since(start).as_secs(), 4200);
}

#[tokio::test(start_paused = true)]
async fn one_process_sees_what_another_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/state.json");
    let mine = Sandbox::open(&path, 1, 60.0, wall()).unwrap();
    let theirs = Sandbox::open(&path, 2, 60.0, wall()).unwrap();
    assert_eq!(theirs.with(|world| world.seed()), 1, "the world there is counts");
    let mut changes = mine.changes();
    changes.mark_unchanged();
    assert!(theirs.break_(Breakage::NoNat));
    assert!(!theirs.break_(Breakage::NoNat));
    changes.changed().await.unwrap();
    assert!(mine.with(|world| world.is_broken(Breakage::NoNat)));
    assert!(mine.mend(Breakage::NoNat));
    assert!(!theirs.with(|world| world.is_broken(Breakage::NoNat)));
    assert!(mine.fault().is_none());
}

#[tokio::test(start_paused = true)]
async fn the_clock_goes_on_for_all_while_one_is_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let mine = Sandbox::open(&path, 1, 60.0, wall()).unwrap();
    let theirs = Sandbox::open(&path, 1, 60.0, wall()).unwrap();
    let start = theirs.now();
    mine.sleep(Duration::from_mins(10)).await;
    assert_eq!(theirs.now(), mine.now());
    assert_eq!(theirs.now().duration_since(start).as_secs(), 600);
}

#[test]
fn a_file_that_is_not_ours_is_named_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let open = || Sandbox::open(&path, 1, 60.0, Arc::new(SystemWallClock));
    let text = |error: StateError| error.to_string().replace(folder.path().to_str().unwrap(), "DIR");
    fs::write(&path, "{\"format\":1,\"wor").unwrap();
    insta::assert_snapshot!(text(open().err().unwrap()), @"the sandbox's state file DIR/state.json is damaged; `lab2048 sandbox reset` puts a fresh world in its place");
    fs::write(&path, "{\"format\":7}").unwrap();
    insta::assert_snapshot!(text(open().err().unwrap()), @"the sandbox's state file DIR/state.json has format 7, this program knows format 2; `lab2048 sandbox reset` puts a fresh world in its place");
    Sandbox::reset(&path, 1, 60.0, Arc::new(SystemWallClock)).unwrap();
    open().unwrap();
}

#[test]
fn a_file_damaged_meanwhile_is_reported_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let sandbox = Sandbox::open(&path, 1, 60.0, Arc::new(SystemWallClock)).unwrap();
    fs::write(&path, "{").unwrap();
    sandbox.break_(Breakage::NoNat);
    assert!(sandbox.fault().unwrap().full_text().contains("is damaged"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "{");
}

#[test]
fn a_kill_between_writing_and_renaming_leaves_the_old_world() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let sandbox = Sandbox::open(&path, 1, 60.0, Arc::new(SystemWallClock)).unwrap();
    sandbox.break_(Breakage::DnsOff);
    fs::write(folder.path().join("state.json.new"), "half a wor").unwrap();
    let again = Sandbox::open(&path, 1, 60.0, Arc::new(SystemWallClock)).unwrap();
    assert!(again.with(|world| world.is_broken(Breakage::DnsOff)));
}
