//! `fleet sweep`: everything that there is of labs, of the roster's and of others; in the end a certificate that there is
//! nothing of the roster's, or a list. What has expired or is left over is removed where that is asked for.

mod account;
mod look;
mod removal;
mod search;
mod strangers;
mod sum;
mod things;

use super::class::Class;
use crate::app::confirm::{Answer, Question, agreed, note_refused};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::request::SweepOrder;
use crate::model::TargetKind;
use crate::report::class_view::{self, SweepReport};
use crate::report::{Format, Reporter};

use self::look::look_over;
pub(super) use self::search::search;

/// Lists what there is, and removes what is to go.
pub(super) async fn run(context: &mut Context, order: &SweepOrder) -> Result<Exit, AppError> {
    let class = Class::open(context, &order.choice).await?;
    if let Some(session) = class.session() {
        context.reading(session);
    }
    let found = look_over(context, &class, order).await?;
    context.reporter.yield_terminal();
    let chosen = found.picked(&class, order.pick);
    if !order.remove || chosen.is_empty() {
        let exit = if order.remove && found.report.certificate.is_complete() {
            Exit::Done
        } else {
            exit(&found.report)
        };
        show(&mut context.reporter, found.report, exit);
        return Ok(exit);
    }
    let style = context.reporter.settings().err;
    context.reporter.info(&class_view::sweep(&found.report, false, &style));
    context.reporter.info(&class_view::to_remove(&chosen.names(), &style));
    if let Answer::No(why) = is_agreed(context, &class, order).await? {
        note_refused(context, &why);
        return Ok(Exit::Refused);
    }
    let chosen = if asks(&class) && !order.options.yes {
        // Meanwhile somebody may have given a lab more time.
        let now = look_over(context, &class, order).await?;
        now.picked(&class, order.pick).among(&chosen)
    } else {
        chosen
    };
    let removed = removal::remove(context, &class, &chosen, order).await?;
    let found = look_over(context, &class, order).await?;
    let still = found.picked(&class, order.pick);
    let exit = match removed {
        Exit::Done if found.report.certificate.is_complete() && still.is_empty() => Exit::Done,
        Exit::Done => Exit::Failed,
        other => other,
    };
    context.reporter.yield_terminal();
    show(&mut context.reporter, found.report, exit);
    Ok(exit)
}

fn exit(found: &SweepReport) -> Exit {
    let certificate = &found.certificate;
    match certificate.is_complete() {
        false => Exit::Failed,
        true if certificate.is_zero() && certificate.left.is_empty() => Exit::Done,
        true => Exit::Changes,
    }
}

/// Whether to ask before anything is changed.
fn asks(class: &Class) -> bool {
    class.labs.iter().any(|lab| lab.session.project.resolved.asks())
}

async fn is_agreed(context: &mut Context, class: &Class, order: &SweepOrder) -> Result<Answer, AppError> {
    let target = class.session().map(|session| session.environment().target);
    let target = target.unwrap_or(TargetKind::Aws);
    agreed(context, &order.options, asks(class), &Question::GoOn, target).await
}

/// Shows what was found as the answer to the call.
fn show(reporter: &mut Reporter, found: SweepReport, exit: Exit) {
    let settings = reporter.settings();
    let found = SweepReport {
        exit_code: exit.code(),
        ..found
    };
    match settings.format {
        Format::Json | Format::Yaml => reporter.document(&found),
        Format::Csv => reporter.data(&class_view::sweep_csv(&found)),
        Format::Junit => reporter.made(class_view::sweep_junit(&found)),
        // A page and a pull request's summary are refused for this verb.
        Format::Human | Format::Plain | Format::Wide | Format::Markdown | Format::Sarif | Format::Html => {
            let is_wide = settings.format == Format::Wide;
            reporter.data(&class_view::sweep(&found, is_wide, &settings.out));
        }
    }
}
