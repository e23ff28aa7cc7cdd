//! Every lesson is solved by its own solution, and by nothing else: not by doing nothing, and not by the answer to another lesson.

use std::env;
use std::thread;

use lab2048::app::Exit;
use lab2048::lessons::{self, Lesson};
use lab2048_testing::{Lab, Run};

/// A world in which the lesson has been begun.
async fn begun(lesson: &Lesson) -> Lab {
    let lab = Lab::new(11);
    let line = format!("lesson start {}", lesson.id);
    lab.call(&line)
        .await
        .exits(Exit::Done)
        .prints(&lesson.title().to_string());
    lab
}

async fn check(lab: &Lab) -> Run {
    lab.call("lesson check -o json").await
}

/// Carries out the answer to a lesson; whatever comes of it.
async fn answer(lab: &Lab, lesson: &Lesson) {
    for command in &lesson.solution {
        lab.call(command).await;
    }
}

/// The lessons whose answers are tried on one: all of them where that is asked for, else the next one.
fn others(lesson: &Lesson) -> Vec<&'static Lesson> {
    let all = lessons::all();
    let others = all.iter().cycle().skip_while(|other| other.id != lesson.id).skip(1);
    let count = if env::var_os("LAB2048_LESSONS").is_some() {
        all.len() - 1
    } else {
        1
    };
    others.take(count).collect()
}

async fn learn(lesson: &Lesson) {
    for other in others(lesson) {
        let lab = begun(lesson).await;
        answer(&lab, other).await;
        let checked = check(&lab).await;
        assert_eq!(
            checked.code,
            i32::from(Exit::Check.code()),
            "{} solves {}: {checked}",
            other.id,
            lesson.id
        );
    }
    let lab = begun(lesson).await;
    let before = check(&lab).await.exits(Exit::Check).json();
    assert_eq!(
        (&before["isSolved"], &before["points"]),
        (&false.into(), &0.into()),
        "{before}"
    );
    lab.call("lesson check").await.exits(Exit::Check).prints("Not yet.");
    for (number, hint) in lesson.hints().into_iter().enumerate() {
        let hint = hint.to_string();
        let shown = lab
            .call("lesson hint")
            .await
            .exits(Exit::Done)
            .prints(&format!("{}. ", number + 1));
        assert!(
            shown.text().contains(hint.split_whitespace().next().unwrap()),
            "{shown}"
        );
    }
    for command in &lesson.solution {
        lab.call(command).await.exits(Exit::Done);
    }
    let solved = check(&lab).await.exits(Exit::Done).json();
    assert_eq!(
        (&solved["isSolved"], &solved["hints"], &solved["points"]),
        (&true.into(), &3.into(), &40.into()),
        "{solved}"
    );
    let learned = lesson.learned().to_string();
    let learned: Vec<&str> = learned.split_whitespace().take(6).collect();
    lab.call("lesson check")
        .await
        .exits(Exit::Done)
        .prints(&learned.join(" "));
}

#[test]
fn every_lesson_is_solved_by_its_own_solution_alone() {
    let learning = lessons::all().iter().map(|lesson| {
        let learning = thread::Builder::new().name(lesson.id.to_owned()).spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().start_paused(true).build().unwrap();
            runtime.block_on(learn(lesson));
        });
        (lesson.id, learning.unwrap())
    });
    let learning: Vec<_> = learning.collect();
    // Why it failed has been printed under the name of its thread.
    let failed: Vec<&str> = learning
        .into_iter()
        .filter_map(|(id, learning)| learning.join().is_err().then_some(id))
        .collect();
    assert!(failed.is_empty(), "{failed:?}");
}

#[tokio::test(start_paused = true)]
async fn who_looks_at_the_solution_has_no_points_and_what_is_wrong_is_said() {
    let lab = Lab::new(11);
    lab.call("lesson check")
        .await
        .exits(Exit::Usage)
        .prints("no lesson has been begun");
    lab.call("lesson start silense")
        .await
        .exits(Exit::Usage)
        .prints("did you mean `silence`?");
    lab.call("apply").await.exits(Exit::Done);
    lab.call("lesson start silence")
        .await
        .exits(Exit::Refused)
        .prints("`lab2048 lesson start silence --reset`");
    let lab = begun(lessons::named("a-way-out").unwrap()).await;
    lab.call("lesson list").await.exits(Exit::Done).prints("begun");
    lab.call("lesson solve")
        .await
        .exits(Exit::Done)
        .prints("lab2048 sandbox mend no-nat");
    for line in ["sandbox mend no-nat", "apply"] {
        lab.call(line).await.exits(Exit::Done);
    }
    let solved = check(&lab).await.exits(Exit::Done).json();
    assert_eq!((&solved["peeked"], &solved["points"]), (&true.into(), &0.into()));
    lab.call("lesson list").await.prints("solved");
}
