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
    run.prints("keep the world elsewhere: LAB2048_SANDBOX_STATE=")
        .does_not_print("sandbox reset");
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

#[test]
fn what_needs_no_world_needs_no_home() {
    let mut workdir = Workdir::bare();
    // No place for a world can be made of it.
    workdir.set("HOME", "nowhere");
    for call in ["render", "explain", "explain C1", "env list", "env show"] {
        workdir.done(call);
    }
    workdir.run("plan -e workshop").exits(64).prints("no AWS region is set");
    for call in ["status", "sandbox show", "sandbox reset"] {
        let run = workdir.run(call).exits(1);
        run.prints("cannot decide where to keep the sandbox's state")
            .prints("XDG_STATE_HOME=/path")
            .prints("LAB2048_SANDBOX_STATE=/path/sandbox.json");
    }
    let state = workdir.path("state").display().to_string();
    workdir.set("XDG_STATE_HOME", &state);
    workdir.done("status");
    assert!(workdir.path("state/lab2048/sandbox.json").exists());
}

#[test]
fn a_folder_that_is_no_good_is_no_reason_to_begin_a_new_world() {
    let mut workdir = Workdir::new();
    fs::write(workdir.path("file"), "not a folder").unwrap();
    workdir.set(
        "LAB2048_SANDBOX_STATE",
        &workdir.path("file/sandbox.json").display().to_string(),
    );
    let run = workdir.run("status").exits(1);
    run.prints("keep the world elsewhere: LAB2048_SANDBOX_STATE=")
        .does_not_print("sandbox reset");
}
