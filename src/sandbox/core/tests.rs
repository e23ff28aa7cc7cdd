//! The holder: its clock, its file, and others who use the same file.

use std::fs;
use std::os::unix::fs::MetadataExt;

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

/// The wall has no time as short as a moment of a faster clock; who came back before it would ask again, at once and for ever.
#[tokio::test(start_paused = true)]
async fn nobody_who_sleeps_comes_back_too_early() {
    let sandbox = Sandbox::in_memory(1, 60.0, wall());
    for moment in [1, 7, 29, 61] {
        let target = sandbox.now() + Duration::from_nanos(moment);
        sandbox.sleep_until(target).await;
        assert!(sandbox.now() >= target, "{moment} ns");
    }
}

#[test]
fn the_clock_goes_to_the_year_3000_and_no_further() {
    let sandbox = Sandbox::in_memory(1, 60.0, Arc::new(SystemWallClock));
    let before = sandbox.inventory().now;
    assert_eq!(sandbox.advance(Duration::from_hours(99_999_999)), None);
    assert_eq!(sandbox.advance(Duration::MAX), None);
    let after = sandbox.advance(Duration::from_hours(240)).unwrap();
    assert!(after.duration_since(before) < jiff::SignedDuration::from_hours(241));
}

#[tokio::test(start_paused = true)]
async fn one_process_sees_what_another_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/state.json");
    let mine = Sandbox::open(StateFile::at(path.clone()), 1, 60.0, wall())
        .await
        .unwrap();
    let theirs = Sandbox::open(StateFile::at(path.clone()), 2, 60.0, wall())
        .await
        .unwrap();
    assert_eq!(theirs.with(|world| world.seed()), 1, "the world there is counts");
    let mut changes = mine.changes();
    changes.mark_unchanged();
    assert_eq!(theirs.break_(Breakage::NoNat), Attempt::Done);
    assert_eq!(theirs.break_(Breakage::NoNat), Attempt::AsBefore);
    changes.changed().await.unwrap();
    assert!(mine.with(|world| world.is_broken(Breakage::NoNat)));
    assert_eq!(mine.mend(Breakage::NoNat), Attempt::Done);
    assert!(!theirs.with(|world| world.is_broken(Breakage::NoNat)));
    assert!(mine.fault().is_none());
}

#[tokio::test(start_paused = true)]
async fn the_clock_goes_on_for_all_while_one_is_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let mine = Sandbox::open(StateFile::at(path.clone()), 1, 60.0, wall())
        .await
        .unwrap();
    let theirs = Sandbox::open(StateFile::at(path.clone()), 1, 60.0, wall())
        .await
        .unwrap();
    let start = theirs.now();
    mine.sleep(Duration::from_mins(10)).await;
    assert_eq!(theirs.now(), mine.now());
    assert_eq!(theirs.now().duration_since(start).as_secs(), 600);
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_named_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let open = || Sandbox::open(StateFile::at(path.clone()), 1, 60.0, Arc::new(SystemWallClock));
    let text = |error: StateError| error.to_string().replace(folder.path().to_str().unwrap(), "DIR");
    fs::write(&path, "{\"format\":1,\"wor").unwrap();
    insta::assert_snapshot!(text(open().await.err().unwrap()), @"the sandbox's state file DIR/state.json is damaged; `lab2048 sandbox reset` puts a fresh world in its place");
    fs::write(&path, "{\"format\":7}").unwrap();
    insta::assert_snapshot!(text(open().await.err().unwrap()), @"the sandbox's state file DIR/state.json has format 7, this program knows format 3; `lab2048 sandbox reset` puts a fresh world in its place");
    Sandbox::reset(
        StateFile::at(path.clone()),
        &Beginning::of(1, 60.0),
        Arc::new(SystemWallClock),
    )
    .await
    .unwrap();
    open().await.unwrap();
}

#[tokio::test]
async fn a_file_damaged_meanwhile_is_reported_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let sandbox = Sandbox::open(StateFile::at(path.clone()), 1, 60.0, Arc::new(SystemWallClock))
        .await
        .unwrap();
    fs::write(&path, "{").unwrap();
    sandbox.break_(Breakage::NoNat);
    assert!(sandbox.fault().unwrap().full_text().contains("is damaged"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "{");
}

