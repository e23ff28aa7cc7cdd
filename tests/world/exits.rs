//! How calls end: each with the code of what happened.

use lab2048::app::Exit;
use lab2048_testing::Lab;

/// Calls on a world without a lab: what is typed, how it ends, what is printed.
const CALLS: [(&str, Exit, &str); 12] = [
    (
        "plan -e nope",
        Exit::Usage,
        "there are: sandbox, shared-cluster, workshop",
    ),
    ("plan -e ./nope.yaml", Exit::Usage, "there is no such file"),
    (
        "plan --set app.replicas=x",
        Exit::Usage,
        "must be a whole number from 0 to",
    ),
    ("plan --set app.replica=3", Exit::Usage, "app.replicas"),
    ("plan --set app.replicas", Exit::Usage, "app.replicas"),
    ("explain C99", Exit::Usage, "`lab2048 explain` lists them all"),
    ("sandbox show -e workshop", Exit::Usage, "this is for the sandbox"),
    ("plan --templates nowhere", Exit::Usage, "nowhere"),
    ("scale --replicas 2", Exit::Failed, "`lab2048 apply` makes it"),
    ("open --print", Exit::Failed, "`lab2048 apply` makes one"),
    ("apply --set confirm=true -o json", Exit::Refused, "add --yes"),
    ("destroy", Exit::Done, ""),
];

#[tokio::test(start_paused = true)]
async fn calls_end_with_the_code_of_what_happened() {
    let lab = Lab::new(1);
    for (line, exit, words) in CALLS {
        lab.call(line).await.exits(exit).prints(words);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lab_from_its_first_plan_to_its_last_trace() {
    let lab = Lab::new(17);
    lab.call("plan --detailed-exitcode --out old.plan")
        .await
        .exits(Exit::Changes);
    lab.call("apply old.plan").await.exits(Exit::Done);
    lab.call("plan --detailed-exitcode").await.exits(Exit::Done);
    lab.call("apply old.plan").await.exits(Exit::Conflict).prints("stale");
    let (timed_out, took) = lab.timed("scale --replicas 7 --timeout 1s").await;
    timed_out.exits(Exit::TimedOut);
    assert!(took.as_secs() <= 2, "a limit of 1 s took {took:?}");
    lab.call("destroy").await.exits(Exit::Done);
    lab.call("status").await.exits(Exit::Done).prints("absent");
}
