//! `status --watch`: the lab as it is, again and again.

use std::pin::pin;
use std::time::Duration;

use super::look;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::interrupt::pressed;
use crate::app::session::Session;
use crate::lang::{Text, text};
use crate::ports::{Clock, SystemClock};
use crate::report::status::StatusReport;
use crate::report::{StatusScene, status_view, times};

/// How long after a look the next one begins, by the clock of the lab.
const BETWEEN: Duration = Duration::from_secs(10);
/// The least of the reader's own time between two looks: the sandbox's clock may be much faster.
const LEAST: Duration = Duration::from_millis(500);

/// Looks at the lab until Ctrl-C, which is how that is meant to end; as it was last. Before it was looked at once it is an interruption.
pub(super) async fn until_interrupted(context: &mut Context, session: &Session) -> Result<StatusReport, AppError> {
    let mut pressed = pin!(pressed(context.host.interrupts.clone()));
    let mut seen: Option<StatusReport> = None;
    loop {
        let looked = tokio::select! {
            biased;
            () = &mut pressed => break,
            looked = look(context, session) => looked?,
        };
        tell(context, session, seen.as_ref(), &looked);
        seen = Some(looked);
        let rest = async {
            session.clock.sleep(BETWEEN).await;
            SystemClock::default().sleep(LEAST).await;
        };
        tokio::select! {
            biased;
            () = &mut pressed => break,
            () = rest => {}
        }
    }
    context.reporter.end_scene();
    seen.ok_or(AppError::Interrupted)
}

/// Shows the lab as it is; where nothing is drawn, a line if that is news.
fn tell(context: &mut Context, session: &Session, before: Option<&StatusReport>, status: &StatusReport) {
    let now = session.clock.now();
    let scene = StatusScene {
        report: status.clone(),
        note: text!("status-watching", time = times::duration(BETWEEN)),
    };
    if context.reporter.show_status(scene, now) {
        return;
    }
    let news = news(status);
    if before.map(self::news).as_ref() != Some(&news) {
        let style = context.reporter.settings().err;
        let time = now.strftime("%H:%M:%S").to_string();
        context.reporter.info(&format!("{time} {}\n", style.say(&news)));
    }
}

/// How the lab is, and why.
fn news(status: &StatusReport) -> Text {
    let state = status_view::state(status);
    match &status.reason {
        Some(reason) => text!("status-state-why", state = state, why = reason),
        None => state,
    }
}