#[tokio::test]
async fn a_kill_while_writing_leaves_the_old_world_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let open = || Sandbox::open(StateFile::at(path.clone()), 1, 60.0, Arc::new(SystemWallClock));
    open().await.unwrap().break_(Breakage::DnsOff);
    for unfinished in ["state.json.new", "state.json.x1Y2.new"] {
        fs::write(folder.path().join(unfinished), "half a wor").unwrap();
    }
    let again = open().await.unwrap();
    assert!(again.with(|world| world.is_broken(Breakage::DnsOff)));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

/// A wall whose time is set.
struct SetWall(Mutex<Timestamp>);

impl SetWall {
    fn pass(&self, seconds: u64) {
        *self.0.lock().unwrap() += Duration::from_secs(seconds);
    }
}

impl WallClock for SetWall {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

#[tokio::test]
async fn time_stands_still_while_somebody_waits_or_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let file = || StateFile::at(folder.path().join("state.json"));
    let wall = Arc::new(SetWall(Mutex::new("2026-01-01T00:00:00Z".parse().unwrap())));
    let mine = Sandbox::open(file(), 1, 60.0, wall.clone()).await.unwrap();
    let theirs = Sandbox::open(file(), 1, 60.0, wall.clone()).await.unwrap();
    let start = mine.now();
    let since = |now: Timestamp| now.duration_since(start).as_secs();
    wall.pass(1);
    assert_eq!(since(mine.now()), 60, "somebody is in, and nobody is served");
    let turn = theirs.turn().await;
    wall.pass(1);
    assert_eq!(since(mine.now()), 60, "another process is served");
    let waiting = tokio::spawn(async move { mine.turn().await.with(|world| world.now()) });
    tokio::task::yield_now().await;
    wall.pass(30);
    assert_eq!(turn.with(|world| since(world.now())), 60);
    drop(turn);
    assert_eq!(since(waiting.await.unwrap()), 60, "they waited, and are not late");
    wall.pass(1);
    assert_eq!(since(theirs.now()), 120);
}

#[tokio::test]
async fn a_wait_that_is_given_up_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = || StateFile::at(folder.path().join("state.json"));
    let open = |file| Sandbox::open(file, 1, 60.0, Arc::new(SystemWallClock));
    let (known, theirs) = (file(), open(file()).await.unwrap());
    let mine = open(known.clone()).await.unwrap();
    let turn = theirs.turn().await;
    let given_up = {
        let mine = mine.clone();
        tokio::spawn(async move { drop(mine.turn().await) })
    };
    known.waits.begun().await;
    let wait = known.waits.current(Timestamp::now()).unwrap();
    assert_eq!(
        wait.to_string(),
        format!(
            "waiting for the sandbox's world, which process {} (lab2048) holds",
            std::process::id()
        )
    );
    given_up.abort();
    assert!(given_up.await.is_err());
    assert_eq!(known.waits.current(Timestamp::now()), None);
    drop(turn);
    drop(theirs.turn().await);
    drop(mine.turn().await);
}

#[tokio::test]
async fn what_is_known_is_not_read_again_and_what_is_kept_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let sandbox = Sandbox::open(StateFile::at(path.clone()), 1, 1.0, Arc::new(SystemWallClock));
    let sandbox = sandbox.await.unwrap();
    sandbox.break_(Breakage::NoNat);
    let saved = fs::metadata(&path).unwrap();
    for _ in 0..3 {
        assert!(sandbox.turn().await.with(|world| world.is_broken(Breakage::NoNat)));
    }
    let now = fs::metadata(&path).unwrap();
    assert_eq!(
        (now.ino(), now.modified().unwrap()),
        (saved.ino(), saved.modified().unwrap())
    );
}

/// The documents in the file: the world, and the steps since.
fn documents(path: &std::path::Path) -> usize {
    fs::read_to_string(path).unwrap().lines().count()
}

