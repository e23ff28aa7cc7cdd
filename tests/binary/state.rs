//! A state file that is damaged, a folder that cannot be written, a disk that is full.

use std::fs;

use crate::harness::Desk;

#[test]
fn a_damaged_state_file_is_named_with_the_remedy_and_left_alone() {
    let desk = Desk::new();
    desk.done(&["status"]);
    let whole = fs::read(desk.state()).unwrap();
    for damaged in [&whole[..whole.len() / 2], b"", b"{\"format\":99}"] {
        fs::write(desk.state(), damaged).unwrap();
        for call in ["status", "apply", "plan"] {
            let run = desk.run(&[call]);
            assert_eq!(run.code, 1, "{}", run.stderr);
            assert!(run.stderr.contains("sandbox.json"), "{}", run.stderr);
            assert!(run.stderr.contains("lab2048 sandbox reset"), "{}", run.stderr);
        }
        assert_eq!(fs::read(desk.state()).unwrap(), damaged);
    }
    desk.done(&["sandbox", "reset"]);
    desk.done(&["status"]);
}

#[test]
fn a_state_folder_that_cannot_be_made_is_named() {
    let mut desk = Desk::new();
    fs::write(desk.path("file"), "not a folder").unwrap();
    let state = desk.path("file/sandbox.json").display().to_string();
    desk.set("LAB2048_SANDBOX_STATE", &state);
    let run = desk.run(&["status"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("/file"), "{}", run.stderr);
}

/// The temporary file of a save cannot be made where a folder has its name; even root cannot.
#[test]
fn a_world_that_cannot_be_kept_is_told() {
    let desk = Desk::new();
    desk.done(&["status"]);
    fs::create_dir(desk.path("world/sandbox.json.new")).unwrap();
    let before = fs::read(desk.state()).unwrap();
    let run = desk.run(&["sandbox", "break", "no-nat"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("sandbox.json"), "{}", run.stderr);
    assert_eq!(fs::read(desk.state()).unwrap(), before);
}

#[test]
fn a_full_disk_is_told() {
    let desk = Desk::new();
    for call in [["plan", "--events", "/dev/full"], ["plan", "--out", "/dev/full"]] {
        let run = desk.run(&call);
        assert_eq!(run.code, 1, "{call:?}: {}", run.stderr);
        assert!(run.stderr.contains("/dev/full"), "{call:?}: {}", run.stderr);
        assert!(
            run.stderr.contains("No space left on device"),
            "{call:?}: {}",
            run.stderr
        );
    }
    let run = desk.shell("lab2048 render > /dev/full");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("No space left on device"), "{}", run.stderr);
    let run = desk.run(&["plan", "--events", "no/such/folder"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("no/such/folder"), "{}", run.stderr);
}
