//! A state file that is damaged, a folder that cannot be written, a disk that is full.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Command;

use lab2048_testing::{Workdir, binary};
use serde_json::{Value, json};

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

/// What a disk that is full does, a limit of the size of files does too; even root has it.
#[test]
fn a_world_that_cannot_be_kept_is_reported_and_stays_as_it_was() {
    let workdir = Workdir::new();
    workdir.done("status");
    let before = fs::read(workdir.state()).unwrap();
    // The signal that comes with it is no sudden end, whether or not the shell has it ignored.
    for shell in ["trap '' XFSZ", "true"] {
        let run = workdir.shell(&format!("{shell}; ulimit -f 100; lab2048 sandbox break no-nat"));
        assert_eq!(run.code, 1, "{}", run.stderr);
        run.prints("sandbox.json caused by: File too large (os error 27) help:")
            .prints("keep the world elsewhere: LAB2048_SANDBOX_STATE=")
            .does_not_print("sandbox reset");
    }
    assert_eq!(fs::read(workdir.state()).unwrap(), before);
    let left = fs::read_dir(workdir.path("world")).unwrap();
    assert_eq!(left.count(), 3, "nothing unfinished");
    workdir.done("sandbox break no-nat");
}

#[test]
fn what_is_no_file_is_named_at_once() {
    let mut workdir = Workdir::new();
    let fifo = workdir.path("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let folder = workdir.path("folder");
    fs::create_dir(&folder).unwrap();
    for (path, kind) in [
        (fifo, "a named pipe"),
        (folder, "a folder"),
        ("/dev/zero".into(), "a device"),
    ] {
        workdir.set("LAB2048_SANDBOX_STATE", &path.display().to_string());
        for call in ["status", "apply", "sandbox reset"] {
            let run = workdir.run(call).exits(1);
            run.prints(&format!("{} is {kind}", path.display()))
                .prints("keep the world elsewhere")
                .does_not_print("`lab2048 sandbox reset`");
        }
    }
}

#[test]
fn what_is_named_and_is_no_file_is_refused_at_once() {
    let workdir = Workdir::new();
    for name in ["fifo.yaml", "fifo.plan"] {
        let fifo = workdir.path(name);
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    }
    let calls = [
        "env show -e ./fifo.yaml",
        "plan -e ./fifo.yaml",
        "show fifo.plan",
        "apply fifo.plan",
        "destroy /dev/zero",
        "plan -e /dev/zero",
    ];
    for call in calls {
        workdir.run(call).exits(64).prints("is a pipe or a device, not a file");
    }
}

#[test]
fn a_link_is_followed_and_kept() {
    let mut workdir = Workdir::new();
    let (link, real) = (workdir.path("link.json"), workdir.path("deep/real.json"));
    symlink("deep/real.json", &link).unwrap();
    workdir.set("LAB2048_SANDBOX_STATE", &link.display().to_string());
    workdir.done("sandbox break no-nat");
    fs::set_permissions(&real, Permissions::from_mode(0o640)).unwrap();
    let before = fs::read(&real).unwrap();
    workdir.done("sandbox mend");
    assert_ne!(fs::read(&real).unwrap(), before);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().mode() & 0o777, 0o640);
}

#[test]
fn nothing_that_lies_in_the_way_of_a_save_is_written_to() {
    let workdir = Workdir::new();
    workdir.done("status");
    let victim = workdir.path("victim");
    fs::write(&victim, "precious").unwrap();
    symlink(&victim, workdir.path("world/sandbox.json.new")).unwrap();
    workdir.done("sandbox break no-nat");
    fs::remove_file(workdir.path("world/sandbox.json.lock")).unwrap();
    symlink(&victim, workdir.path("world/sandbox.json.lock")).unwrap();
    workdir.run("sandbox mend").exits(1).prints("sandbox.json");
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
}

/// Values that no world has, in a file that is otherwise whole.
#[test]
fn an_edited_state_is_refused_and_never_a_panic() {
    let workdir = Workdir::new();
    workdir.done("status");
    let whole: Value = serde_json::from_slice(&fs::read(workdir.state()).unwrap()).unwrap();
    let far = json!("9999-12-30T22:00:00Z");
    for (place, value) in [
        ("/world/clock/speed", json!(0)),
        ("/world/clock/speed", json!(-5)),
        ("/world/clock/speed", json!(1e300)),
        ("/world/clock/virtual_now", far.clone()),
        ("/world/clock/virtual_now", json!("-009998-01-02T00:00:00Z")),
        ("/world/clock/wall", far),
        ("/world/revision", json!(u64::MAX)),
        ("/world/calls", json!(u64::MAX)),
        ("/world/kube/version", json!(u64::MAX)),
    ] {
        let mut edited = whole.clone();
        *edited.pointer_mut(place).unwrap() = value;
        fs::write(workdir.state(), edited.to_string()).unwrap();
        for call in ["status", "sandbox show"] {
            let run = workdir.run(call).exits(1);
            run.prints("sandbox.json has been edited")
                .prints("lab2048 sandbox reset");
        }
    }
    workdir.done("sandbox reset");
    workdir
        .run("sandbox advance 99999999h")
        .exits(64)
        .prints("must be from 1s to 720h");
    workdir.done("sandbox advance 240h");
    workdir.done("status");
}

#[test]
fn a_kubeconfig_of_somebody_elses_is_left_alone_and_ones_own_renewed() {
    let workdir = Workdir::new();
    workdir.done("status");
    let path = workdir.path("world/kubeconfig");
    let served = || {
        workdir.shell(
            "timeout -s INT 2 '$0' sandbox serve"
                .replace("'$0'", binary().to_str().unwrap())
                .as_str(),
        )
    };
    let own = {
        served().prints("export KUBECONFIG=");
        fs::read_to_string(&path).unwrap()
    };
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    served().prints("export KUBECONFIG=");
    let mut with_others: Value = serde_json::from_str(&own).unwrap();
    with_others["users"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "me", "user": {"token": "secret"}}));
    for foreign in ["my real cluster's credentials", "users: []\n", &with_others.to_string()] {
        fs::write(&path, foreign).unwrap();
        let run = workdir.run("sandbox serve").exits(4);
        run.prints("kubeconfig: it holds something else")
            .prints("move that file away");
        assert_eq!(fs::read_to_string(&path).unwrap(), foreign);
    }
}

#[test]
fn files_that_name_an_account_are_their_users_alone() {
    let workdir = Workdir::new();
    workdir
        .shell("umask 022; lab2048 plan --out plan --events events")
        .exits(0);
    for file in ["plan", "events", "world/sandbox.json", "world/sandbox.json.lock"] {
        assert_eq!(
            fs::metadata(workdir.path(file)).unwrap().mode() & 0o777,
            0o600,
            "{file}"
        );
    }
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
