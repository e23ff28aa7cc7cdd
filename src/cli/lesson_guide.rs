//! What help and manual say of the verbs for lessons.

use super::guide::{Guide, OFFLINE};
use crate::app::Exit;

/// A verb about a lesson, which may not be solved.
const LESSONS: &[Exit] = &[
    Exit::Done,
    Exit::Failed,
    Exit::Check,
    Exit::Refused,
    Exit::Usage,
    Exit::Interrupted,
];

/// Those of lessons.
pub(super) const LESSON_GUIDES: &[Guide] = &[
    Guide {
        verb: "lesson",
        examples: &[
            ("lab2048 lesson list", "which there are"),
            ("lab2048 lesson start first-lab", "begins the first one"),
        ],
        exits: LESSONS,
    },
    Guide {
        verb: "lesson list",
        examples: &[("lab2048 lesson list", "which there are, and what they are about")],
        exits: OFFLINE,
    },
    Guide {
        verb: "lesson start",
        examples: &[("lab2048 lesson start silence", "a new world, and the story")],
        exits: LESSONS,
    },
    Guide {
        verb: "lesson hint",
        examples: &[("lab2048 lesson hint", "each time one more")],
        exits: OFFLINE,
    },
    Guide {
        verb: "lesson check",
        examples: &[
            ("lab2048 lesson check", "exit 0 when it is solved"),
            (
                "lab2048 lesson check -o json",
                "with time, hints and points, for whoever collects them",
            ),
        ],
        exits: LESSONS,
    },
    Guide {
        verb: "lesson solve",
        examples: &[("lab2048 lesson solve", "and what there is to be remembered")],
        exits: OFFLINE,
    },
];
