//! What help and manual say of the verbs for a class's Job.

use super::guide::{Guide, OFFLINE};
use crate::app::Exit;

/// A verb that changes something in the Job's cluster.
const CHANGES: &[Exit] = &[
    Exit::Done,
    Exit::Failed,
    Exit::Refused,
    Exit::Conflict,
    Exit::Usage,
    Exit::Interrupted,
];

/// Those of a class's Job.
pub(super) const JOB_GUIDES: &[Guide] = &[
    Guide {
        verb: "fleet job",
        examples: &[
            (
                "lab2048 fleet job apply class.csv -e shared-cluster --image registry/lab2048",
                "the class, made by pods of the current cluster",
            ),
            (
                "lab2048 fleet job status class.csv -e shared-cluster",
                "how far they are",
            ),
        ],
        exits: &Exit::ALL,
    },
    Guide {
        verb: "fleet job render",
        examples: &[(
            "lab2048 fleet job render class.csv -e shared-cluster --image registry/lab2048",
            "to be looked at, or for `kubectl apply -f -`",
        )],
        exits: OFFLINE,
    },
    Guide {
        verb: "fleet job apply",
        examples: &[
            (
                "lab2048 fleet job apply class.csv -e shared-cluster --image registry/lab2048",
                "makes the labs by a Job, with an index for each cluster",
            ),
            (
                "lab2048 fleet job apply class.csv -e shared-cluster --image registry/lab2048 --destroy",
                "removes them by one",
            ),
        ],
        exits: CHANGES,
    },
    Guide {
        verb: "fleet job status",
        examples: &[
            ("lab2048 fleet job status class.csv", "index by index, and lab by lab"),
            (
                "lab2048 fleet job status class.csv -o junit",
                "the labs for a CI server",
            ),
        ],
        exits: &Exit::ALL,
    },
    Guide {
        verb: "fleet job delete",
        examples: &[(
            "lab2048 fleet job delete class.csv",
            "the Job and its results; the labs stay",
        )],
        exits: CHANGES,
    },
];
