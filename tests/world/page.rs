//! The lab as a page in a file: written by `status`, `apply` and `scale`, and never in the way of what they do.

use lab2048::app::Exit;
use lab2048_sandbox::Breakage;
use lab2048_testing::{Lab, Pressed};

fn page(lab: &Lab, name: &str) -> String {
    std::fs::read_to_string(lab.folder().join(name)).unwrap()
}

/// How many different words of the page begin so: in tables every one is there once, and the drawings have it cut perhaps.
fn names(page: &str, begin: &str) -> usize {
    let words = page.split(|c: char| !(c.is_ascii_alphanumeric() || "-.".contains(c)));
    let found: std::collections::BTreeSet<&str> = words.filter(|word| word.starts_with(begin)).collect();
    found.len()
}

#[track_caller]
fn shows_the_lab(page: &str, pods: usize) {
    assert_eq!(names(page, "deployment-2048-"), pods, "{page}");
    assert_eq!(
        page.matches(">pod deployment-2048-").count(),
        2 * pods,
        "in a wide and a narrow drawing"
    );
    assert_eq!(page.matches(">node fargate-ip-").count(), 2 * pods);
    assert_eq!(
        page.matches("<td role=\"cell\" data-name=\"Kind\">private subnet</td>")
            .count(),
        3
    );
    assert!(names(page, "nat-") >= 1);
    assert_eq!(
        page.matches("<td role=\"cell\" data-name=\"Route to the internet\">0.0.0.0/0 → nat-")
            .count(),
        3
    );
    assert!(page.contains("Application Load Balancer"));
    assert!(page.contains(&format!("{pods} of {pods} targets healthy")));
    assert_eq!(page.matches(">the ALB takes requests here</text>").count(), 2 * 3);
}

#[tokio::test(start_paused = true)]
async fn apply_scale_and_status_write_the_lab_as_it_is() {
    let lab = Lab::new(51);
    let applied = lab
        .call("apply --html lab.html")
        .await
        .exits(Exit::Done)
        .prints("page lab.html");
    assert!(
        applied.last_line().starts_with("http://"),
        "the URL stays the last line of the data"
    );
    let first = page(&lab, "lab.html");
    shows_the_lab(&first, 5);
    for part in [
        "apply: done",
        "Its steps overlap",
        "profile fargate-game-2048",
        "ip-10-11-",
    ] {
        assert!(first.contains(part), "{part}");
    }
    lab.call("scale 3 --html lab.html").await.exits(Exit::Done);
    let scaled = page(&lab, "lab.html");
    shows_the_lab(&scaled, 3);
    assert!(scaled.contains("scale: done"));
    lab.call("status --html status.html").await.exits(Exit::Done);
    let status = page(&lab, "status.html");
    shows_the_lab(&status, 3);
    assert!(!status.contains("Its steps overlap"), "a status has no run");
    lab.call("status -o json --html status.html")
        .await
        .exits(Exit::Done)
        .json();
    lab.call("destroy").await.exits(Exit::Done);
    lab.call("status --html status.html").await.exits(Exit::Done);
    assert!(page(&lab, "status.html").contains("There is nothing of the lab."));
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_no_page_is_left_alone() {
    let lab = Lab::new(52);
    std::fs::write(lab.folder().join("notes.html"), "<p>mine</p>\n").unwrap();
    for call in [
        "status --html notes.html",
        "apply --html notes.html",
        "scale 3 --html notes.html",
    ] {
        lab.call(call)
            .await
            .exits(Exit::Refused)
            .prints("notes.html: it holds something else")
            .prints("an earlier page");
    }
    assert_eq!(page(&lab, "notes.html"), "<p>mine</p>\n");
    lab.call("status").await.exits(Exit::Done).prints("absent");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_cannot_be_written_fails_no_run() {
    let lab = Lab::new(53);
    lab.call("apply --html no/such/lab.html")
        .await
        .exits(Exit::Done)
        .prints("warning: cannot write the page to no/such/lab.html: No such file");
    lab.call("status --html no/such/lab.html")
        .await
        .exits(Exit::Failed)
        .prints("cannot write the page to no/such/lab.html");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_fails_or_is_interrupted_shows_how_far_it_is() {
    let lab = Lab::new(54);
    lab.world.break_(Breakage::ImageMissing);
    lab.call("apply --timeout 8m --html lab.html").await.exits(Exit::Failed);
    let failed = page(&lab, "lab.html");
    for part in [
        "apply: not finished",
        "✗",
        "What to do:",
        "Not begun:",
        ">pod deployment-2048-",
    ] {
        assert!(failed.contains(part), "{part} is missing in {failed}");
    }
    let after = std::time::Duration::from_secs(60);
    for times in [1, 2] {
        let lab = Lab::new(55);
        let run = lab
            .call_interrupted_after("apply --html cut.html", after, Pressed(times))
            .await;
        run.exits(Exit::Interrupted).prints("page cut.html");
        let cut = page(&lab, "cut.html");
        assert!(cut.contains("apply: not finished"), "{times}");
        let is_looked_at = !cut.contains("could not be looked at");
        assert_eq!(is_looked_at, times == 1, "who presses twice does not wait: {cut}");
    }
    let lab = Lab::new(56);
    lab.call("scale 3 --html never.html").await.exits(Exit::Failed);
    assert!(!lab.folder().join("never.html").exists(), "nothing was begun");
}
