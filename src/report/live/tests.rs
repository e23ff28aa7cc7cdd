//! The live view: what is on the screen after which events.

use std::io;

use unicode_width::UnicodeWidthStr;

use super::*;
use crate::event::{
    Counts, Event, Failure, FailureClass, Leaves, Phase, Place, PlannedStep, RetryReason, RunVerb, Summary, Usual,
};
use crate::lang::Language;
use crate::model::{Holder, Op, Outputs, Wait};
use crate::report::fixtures::{at, colored, node, plain, record, shown};

fn run_started() -> Event {
    Event::RunStarted {
        verb: RunVerb::Apply,
        lab: "fargate-game-2048".to_owned(),
        version: "0.1.0".to_owned(),
        place: Place::default(),
    }
}

fn progress(id: &str, stage: &str, cause: &str) -> Event {
    Event::StepProgress {
        node: node(id),
        stage: stage.to_owned().into(),
        elapsed_ms: 0,
        cause: (!cause.is_empty()).then(|| cause.to_owned().into()),
    }
}

fn started(id: &str, op: Op) -> Event {
    Event::StepStarted { node: node(id), op }
}

const PROFILE: &str = "profile/fargate-game-2048";
const BALANCER: &str = "balancer/k8s-fargateg-ingress2-b252ad69ce";

fn story() -> Vec<Record> {
    let steps = [
        PROFILE,
        BALANCER,
        "namespace/fargate-game-2048",
        "deployment/deployment-2048",
        "proof/fargate-game-2048",
    ];
    let steps = steps.map(|id| PlannedStep {
        node: node(id),
        op: Op::Create,
        wait: Wait::Ready,
        after: Vec::new(),
        behind: Vec::new(),
        usual: None,
    });
    let ready = Event::PlanReady {
        steps: steps.to_vec(),
        counts: Counts::default(),
        dollars_per_hour: None,
        balancer_dollars_per_hour: None,
        usual: None,
        subnets: Vec::new(),
    };
    let done = Event::StepDone {
        node: node("namespace/fargate-game-2048"),
        op: Op::Create,
        elapsed_ms: 1000,
        outputs: Outputs::default(),
    };
    let retried = Event::StepRetried {
        node: node("deployment/deployment-2048"),
        attempt: 2,
        delay_ms: 2000,
        cause: "PATCH deployment: 503 Service Unavailable".into(),
        reason: RetryReason::Other,
    };
    vec![
        record(0, run_started()),
        record(0, ready),
        record(0, started(PROFILE, Op::Create)),
        record(1, started("namespace/fargate-game-2048", Op::Create)),
        record(2, done),
        record(2, progress(PROFILE, "CREATING", "")),
        record(3, started(BALANCER, Op::None)),
        record(
            4,
            progress(
                BALANCER,
                "0/5 targets healthy",
                "4 initial (Elb.InitialHealthChecking: Initial health checks in progress), 1 not registered yet",
            ),
        ),
        record(5, started("deployment/deployment-2048", Op::Create)),
        record(6, retried),
        record(7, started("proof/fargate-game-2048", Op::None)),
    ]
}

/// A terminal that can be looked at and resized.
#[derive(Clone)]
struct Term(Arc<Mutex<Emulated>>);

struct Emulated {
    parser: vt100::Parser,
    is_holding: bool,
}

impl Term {
    fn new(rows: u16, columns: u16) -> Self {
        Self(Arc::new(Mutex::new(Emulated {
            parser: vt100::Parser::new(rows, columns, 100),
            is_holding: false,
        })))
    }

    fn resize(&self, rows: u16, columns: u16) {
        self.0.lock().unwrap().parser.screen_mut().set_size(rows, columns);
    }

    fn is_holding(&self) -> bool {
        self.0.lock().unwrap().is_holding
    }

    /// What is on the screen, with the moving sign made still.
    fn screen(&self) -> String {
        let contents = self.0.lock().unwrap().parser.screen().contents();
        let lines = contents.lines();
        lines
            .map(|line| line.replace(|c| ('\u{2800}'..='\u{28ff}').contains(&c), "*") + "\n")
            .collect()
    }
}

impl Screen for Term {
    fn size(&self) -> Option<ScreenSize> {
        let (lines, columns) = self.0.lock().unwrap().parser.screen().size();
        Some(ScreenSize {
            columns: columns.into(),
            lines: lines.into(),
        })
    }

