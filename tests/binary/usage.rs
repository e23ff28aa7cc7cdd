//! What was typed, and what is answered where it cannot be taken.

use lab2048_testing::Workdir;

#[test]
fn a_switch_is_a_variable_that_takes_the_usual_words() {
    for (value, is_on) in [
        ("1", true),
        ("yes", true),
        ("on", true),
        ("true", true),
        ("0", false),
        ("no", false),
        ("off", false),
    ] {
        let mut workdir = Workdir::new();
        workdir.set("LAB2048_QUIET", value);
        let run = workdir.done("env init minji");
        assert_eq!(run.stderr.is_empty(), is_on, "{value}: {}", run.stderr);
    }
}

#[test]
fn a_wrong_value_is_reported_by_the_name_of_its_variable() {
    for (variable, value, line) in [
        ("LAB2048_QUIET", "maybe", "plan"),
        ("LAB2048_DETAILED_EXITCODE", "2", "plan"),
        ("LAB2048_TIMEOUT", "soon", "apply"),
        ("LAB2048_REPLICAS", "1001", "scale"),
        ("LAB2048_OUTPUT", "xml", "plan"),
        ("LAB2048_PORT", "http", "open"),
    ] {
        let mut workdir = Workdir::new();
        workdir.set(variable, value);
        let run = workdir.run(line).exits(64);
        assert!(
            run.stderr.contains(variable) && run.stderr.contains(value),
            "{}",
            run.stderr
        );
    }
    let typed = Workdir::new().run("plan -o xml").exits(64);
    assert!(typed.stderr.contains("--output"), "{}", typed.stderr);
}

/// The document formats of a class are for a class; and of twenty mistakes in a roster the last is told like the first.
#[test]
fn a_class_has_formats_of_its_own_and_all_its_mistakes() {
    let workdir = Workdir::new();
    for (format, verbs) in [
        ("csv", "`fleet`"),
        ("junit", "`doctor` and `fleet`"),
        ("sarif", "`doctor`"),
        ("html", "`fleet`"),
    ] {
        let run = workdir.run(&format!("status -o {format}")).exits(64);
        let told = format!("`--output {format}` is for {verbs}");
        assert!(run.stderr.contains(&told), "{}", run.stderr);
    }
    for (format, told) in [
        ("html", "`--output html` is not for `fleet sweep`"),
        ("markdown", "is for `plan` and `show`"),
    ] {
        let run = workdir.run(&format!("fleet sweep class.csv -o {format}")).exits(64);
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
    let roster = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bad-rosters/twenty.csv");
    let run = workdir.run(&format!("fleet plan {roster}")).exits(64);
    assert!(run.stderr.contains("has 22 problems"), "{}", run.stderr);
    assert_eq!(run.stderr.matches("twenty.csv:").count(), 22, "{}", run.stderr);
}

#[test]
fn the_number_of_pods_has_the_bounds_of_the_environment() {
    let workdir = Workdir::new();
    for line in [
        "scale --replicas 1001",
        "scale 100000",
        "scale --replicas -1",
        "apply --set app.replicas=1001",
    ] {
        let run = workdir.run(line).exits(64);
        assert!(
            run.stderr.contains("1000") || run.stderr.contains("-1"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn words_that_people_type_are_answered_with_the_verb_that_does_it() {
    let workdir = Workdir::new();
    for (word, answer) in [
        ("delete", "lab2048 destroy"),
        ("down", "lab2048 destroy"),
        ("create", "lab2048 apply"),
        ("up", "lab2048 apply"),
        ("logs", "lab2048 doctor"),
        ("undo", "lab2048 sandbox mend"),
    ] {
        let run = workdir.run(word).exits(64);
        assert!(run.stderr.contains(answer), "{word}: {}", run.stderr);
    }
}

#[test]
fn what_is_meant_works() {
    let workdir = Workdir::new();
    let both = workdir.done("explain C3 c4").stdout;
    assert!(both.starts_with("C3 ") && both.contains("\nC4 "), "{both}");
    let documents = workdir.done("explain C3 C4 -o json").json();
    assert_eq!(documents.as_array().map(Vec::len), Some(2));
    let shown = workdir.done("env show workshop").stdout;
    assert!(
        shown.contains("aws") && shown.contains("built-in workshop.yaml"),
        "{shown}"
    );
    workdir.done("apply --set app.replicas=1");
    workdir.done("scale 2");
    assert_eq!(workdir.done("status -o json").json()["deployment"]["wanted"], 2);
}

#[test]
fn the_sandbox_asks_nothing_whatever_a_file_says() {
    let workdir = Workdir::new();
    workdir.done("env init minji");
    workdir.done("apply -e minji --set target=sandbox --set cluster.name=eksworkshop --set app.replicas=1");
    workdir.done("destroy -e minji --set target=sandbox --set cluster.name=eksworkshop");
}

#[test]
fn much_detail_is_each_request_and_nothing_secret() {
    let workdir = Workdir::new();
    let run = workdir.done("plan -vv");
    for line in [
        "  eks DescribeCluster: 200 in ",
        "  kubernetes ",
        "  ec2 DescribeSubnets: 200 in ",
        ", attempt 1",
    ] {
        assert!(run.stderr.contains(line), "{line:?} is missing:\n{}", run.stderr);
    }
    for secret in ["k8s-aws-v1.", "Bearer", "sandbox:", "Authorization", "X-Amz-"] {
        assert!(!run.stderr.contains(secret), "{secret}: {}", run.stderr);
    }
    assert!(!workdir.done("plan -v").stderr.contains("attempt 1"));
}
