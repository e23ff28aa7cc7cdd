//! A state file that is damaged, a folder that cannot be written, a disk that is full.

use std::fs;

use lab2048_testing::Workdir;

#[test]
fn a_damaged_state_file_is_named_with_the_remedy_and_left_alone() {
    let workdir = Workdir::new();
    workdir.done("status");
    let whole = fs::read(workdir.state()).unwrap();
    for damaged in [&whole[..whole.len() / 2], b"", b"{\"format\":99}"] {
        fs::write(workdir.state(), damaged).unwrap();
        for call in ["status", "apply", "plan"] {
            let run = workdir.run(call);
            assert_eq!(run.code, 1, "{}", run.stderr);
            assert!(run.stderr.contains("sandbox.json"), "{}", run.stderr);
            assert!(run.stderr.contains("lab2048 sandbox reset"), "{}", run.stderr);
        }
        assert_eq!(fs::read(workdir.state()).unwrap(), damaged);
    }
    workdir.done("sandbox reset");
    workdir.done("status");
}

#[test]
fn a_state_folder_that_cannot_be_made_is_named() {
    let mut workdir = Workdir::new();
    fs::write(workdir.path("file"), "not a folder").unwrap();
    let state = workdir.path("file/sandbox.json").display().to_string();
    workdir.set("LAB2048_SANDBOX_STATE", &state);
    let run = workdir.run("status");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("/file"), "{}", run.stderr);
}

/// The temporary file of a save cannot be made where a folder has its name; even root cannot.
#[test]
fn a_world_that_cannot_be_kept_is_reported() {
    let workdir = Workdir::new();
    workdir.done("status");
    fs::create_dir(workdir.path("world/sandbox.json.new")).unwrap();
    let before = fs::read(workdir.state()).unwrap();
    let run = workdir.run("sandbox break no-nat");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("sandbox.json"), "{}", run.stderr);
    assert_eq!(fs::read(workdir.state()).unwrap(), before);
}

#[test]
fn a_full_disk_is_reported() {
    let workdir = Workdir::new();
    for call in ["plan --events /dev/full", "plan --out /dev/full"] {
        let run = workdir.run(call);
        assert_eq!(run.code, 1, "{call:?}: {}", run.stderr);
        assert!(run.stderr.contains("/dev/full"), "{call:?}: {}", run.stderr);
        assert!(
            run.stderr.contains("No space left on device"),
            "{call:?}: {}",
            run.stderr
        );
    }
    let run = workdir.shell("lab2048 render > /dev/full");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("No space left on device"), "{}", run.stderr);
    let run = workdir.run("plan --events no/such/folder");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("no/such/folder"), "{}", run.stderr);
}
