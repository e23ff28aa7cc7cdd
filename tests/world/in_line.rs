//! Who gets the cluster's one profile slot next, when many labs of it are at work at once.

use std::time::Duration;

use jiff::Timestamp;
use lab2048::app::Exit;
use lab2048_sandbox::testing;
use lab2048_testing::rights::{Rights, Verb};
use lab2048_testing::{Lab, Pressed, Run};
use serde_json::Value;

/// How much later the next lab begins: each has asked EKS by then.
const BETWEEN: Duration = Duration::from_secs(20);

fn name(number: usize) -> String {
    // In another order than that of their beginning.
    let letter = char::from(b"hbxdkamqzc"[number]);
    format!("lab2048-{letter}{number}")
}

fn flags(number: usize) -> String {
    format!("--set lab.name={} --set timeouts.profile=5m", name(number))
}

/// Applies so many labs, one after the other begun; `kill` is the number of one that is killed, and when.
async fn apply_all(lab: &Lab, count: usize, kill: Option<(usize, Duration)>) -> Vec<Option<Run>> {
    let calls = (0..count).map(|number| async move {
        lab.world.sleep(BETWEEN * u32::try_from(number).unwrap()).await;
        let line = format!("apply {} --events {number}.ndjson", flags(number));
        match kill.filter(|(killed, _)| *killed == number) {
            Some((_, after)) => lab.call_killed_after(&line, after).await,
            None => Some(lab.call(&line).await),
        }
    });
    futures::future::join_all(calls).await
}

/// The profiles in the order in which EKS began to make them, with when that was.
fn made(lab: &Lab) -> Vec<(Timestamp, String)> {
    let profiles = testing::aws(&lab.world).profiles;
    let mut made: Vec<_> = profiles
        .into_values()
        .map(|profile| (profile.created, profile.name))
        .collect();
    made.sort_unstable();
    made
}

fn names(made: &[(Timestamp, String)]) -> Vec<String> {
    made.iter().map(|(_, name)| name.clone()).collect()
}

