//! What is typed, and what variables and files have, reaches no terminal as it is.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::thread;

use lab2048::app::Exit;
use lab2048::model::visible::is_unseen;
use lab2048_testing::Workdir;

const HOSTILE: &str = "\u{1b}]52;c;aGk=\u{7}\u{9b}2J\u{202e}x";

#[test]
fn what_is_typed_or_set_is_shown_and_not_obeyed() {
    let words = [
        "explain",
        "frob",
        "apply --timeout",
        "plan -o",
        "plan --set",
        "plan -e",
        "plan --templates",
        "show",
        "apply",
        "sandbox break",
    ];
    let workdir = Workdir::new();
    let calls = words.map(|words| workdir.command(words).arg(HOSTILE).output().unwrap());
    let variables = [
        "LAB2048_OUTPUT",
        "LAB2048_TIMEOUT",
        "LAB2048_ENV",
        "LAB2048_SET_APP_REPLICAS",
        "LAB2048_SANDBOX_STATE",
    ];
    let called = variables.map(|name| workdir.command("plan").env(name, HOSTILE).output().unwrap());
    std::fs::create_dir_all(workdir.path("environments")).unwrap();
    std::fs::write(
        workdir.path("environments/evil.yaml"),
        format!("app:\n  replicas: \"{HOSTILE}{}\"\n", "y".repeat(200_000)),
    )
    .unwrap();
    let files = ["plan -e evil", "env show -e evil", "env list"].map(|line| workdir.command(line).output().unwrap());
    for output in calls.into_iter().chain(called).chain(files) {
        for bytes in [output.stdout, output.stderr] {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains(|c| is_unseen(c) && c != '\n'), "{text:?}");
            assert!(text.len() < 10_000, "{} bytes", text.len());
        }
    }
    workdir.run("plan -e evil").exits(Exit::Usage);
}

/// A kubeconfig with this plugin, and a profile with this `credential_process`.
fn hanging(workdir: &mut Workdir, script: &str) {
    let program = workdir.program("program", &format!("echo $$ >> pids\n{script}"));
    let exec = format!(
        r#"{{"apiVersion": "client.authentication.k8s.io/v1", "command": "{}", "interactiveMode": "Never"}}"#,
        program.display()
    );
    std::fs::write(
        workdir.path("kubeconfig"),
        format!(
            r#"{{"clusters": [{{"name": "c", "cluster": {{"server": "https://127.0.0.1:1"}}}}], "users": [{{"name": "u", "user":
            {{"exec": {exec}}}}}], "contexts": [{{"name": "x", "context": {{"cluster": "c", "user": "u"}}}}], "current-context": "x"}}"#
        ),
    )
    .unwrap();
    std::fs::write(
        workdir.path("config"),
        format!(
            "[profile p]\nregion = us-east-1\ncredential_process = {}\n",
            program.display()
        ),
    )
    .unwrap();
    workdir.set("KUBECONFIG", &workdir.path("kubeconfig").display().to_string());
    workdir.set("AWS_CONFIG_FILE", &workdir.path("config").display().to_string());
    workdir.set("AWS_EC2_METADATA_DISABLED", "true");
    workdir.set("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
}

#[test]
fn programs_that_hang_end_with_ctrl_c_and_leave_nothing() {
    let mut workdir = Workdir::bare();
    hanging(&mut workdir, "sleep 300");
    for line in [
        "plan -e workshop --profile p",
        "status -e workshop --profile p",
        "destroy -y -e workshop --profile p",
    ] {
        let _ = std::fs::remove_file(workdir.path("pids"));
        let mut running = workdir
            .command(line)
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let begun = (0..200).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(25));
            workdir.path("pids").exists()
        });
        assert!(begun, "{line}: the program does not run");
        let pid = rustix::process::Pid::from_child(&running);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        let ended = (0..80).find_map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(25));
            running.try_wait().unwrap()
        });
        let code = ended
            .unwrap_or_else(|| panic!("{line}: goes on two seconds after Ctrl-C"))
            .code();
        assert_eq!(code, Some(130), "{line}");
        let pids = workdir.read("pids");
        for pid in pids.split_whitespace() {
            let is_gone = (0..100).any(|_| {
                std::thread::sleep(std::time::Duration::from_millis(10));
                let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
                stat.is_empty() || stat.contains(") Z")
            });
            assert!(is_gone, "{line}: {pid} lives on");
        }
    }
}