#[tokio::test]
async fn a_change_is_added_to_the_file_and_taken_into_the_world_when_nobody_needs_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let open = || Sandbox::open(StateFile::at(path.clone()), 1, 60.0, Arc::new(SystemWallClock));
    let mine = open().await.unwrap();
    let (base, first) = (fs::metadata(&path).unwrap(), fs::read(&path).unwrap());
    mine.break_(Breakage::NoNat);
    mine.break_(Breakage::NoFreeIps);
    let theirs = open().await.unwrap();
    assert_eq!(theirs.broken(), [Breakage::NoNat, Breakage::NoFreeIps]);
    theirs.break_(Breakage::DnsOff);
    assert_eq!(
        mine.mend(Breakage::DnsOff),
        Attempt::Done,
        "what others add is followed"
    );
    assert_eq!(documents(&path), 5);
    let (now, last) = (fs::metadata(&path).unwrap(), fs::read(&path).unwrap());
    assert_eq!(now.ino(), base.ino());
    assert!(
        last.starts_with(&first) && now.len() < 2 * base.len(),
        "{} {}",
        base.len(),
        now.len()
    );
    let whole = |sandbox: &Sandbox| sandbox.with(|world| serde_json::to_value(&world.aws).unwrap());
    assert_eq!(whole(&mine), whole(&theirs));
    drop(open().await.unwrap());
    assert_eq!(documents(&path), 5, "who has only looked changes nothing");
    drop(theirs);
    assert_eq!(documents(&path), 1, "whoever ends leaves a world");
    mine.break_(Breakage::OneZone);
    drop(mine);
    let again = open().await.unwrap();
    assert_eq!(documents(&path), 1);
    assert_eq!(
        again.broken(),
        [Breakage::NoNat, Breakage::NoFreeIps, Breakage::OneZone]
    );
}

#[tokio::test]
async fn a_kill_while_a_step_is_added_loses_that_step_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let open = || Sandbox::open(StateFile::at(path.clone()), 1, 60.0, Arc::new(SystemWallClock));
    let killed = open().await.unwrap();
    killed.break_(Breakage::NoNat);
    std::mem::forget(killed);
    let mut text = fs::read(&path).unwrap();
    text.extend(br#"{"save":3,"step":{"revision":7,"clo"#);
    fs::write(&path, &text).unwrap();
    let next = open().await.unwrap();
    assert_eq!(next.broken(), [Breakage::NoNat]);
    next.break_(Breakage::DnsOff);
    assert!(next.fault().is_none());
    assert_eq!(documents(&path), 3);
    std::mem::forget(next);
    // A step that is not the next one is nobody's.
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    fs::write(&path, format!("{}\n{}\n", lines[0], lines[2])).unwrap();
    let error = open().await.err().unwrap();
    assert!(error.full_text().contains("a step is missing"), "{}", error.full_text());
}

#[tokio::test]
async fn what_somebody_edits_in_the_file_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let sandbox = Sandbox::open(StateFile::at(path.clone()), 1, 60.0, Arc::new(SystemWallClock));
    let sandbox = sandbox.await.unwrap();
    sandbox.break_(Breakage::NoNat);
    let text = fs::read_to_string(&path).unwrap();
    // As long as before, in the same file: only its time tells.
    let edited = text
        .replace("public.ecr", "publik.ecr")
        .replace("\"seed\":1,", "\"seed\":7,");
    assert_ne!(edited, text);
    fs::write(&path, edited).unwrap();
    assert_eq!(sandbox.with(|world| world.seed()), 7);
    // By an editor that writes it anew, with every value on a line of its own.
    let first = text.lines().next().unwrap();
    let pretty: serde_json::Value = serde_json::from_str(first).unwrap();
    fs::write(&path, format!("{pretty:#}\n\n")).unwrap();
    assert!(sandbox.with(|world| world.broken().next().is_none()));
    sandbox.break_(Breakage::Quota);
    assert_eq!(sandbox.broken(), [Breakage::Quota]);
    assert!(sandbox.fault().is_none());
}