/// What a run has reported of its places in line: when, which, and who had the slot.
fn places(lab: &Lab, number: usize) -> Vec<(Timestamp, Option<u64>, String)> {
    let events = lab.events(&format!("{number}.ndjson"));
    let queued = events.iter().filter(|event| event["type"] == "queued");
    queued
        .map(|event| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let at = text(&event["at"]).parse().unwrap();
            (at, event["position"].as_u64(), text(&event["holder"]["description"]))
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn labs_get_their_profiles_in_the_order_in_which_they_asked() {
    const LABS: usize = 8;
    let lab = Lab::new(2048);
    let runs = apply_all(&lab, LABS, None).await;
    for run in runs.into_iter().flatten() {
        run.exits(Exit::Done);
    }
    let made = made(&lab);
    assert_eq!(names(&made), (0..LABS).map(name).collect::<Vec<_>>());
    assert_eq!(places(&lab, 0), [], "nobody was before it");
    for number in 1..LABS {
        let places = places(&lab, number);
        let (_, first, holder) = places.first().unwrap();
        assert_eq!(*first, Some(u64::try_from(number).unwrap()), "{places:?}");
        assert_eq!(*holder, format!("profile {}, which EKS makes now", name(0)));
        let (_, last, holder) = places.last().unwrap();
        assert_eq!(*last, Some(1), "{places:?}");
        assert_eq!(*holder, format!("profile {}, which EKS makes now", name(number - 1)));
        assert!(
            places.is_sorted_by(|one, next| one.1 >= next.1),
            "nobody pushes in: {places:?}"
        );
        let pauses = places.windows(2).map(|pair| pair[1].0.duration_since(pair[0].0));
        assert!(
            pauses.map(|pause| pause.as_secs()).all(|pause| pause >= 9),
            "{places:?}"
        );
    }
    let mut leases = testing::objects(&lab.world, "coordination.k8s.io", "leases", None).into_iter();
    assert!(
        leases.all(|lease| lease["metadata"]["name"] != "lab2048"),
        "they are given back"
    );
}

#[tokio::test(start_paused = true)]
async fn a_place_in_line_is_told_to_people() {
    let lab = Lab::new(7);
    let runs = apply_all(&lab, 3, None).await;
    let last = runs.into_iter().next_back().flatten().unwrap().exits(Exit::Done);
    let line = format!(
        "waiting for profile {}, 2nd in line: profile {}, which EKS makes now has it",
        name(2),
        name(0)
    );
    last.prints(&line).prints(", 1st in line: ");
}

#[tokio::test(start_paused = true)]
async fn one_who_dies_at_the_head_of_the_line_keeps_nobody_waiting_for_longer_than_its_lease() {
    const LABS: usize = 5;
    let lab = Lab::new(2048);
    // While the first profile is made: then the second lab is the first in line.
    let runs = apply_all(&lab, LABS, Some((1, Duration::from_secs(60)))).await;
    assert!(runs[1].is_none(), "it was killed");
    for run in runs.into_iter().flatten() {
        run.exits(Exit::Done);
    }
    assert_eq!(names(&made(&lab)), [0, 2, 3, 4].map(name));
    let places = places(&lab, 2);
    assert_eq!(places.first().unwrap().1, Some(2), "{places:?}");
    assert_eq!(places.last().unwrap().1, Some(1), "{places:?}");
    // It had been killed 80 seconds after the beginning.
    let promoted = places.iter().find(|(_, place, _)| *place == Some(1)).unwrap().0;
    let waited = promoted.duration_since(places.first().unwrap().0).as_secs();
    assert!(waited < 40 + 30 + 20, "{places:?}");
}

#[tokio::test(start_paused = true)]
async fn one_who_is_interrupted_leaves_the_line_at_once() {
    let lab = Lab::new(31);
    let other = lab.beside();
    let in_between = async {
        lab.world.sleep(BETWEEN / 2).await;
        let line = format!("apply {}", flags(9));
        // Ctrl-C while the first profile is made.
        let minute = Duration::from_mins(1);
        other.call_interrupted_after(&line, minute, Pressed(1)).await
    };
    let (runs, stopped) = tokio::join!(apply_all(&lab, 2, None), in_between);
    stopped.exits(Exit::Interrupted).prints("1st in line");
    for run in runs.into_iter().flatten() {
        run.exits(Exit::Done);
    }
    assert_eq!(names(&made(&lab)), [0, 1].map(name));
    let places = places(&lab, 1);
    assert_eq!(places.first().unwrap().1, Some(2), "{places:?}");
    let promoted = places.iter().find(|(_, place, _)| *place == Some(1)).unwrap().0;
    // Interrupted at 70 seconds; what is new is told within ten.
    let begun = places.first().unwrap().0;
    assert!(promoted.duration_since(begun).as_secs() < 70, "{places:?}");
}

/// The right to see who else waits.
fn to_see_the_line(rights: &Rights) -> Verb {
    let verbs = rights.verbs().into_iter();
    let mut found = verbs.filter(|verb| (verb.resource.as_str(), verb.verb.as_str()) == ("leases", "list"));
    found.next().unwrap()
}

#[tokio::test(start_paused = true)]
async fn who_may_not_see_the_line_gets_a_profile_all_the_same_and_is_told_why_no_place_is_known() {
    const LABS: usize = 4;
    let lab = Lab::new(2048);
    let mut rights: Option<Rights> = None;
    for number in 0..LABS {
        let printed = Rights::printed(&lab, &format!("--cluster eksworkshop {}", flags(number))).await;
        let less = printed.without_verb(&to_see_the_line(&printed));
        rights = Some(rights.map_or(less.clone(), |rights| rights.and(&less)));
    }
    lab.grant(&rights.unwrap()).await;
    let runs: Vec<_> = apply_all(&lab, LABS, None).await.into_iter().flatten().collect();
    assert_eq!(made(&lab).len(), LABS);
    for (number, run) in runs.into_iter().enumerate() {
        let run = run.exits(Exit::Done);
        if number > 0 {
            let why = "the place in line is not known: ";
            run.prints(why).prints("cannot list resource \"leases\"");
            assert!(places(&lab, number).iter().all(|(_, place, _)| place.is_none()));
        }
    }
}