#[test]
fn programs_that_babble_are_told_in_few_words() {
    let mut workdir = Workdir::bare();
    for (script, words) in [
        ("cat /dev/urandom", "it printed more than 1 MiB, and was ended"),
        ("head -c 50000000 /dev/zero | tr '\\0' x >&2; exit 1", "xxxx"),
        (
            "printf 'gone\\033]52;c;aGk=\\007\\033[2J' >&2; exit 1",
            r"gone\u{1b}]52;c;aGk=\u{7}\u{1b}[2J",
        ),
    ] {
        hanging(&mut workdir, script);
        let run = workdir.run("plan -e workshop --profile p").exits(Exit::Failed);
        assert!(run.text().len() < 10_000, "{} bytes", run.text().len());
        run.prints("the credential_process of AWS profile `p`").prints(words);
    }
}

/// An AWS that allows nothing, at this URL, until the test process ends.
fn denying() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // The request is small, and what it asks does not matter.
            let _ = stream.read(&mut [0; 8192]);
            let _ = stream.write_all(
                b"HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\nx-amzn-errortype: AccessDeniedException\r\n\
                  content-length: 2\r\nconnection: close\r\n\r\n{}",
            );
        }
    });
    url
}

#[test]
fn no_variable_of_aws_makes_it_panic() {
    let aws = denying();
    let mut workdir = Workdir::bare();
    for (name, value) in [
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AK"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_ENDPOINT_URL", &aws),
        ("HTTPS_PROXY", "http://127.0.0.1:1"),
    ] {
        workdir.set(name, value);
    }
    let names = [
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_EKS",
        "AWS_ENDPOINT_URL_STS",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_PROFILE",
        "AWS_CA_BUNDLE",
        "AWS_EXECUTION_ENV",
        "AWS_SDK_UA_APP_ID",
        "AWS_MAX_ATTEMPTS",
        "AWS_RETRY_MODE",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_LAMBDA_FUNCTION_NAME",
        "_X_AMZN_TRACE_ID",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "NO_PROXY",
        "AWS_CONFIG_FILE",
        "SSL_CERT_FILE",
    ];
    let values = [
        "",
        " ",
        "::::http//%%%",
        "a\nb",
        "a\r",
        "x\r\nX-Evil: 1",
        "\u{1b}]52;c;aGk=\u{7}",
        "한",
    ];
    for name in names {
        // At once: those that find nobody to answer ask for a while.
        let calls = values.map(|value| {
            let mut command = workdir.command("plan -e workshop");
            if name == "_X_AMZN_TRACE_ID" {
                command.env("AWS_LAMBDA_FUNCTION_NAME", "f");
            }
            command
                .env(name, value)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            command.spawn().unwrap()
        });
        for (value, call) in values.into_iter().zip(calls) {
            let output = call.wait_with_output().unwrap();
            let text = String::from_utf8(output.stderr).unwrap();
            let code = output.status.code();
            assert!(
                matches!(code, Some(1 | 64)) && !text.contains("panicked"),
                "{name}={value:?}: {code:?} {text}"
            );
            assert!(
                !text.contains(|c| is_unseen(c) && c != '\n'),
                "{name}={value:?}: {text:?}"
            );
        }
    }
    for (name, value, words) in [
        ("AWS_ENDPOINT_URL_EKS", "::::", "the endpoint `::::` for EKS"),
        (
            "AWS_ACCESS_KEY_ID",
            "a\nb",
            "the access key id (of the environment) has a blank",
        ),
        (
            "AWS_SESSION_TOKEN",
            "t\r\nX-Evil: 1",
            "the session token (of the environment) has a blank",
        ),
        ("AWS_REGION", "../x", "`../x` is no AWS region"),
    ] {
        let output = workdir.command("plan -e workshop").env(name, value).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(
            output.status.code() == Some(64) && text.contains(words),
            "{name}: {text}"
        );
    }
}
