//! A process that is killed at any of its requests: the same verb again ends in the same lab, and destroy leaves nothing.
//!
//! Each kill is made in a twin of one world in which everything before has been done.

use lab2048_testing::Lab;

use super::life::subnets;
use super::truth::missing;
use lab2048_testing::seeds::number;

/// A verb that is killed.
struct Killed {
    line: String,
    /// What is called again, and how many pods there are to be then; none if nothing is to be left.
    again: (String, Option<usize>),
}

impl Killed {
    fn then_again(line: &str, pods: Option<usize>) -> Self {
        Self {
            line: line.to_owned(),
            again: (line.to_owned(), pods),
        }
    }

    fn then_destroyed(line: &str) -> Self {
        Self {
            line: line.to_owned(),
            again: ("destroy".to_owned(), None),
        }
    }
}

/// How many requests lie between two kills; `LAB2048_KILLS=1` kills at every one.
fn step() -> usize {
    number("LAB2048_KILLS").map_or(29, |step| usize::try_from(step).unwrap())
}

/// Kills the call at its requests, in twins of `ready`. How many requests it has.
async fn at_its_requests(ready: &Lab, nothing: &str, killed: &Killed) -> usize {
    let Killed { line, again } = killed;
    let mut number = 0;
    loop {
        let lab = ready.twin();
        if lab.call_killed_at(line, number).await.is_some() {
            return number;
        }
        lab.call(&again.0).await.exits(0);
        let wrong = match again.1 {
            Some(pods) => missing(&lab, pods).await,
            None => Some(lab.shape()).filter(|shape| shape != nothing).into_iter().collect(),
        };
        assert!(
            wrong.is_empty(),
            "{line} killed at request {number}, then {}: {wrong:?}",
            again.0
        );
        number += step();
    }
}

/// A world with nothing of a lab in it, and one with a lab.
async fn worlds() -> (Lab, String, Lab) {
    let fresh = Lab::new(7);
    let nothing = fresh.shape();
    let up = fresh.twin();
    up.call("apply").await.exits(0);
    (fresh, nothing, up)
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_request_the_same_verb_ends_in_the_same_lab() {
    let (fresh, nothing, up) = worlds().await;
    let replaced = format!("apply --replace {}", subnets());
    let mut points = Vec::new();
    for (ready, line, pods) in [
        (&fresh, "apply", Some(5)),
        (&up, "scale --replicas 3", Some(3)),
        (&up, &*replaced, Some(5)),
        (&up, "destroy", None),
    ] {
        let number = at_its_requests(ready, &nothing, &Killed::then_again(line, pods)).await;
        points.push(format!("{line} {number}"));
    }
    println!("points to be killed at: {}", points.join(", "));
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_request_destroy_leaves_nothing() {
    let (fresh, nothing, up) = worlds().await;
    let replaced = format!("apply --replace {}", subnets());
    for (ready, line) in [(&fresh, "apply"), (&up, "scale --replicas 3"), (&up, &*replaced)] {
        at_its_requests(ready, &nothing, &Killed::then_destroyed(line)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_request_an_adoption_is_finished_by_the_next_one() {
    let by_hand = Lab::new(7);
    by_hand.do_chapter().await;
    let killed = Killed::then_again("apply --adopt", Some(5));
    let number = at_its_requests(&by_hand, "", &killed).await;
    let removed = Lab::new(7);
    removed.make_role(lab2048_testing::hand::EKSCTL_ROLE).await;
    let nothing = removed.shape();
    let removal = Killed::then_again("destroy --adopt", None);
    let removal = at_its_requests(&by_hand, &nothing, &removal).await;
    println!("points to be killed at: apply --adopt {number}, destroy --adopt {removal}");
}