    fn hold_keys(&mut self) {
        self.0.lock().unwrap().is_holding = true;
    }

    fn release_keys(&mut self) {
        self.0.lock().unwrap().is_holding = false;
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        // As a terminal's driver does.
        let text = text.replace('\n', "\r\n");
        self.0.lock().unwrap().parser.process(text.as_bytes());
        Ok(())
    }
}

/// A view without the thread that draws it.
struct Still(Drawn);

impl Still {
    fn on(term: &Term) -> Self {
        Self(Drawn::new(Box::new(term.clone()), Style::default(), 0))
    }

    fn event(&mut self, record: &Record) {
        self.0.event(record, now());
    }

    /// Draws the view as it is at `second`.
    fn tick(&mut self, second: u64) {
        let wall = now();
        self.0.clock = Some((at(second), wall));
        self.0.draw(wall);
    }
}

#[test]
fn steps_under_way_have_two_lines_and_finished_ones_pass_above() {
    let term = Term::new(20, 80);
    let mut view = Still::on(&term);
    for record in story() {
        view.event(&record);
    }
    view.tick(65);
    insta::assert_snapshot!(shown(&term.screen()), @r"
    [    2s] namespace fargate-game-2048 created (1s)
    * profile fargate-game-2048                        1m05s
        CREATING
    * deployment deployment-2048                       1m00s
        a call failed, trying again: PATCH deployment: 503 Service Unavailable
    * balancer k8s-fargateg-ingress2-b252ad69ce        1m02s
        0/5 targets healthy: 4 initial (Elb.InitialHealthChecking: Initial health
        checks in progress), 1 not registered yet
    * game                                               58s
        waiting for the API's answer
      │ The name is looked up and the page asked for from here, as a player's
      │ browser does.
      │ C1: Each pod has a kernel, CPU, memory and network interface of its own: it
      │ shares them with no other pod.
      ━━━━━━────────────────────── 1 of 5 steps   1m05s
    ");
}

#[test]
fn lines_that_pass_leave_nothing_of_the_view_behind() {
    let term = Term::new(30, 80);
    let mut view = Still::on(&term);
    for record in story() {
        view.event(&record);
    }
    view.event(&record(20, Event::Interrupted { level: 1 }));
    view.tick(21);
    for (seconds, id) in [(22, PROFILE), (23, BALANCER)] {
        let skipped = Event::StepSkipped {
            node: node("access-entry/lab2048-eksworkshop-fargate-game-2048"),
            blocked_by: Some(node(id)),
        };
        view.event(&record(seconds, skipped));
    }
    insta::assert_snapshot!(shown(&term.screen()), @r"
    [    2s] namespace fargate-game-2048 created (1s)
    [   20s] stopping: nothing new is started, what runs may end (Ctrl-C again: do
             not wait)
    [   22s] access-entry lab2048-eksworkshop-fargate-game-2048 not started, as it
             needs profile fargate-game-2048
    [   23s] access-entry lab2048-eksworkshop-fargate-game-2048 not started, as it
             needs balancer k8s-fargateg-ingress2-b252ad69ce
    * profile fargate-game-2048                          23s
        CREATING
    * deployment deployment-2048                         18s
        a call failed, trying again: PATCH deployment: 503 Service Unavailable
    * balancer k8s-fargateg-ingress2-b252ad69ce          20s
        0/5 targets healthy: 4 initial (Elb.InitialHealthChecking: Initial health
        checks in progress), 1 not registered yet
    * game                                               16s
        waiting for the API's answer
      │ The name is looked up and the page asked for from here, as a player's
      │ browser does.
      │ C1: Each pod has a kernel, CPU, memory and network interface of its own: it
      │ shares them with no other pod.
      ━━━━━━────────────────────── 1 of 5 steps     23s
    ");
}

#[test]
fn reading_and_settling_have_a_line_too() {
    let term = Term::new(20, 80);
    let mut view = Still::on(&term);
    view.event(&record(0, run_started()));
    view.event(&record(0, Event::Phase { phase: Phase::Reading }));
    let reading = term.screen();
    view.event(&record(3, Event::Phase { phase: Phase::Settling }));
    view.tick(9);
    insta::assert_snapshot!(shown(&(reading + &term.screen())), @r"
    * looking at AWS and the cluster                      0s
    * waiting until there is one node for each pod        6s
    ");
    view.0.painter.release();
    assert!(!term.is_holding());
    assert_eq!(term.screen().trim(), "");
}

const SIZE: ScreenSize = ScreenSize { columns: 80, lines: 24 };

#[test]
fn what_is_under_way_is_faint() {
    let mut state = LiveState::new(0);
    for record in story() {
        state.fold(&record, &colored());
    }
    let (faint, plain): (Vec<_>, Vec<_>) = state
        .drawn(at(65), 0, SIZE, Language::English)
        .into_iter()
        .partition(|line| line.tone.is_some());
    let whole = "  ━━━";
    assert!(
        faint
            .iter()
            .all(|line| ["    ", "  │ ", whole].iter().any(|begin| line.text.starts_with(begin)))
    );
    assert!(plain.iter().all(|line| !line.text.starts_with(' ')));
    assert_eq!((faint.len(), plain.len()), (10, 4));
}

#[test]
fn a_failed_step_leaves_the_view_with_its_reason() {
    let mut state = LiveState::new(0);
    for record in story() {
        state.fold(&record, &plain());
    }
    let before = state.drawn(at(90), 0, SIZE, Language::English).len();
    let failure = Failure {
        class: FailureClass::Failed,
        causes: vec!["CREATE_FAILED".into(), "role in use".into()],
        leaves: Leaves::Something,
        hint: "".into(),
        stage: None,
    };
    let failed = Event::StepFailed {
        node: node(PROFILE),
        failure,
    };
    let line = state.fold(&record(90, failed), &plain());
    assert_eq!(
        line.as_deref(),
        Some("[ 1m30s] profile fargate-game-2048 failed: CREATE_FAILED\n")
    );
    assert_eq!(state.drawn(at(90), 0, SIZE, Language::English).len(), before - 2);
}

#[test]
fn no_line_is_wider_than_the_terminal_nor_are_there_too_many() {
    for columns in [20, 30, 40, 60, 80, 120, 200] {
        for lines in [1, 2, 5, 6, 24] {
            let style = Style {
                color: false,
                width: columns,
                ..Style::default()
            };
            let mut state = LiveState::new(0);
            for record in story() {
                state.fold(&record, &style);
            }
            let drawn = state.drawn(at(4000), 3, ScreenSize { columns, lines }, Language::English);
            assert!(drawn.len() <= (lines - 1).max(1), "{lines}: {drawn:#?}");
            for line in drawn {
                assert!(line.text.width() < columns, "{columns}: {line:?}");
            }
        }
    }
}

#[test]
fn what_does_not_fit_is_counted() {
    let mut state = LiveState::new(0);
    for record in story() {
        state.fold(&record, &plain());
    }
    let drawn = state.drawn(at(65), 0, ScreenSize { columns: 80, lines: 6 }, Language::English);
    assert_eq!(drawn.len(), 5);
    assert_eq!(drawn.last().unwrap().text, "  … and 2 more");
}

#[test]
fn a_terminal_that_is_resized_keeps_what_has_passed_and_nothing_else() {
    let term = Term::new(30, 120);
    let mut view = Still::on(&term);
    for (second, record) in (0..).zip(story()) {
        // The emulator cuts lines when it is made narrower, so never to less than what has passed.
        let columns = [120, 50, 120, 60, 200, 80];
        term.resize(30, columns[second % columns.len()]);
        view.event(&record);
        view.tick(20);
    }
    term.resize(30, 80);
    view.event(&record(21, Event::Summary(Summary::of_nothing(RunVerb::Apply, 0))));
    view.0.painter.release();
    assert_eq!(term.screen(), "[    2s] namespace fargate-game-2048 created (1s)\n");
    assert_eq!(term.0.lock().unwrap().parser.screen().cursor_position(), (1, 0));
}

#[test]
fn keys_are_held_while_it_is_drawn_and_not_while_somebody_asks() {
    let term = Term::new(30, 80);
    let mut view = LiveView::new(Box::new(term.clone()), Style::default(), 0);
    assert!(!term.is_holding(), "nothing has begun");
    view.event(&record(0, Event::Phase { phase: Phase::Reading }));
    assert!(term.is_holding());
    view.yield_terminal();
    thread::sleep(REDRAW * 3);
    assert!(!term.is_holding() && term.screen().trim().is_empty());
    view.event(&record(1, started(PROFILE, Op::Create)));
    assert!(term.is_holding());
    drop(view);
    assert!(!term.is_holding() && term.screen().trim().is_empty());
}

#[test]
fn time_goes_on_between_two_events_at_the_pace_of_the_runs_clock() {
    let term = Term::new(30, 80);
    let mut view = Still::on(&term);
    view.0.speed = 60.0;
    view.event(&record(0, started(PROFILE, Op::Create)));
    let (at, read) = view.0.clock.unwrap();
    view.0.draw(read + Duration::from_secs(2));
    assert_eq!(view.0.clock, Some((at, read)));
    assert!(term.screen().contains("2m00s"), "{}", term.screen());
}

/// Bytes that were on their way when the terminal became narrower: the emulator here knows no mode without wrapping.
#[test]
fn what_was_laid_out_for_a_wider_terminal_takes_no_more_rows() {
    let term = Term::new(30, 120);
    let mut view = Still::on(&term);
    for record in story() {
        view.event(&record);
    }
    for columns in [30, 50, 119] {
        let size = term.size();
        term.resize(30, columns);
        let lines = view.0.state.drawn(at(70), 0, size.unwrap(), Language::English);
        view.0.painter.draw(lines, &plain());
        view.tick(71);
        let screen = term.screen();
        assert_eq!(screen.matches("1m08s").count(), 1, "{columns}:\n{screen}");
        term.resize(30, 120);
        view.tick(72);
    }
    view.0.painter.release();
    let first = "[    2s] namespace fargate-gam";
    assert!(
        term.screen().starts_with(first) && term.screen().lines().count() == 1,
        "{}",
        term.screen()
    );
}

/// A lab with what is usual: a profile, and a deployment after it.
fn two_steps() -> LiveState {
    let usual = Some(Usual {
        p50_ms: 100_000,
        p90_ms: 130_000,
    });
    let step = |id: &str, after: &[&str]| PlannedStep {
        node: node(id),
        op: Op::Create,
        wait: Wait::Ready,
        after: after.iter().map(|id| node(id)).collect(),
        behind: Vec::new(),
        usual,
    };
    let ready = Event::PlanReady {
        steps: vec![step(PROFILE, &[]), step("deployment/deployment-2048", &[PROFILE])],
        counts: Counts::default(),
        dollars_per_hour: None,
        balancer_dollars_per_hour: None,
        usual,
        subnets: Vec::new(),
    };
    let mut state = LiveState::new(0);
    for record in [
        record(0, run_started()),
        record(0, ready),
        record(0, started(PROFILE, Op::Create)),
    ] {
        state.fold(&record, &plain());
    }
    state
}

fn texts(state: &LiveState, second: u64) -> String {
    let lines = state.drawn(at(second), 0, SIZE, Language::English);
    lines.into_iter().map(|line| line.text + "\n").collect()
}

#[test]
fn what_is_to_come_is_listed_until_it_will_not_come() {
    let mut state = two_steps();
    let before = texts(&state, 50);
    assert!(
        before.contains("· deployment deployment-2048  after profile fargate-game-2048"),
        "{before}"
    );
    assert!(before.contains("0 of 2 steps     50s  about 2m30s left"), "{before}");
    state.fold(&record(51, Event::Interrupted { level: 1 }), &plain());
    let after = texts(&state, 51);
    assert!(!after.contains('·') && after.contains("about 50s left"), "{after}");
    let skipped = Event::StepSkipped {
        node: node(PROFILE),
        blocked_by: None,
    };
    state.fold(&record(60, skipped), &plain());
    assert_eq!(texts(&state, 61), "");
}

#[test]
fn the_time_in_line_is_not_the_steps_own() {
    let mut state = two_steps();
    let queued = Event::Queued {
        node: node(PROFILE),
        holder: Holder {
            description: "kim@cloud9 apply (4711)".to_owned(),
            since: None,
            expires: None,
        },
        position: Some(2),
        unordered: None,
        elapsed_ms: 0,
    };
    state.fold(&record(1, queued), &plain());
    let waiting = texts(&state, 400);
    assert!(
        waiting.contains("2nd in line") && waiting.contains("about 3m20s left"),
        "{waiting}"
    );
    state.fold(&record(400, progress(PROFILE, "CREATING", "")), &plain());
    let begun = texts(&state, 410);
    assert!(
        begun.contains("10s  usually 1m40s") && begun.contains("about 3m10s left"),
        "{begun}"
    );
}
