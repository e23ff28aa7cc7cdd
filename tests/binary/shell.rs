//! `sandbox shell`: kubectl and the AWS CLI, or this program as if it were on AWS, lead to the sandbox in there.

use lab2048_testing::{Workdir, binary};

#[test]
fn a_command_finds_the_sandbox_where_it_looks_for_aws() {
    let workdir = Workdir::new();
    let run = workdir.shell("lab2048 sandbox shell -- sh -c 'echo $AWS_ENDPOINT_URL $AWS_REGION; ls $KUBECONFIG'");
    let run = run.exits(0);
    assert!(run.stdout.starts_with("http://127.0.0.1:"), "{run}");
    assert!(
        run.stdout.contains("ap-northeast-2") && run.stdout.contains("/kubeconfig"),
        "{run}"
    );
    // By sockets, with a target that is AWS.
    let this = binary();
    let line = format!(
        "lab2048 sandbox shell -- {} plan -e workshop --set cluster.name=eksworkshop",
        this.display()
    );
    workdir.shell(&line).exits(0).prints("6 to create");
}

#[test]
fn a_command_that_fails_or_is_not_there_is_a_failure() {
    let workdir = Workdir::new();
    workdir.shell("lab2048 sandbox shell -- false").exits(1);
    workdir
        .shell("lab2048 sandbox shell -- no-such-command")
        .exits(1)
        .prints("cannot run no-such-command");
}

#[test]
fn a_shell_says_where_it_is() {
    let workdir = Workdir::new();
    // The user's own file leads elsewhere.
    std::fs::write(workdir.path(".bashrc"), "export AWS_ACCESS_KEY_ID=real\n").unwrap();
    let run = workdir.shell("echo 'echo it is $AWS_ACCESS_KEY_ID' | HOME=$PWD SHELL=/bin/bash lab2048 sandbox shell");
    let run = run.exits(0);
    assert!(run.stdout.contains("it is sandbox"), "{run}");
    assert!(run.stderr.contains("(sandbox) "), "{run}");
}
