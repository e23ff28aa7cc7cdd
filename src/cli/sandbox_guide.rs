//! What help and manual say of the verbs for the embedded world.

use super::guide::{Guide, LOOKS, OFFLINE};

/// Those of the sandbox.
pub(super) const SANDBOX_GUIDES: &[Guide] = &[
    Guide {
        verb: "sandbox",
        examples: &[
            (
                "lab2048 sandbox break no-nat",
                "then find out why with `lab2048 doctor`",
            ),
            ("lab2048 sandbox serve", "for kubectl, the aws CLI and a browser"),
        ],
        exits: LOOKS,
    },
    Guide {
        verb: "sandbox serve",
        examples: &[(
            "lab2048 sandbox serve --port 8443",
            "prints the variables that kubectl and aws need",
        )],
        exits: LOOKS,
    },
    Guide {
        verb: "sandbox shell",
        examples: &[("lab2048 sandbox shell -- kubectl get pods -A", "or your shell")],
        exits: OFFLINE,
    },
    Guide {
        verb: "sandbox reset",
        examples: &[("lab2048 sandbox reset", "whatever was in it is gone")],
        exits: OFFLINE,
    },
    Guide {
        verb: "sandbox show",
        examples: &[("lab2048 sandbox show", "roles, profiles, load balancers, objects")],
        exits: OFFLINE,
    },
    Guide {
        verb: "sandbox advance",
        examples: &[("lab2048 sandbox advance 20m", "twenty minutes pass at once")],
        exits: OFFLINE,
    },
    Guide {
        verb: "sandbox break",
        examples: &[
            ("lab2048 sandbox break --list", "what can be broken"),
            (
                "lab2048 sandbox break no-nat",
                "then find out why with `lab2048 doctor`",
            ),
        ],
        exits: OFFLINE,
    },
    Guide {
        verb: "sandbox mend",
        examples: &[
            ("lab2048 sandbox mend no-nat", "puts one thing right"),
            ("lab2048 sandbox mend", "everything that was broken"),
        ],
        exits: OFFLINE,
    },
];
