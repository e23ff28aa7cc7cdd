//! How the lessons of a class go, by what each learner's program has on record and the instructor has collected.

use super::class::ClassLab;
use crate::app::context::Context;
use crate::app::lesson;
use crate::fleet::{LESSON_COLUMN, LabLesson};

/// The lesson of a lab whose row of the roster names the record, or the state of the world beside which it is; none where it cannot be
/// read, which the roster's own words stand for then.
pub(super) fn of_lab(context: &Context, lab: &ClassLab) -> Option<LabLesson> {
    let named = lab.row.own.get(LESSON_COLUMN)?;
    let path = context.host.cwd.join(named);
    let record = lesson::recorded(&path).or_else(|| lesson::recorded(&lesson::beside(&path)))?;
    let score = record.score(context.host.wall.now());
    Some(LabLesson {
        is_solved: record.solved.is_some(),
        points: score.points,
        seconds: score.seconds,
        hints: record.hints,
        lesson: record.lesson,
    })
}
