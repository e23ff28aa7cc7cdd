//! What help and manual say of a verb beside its flags: examples, and which exit codes it has.

use crate::app::Exit;

/// What there is to say of one verb.
#[derive(Debug)]
pub(super) struct Guide {
    /// The words that lead to it, such as `sandbox break`; none for the program itself.
    pub(super) verb: &'static str,
    /// Commands that can be typed as they are, each with what it does.
    pub(super) examples: &'static [(&'static str, &'static str)],
    /// How it can end.
    pub(super) exits: &'static [Exit],
}

/// A verb that only reads files.
pub(super) const OFFLINE: &[Exit] = &[Exit::Done, Exit::Failed, Exit::Usage];
/// A verb that asks AWS and the cluster.
pub(super) const LOOKS: &[Exit] = &[Exit::Done, Exit::Failed, Exit::Usage, Exit::Interrupted];
/// A verb that changes something.
const CHANGES: &[Exit] = &[
    Exit::Done,
    Exit::Failed,
    Exit::Check,
    Exit::Refused,
    Exit::TimedOut,
    Exit::Conflict,
    Exit::Usage,
    Exit::Interrupted,
];

/// A verb that changes many labs.
const CLASS: &[Exit] = &[
    Exit::Done,
    Exit::Failed,
    Exit::Check,
    Exit::Refused,
    Exit::TimedOut,
    Exit::Conflict,
    Exit::Partly,
    Exit::Usage,
    Exit::Interrupted,
];

/// All but those of the sandbox, of lessons and of a class's Job.
pub(super) const GUIDES: &[Guide] = &[
    Guide {
        verb: "",
        examples: &[
            ("lab2048 apply", "the lab on the sandbox; needs no account"),
            ("lab2048 plan -e workshop", "what it would do on AWS"),
            (
                "lab2048 apply -e workshop",
                "the same plan, asked about and carried out",
            ),
        ],
        exits: &Exit::ALL,
    },
    Guide {
        verb: "plan",
        examples: &[
            ("lab2048 plan", "on the sandbox"),
            (
                "lab2048 plan -e workshop --set app.replicas=3",
                "on AWS, with three pods",
            ),
            ("lab2048 plan --out lab.json", "kept for `lab2048 apply lab.json`"),
            ("lab2048 plan --destroy", "what destroy would remove"),
        ],
        exits: &[
            Exit::Done,
            Exit::Failed,
            Exit::Changes,
            Exit::Check,
            Exit::Refused,
            Exit::Conflict,
            Exit::Usage,
            Exit::Interrupted,
        ],
    },
    Guide {
        verb: "apply",
        examples: &[
            ("lab2048 apply", "the lab on the sandbox"),
            ("lab2048 apply -e workshop --yes", "on AWS, without being asked"),
            ("lab2048 apply lab.json", "exactly what `plan --out lab.json` has shown"),
        ],
        exits: CHANGES,
    },
    Guide {
        verb: "show",
        examples: &[
            ("lab2048 show lab.json", "a plan in a file, as it was shown"),
            ("lab2048 show lab.json -o markdown", "for a pull request"),
        ],
        exits: OFFLINE,
    },
    Guide {
        verb: "status",
        examples: &[
            ("lab2048 status", "the lab on the sandbox"),
            ("lab2048 status -e workshop -o wide", "on AWS, with more columns"),
            (
                "lab2048 status --html lab.html",
                "and as one page to keep, with a drawing",
            ),
        ],
        exits: &[
            Exit::Done,
            Exit::Failed,
            Exit::Changes,
            Exit::Refused,
            Exit::Usage,
            Exit::Interrupted,
        ],
    },
    Guide {
        verb: "scale",
        examples: &[
            ("lab2048 scale --replicas 3", "three pods, and three Fargate nodes"),
            ("lab2048 scale 0", "no pod; the load balancer stays"),
        ],
        exits: CHANGES,
    },
    Guide {
        verb: "destroy",
        examples: &[
            ("lab2048 destroy", "removes the lab from the sandbox"),
            ("lab2048 destroy -e workshop --yes", "from AWS, without being asked"),
        ],
        exits: CHANGES,
    },
    Guide {
        verb: "doctor",
        examples: &[
            (
                "lab2048 doctor -e workshop",
                "before the first apply, or when something does not work",
            ),
            ("lab2048 doctor -v", "also what is well, check by check"),
        ],
        exits: &[Exit::Done, Exit::Failed, Exit::Check, Exit::Usage, Exit::Interrupted],
    },
    Guide {
        verb: "explain",
        examples: &[("lab2048 explain", "the list"), ("lab2048 explain C8 C12", "two of it")],
        exits: OFFLINE,
    },
    Guide {
        verb: "render",
        examples: &[
            ("lab2048 render", "the manifests, for `kubectl apply -f -`"),
            ("lab2048 render --templates mine", "with templates of your own"),
        ],
        exits: OFFLINE,
    },
    Guide {
        verb: "open",
        examples: &[
            ("lab2048 open", "the sandbox's game, until Ctrl-C"),
            (
                "lab2048 open --print --port 8080",
                "for a browser elsewhere, such as Cloud9's preview",
            ),
        ],
        exits: LOOKS,
    },
    Guide {
        verb: "policy",
        examples: &[("lab2048 policy iam -e workshop", "for whoever gives you rights in AWS")],
        exits: OFFLINE,
    },
    Guide {
        verb: "policy iam",
        examples: &[
            ("lab2048 policy iam -e workshop", "for all verbs"),
            (
                "lab2048 policy iam -e workshop --set fargate.role=arn:aws:iam::123456789012:role/pods",
                "with a role that is there: IAM is only read, and the role passed to Fargate",
            ),
            ("lab2048 policy iam --read-only", "for plan, status, doctor and open"),
            ("lab2048 policy iam --sweep", "for `fleet sweep`, besides"),
        ],
        exits: OFFLINE,
    },
    Guide {
        verb: "policy rbac",
        examples: &[(
            "lab2048 policy rbac -e workshop",
            "for `kubectl apply -f -` by whoever runs the cluster",
        )],
        exits: OFFLINE,
    },
    Guide {
        verb: "env",
        examples: &[("lab2048 env list", "which there are")],
        exits: OFFLINE,
    },
    Guide {
        verb: "env list",
        examples: &[("lab2048 env list", "built-in ones, and those in ./environments")],
        exits: OFFLINE,
    },
    Guide {
        verb: "env show",
        examples: &[("lab2048 env show workshop", "every value, and where it comes from")],
        exits: OFFLINE,
    },
    Guide {
        verb: "env init",
        examples: &[("lab2048 env init minji", "writes environments/minji.yaml")],
        exits: OFFLINE,
    },
    Guide {
        verb: "env schema",
        examples: &[("lab2048 env schema", "for editors")],
        exits: OFFLINE,
    },
    Guide {
        verb: "report",
        examples: &[
            ("lab2048 report trouble.json", "of the lab on the sandbox"),
            ("lab2048 report trouble.json -e workshop", "of one on AWS"),
        ],
        exits: &[Exit::Done, Exit::Failed, Exit::Refused, Exit::Usage, Exit::Interrupted],
    },
    Guide {
        verb: "schema",
        examples: &[
            ("lab2048 schema events", "of the lines of --events"),
            ("lab2048 schema plan", "of what apply prints with -o json"),
        ],
        exits: OFFLINE,
    },
    Guide {
        verb: "fleet",
        examples: &[
            ("lab2048 fleet init --count 30", "a roster to start from: class.csv"),
            ("lab2048 fleet apply class.csv", "all of its labs, on the sandbox"),
        ],
        exits: &Exit::ALL,
    },
    Guide {
        verb: "fleet init",
        examples: &[
            ("lab2048 fleet init --count 30", "writes class.csv, for a spreadsheet"),
            (
                "lab2048 fleet init --count 30 --prefix lab2048-kim monday.yaml",
                "the same as a list, with other names",
            ),
        ],
        exits: OFFLINE,
    },
    Guide {
        verb: "fleet plan",
        examples: &[
            (
                "lab2048 fleet plan class.csv -e shared-cluster",
                "on AWS, with one profile for all labs of a cluster",
            ),
            (
                "lab2048 fleet plan class.csv --out class.plan",
                "keep the plan, for `lab2048 fleet apply class.plan`",
            ),
        ],
        exits: CLASS,
    },
    Guide {
        verb: "fleet apply",
        examples: &[
            ("lab2048 fleet apply class.csv", "on the sandbox"),
            (
                "lab2048 fleet apply class.csv -e shared-cluster --set ingress.group=class",
                "on AWS, with shared load balancers and a port for each lab",
            ),
            (
                "lab2048 fleet apply class.csv --resume",
                "what an earlier call has not done",
            ),
            (
                "lab2048 fleet apply class.plan",
                "a plan that `fleet plan --out` has kept",
            ),
        ],
        exits: CLASS,
    },
    Guide {
        verb: "fleet status",
        examples: &[
            ("lab2048 fleet status class.csv", "all labs as they are"),
            ("lab2048 fleet status class.csv -o csv", "the same for a spreadsheet"),
            (
                "lab2048 fleet status class.csv --watch",
                "as they come to be, until Ctrl-C",
            ),
        ],
        exits: &[Exit::Done, Exit::Failed, Exit::Changes, Exit::Usage, Exit::Interrupted],
    },
    Guide {
        verb: "fleet destroy",
        examples: &[(
            "lab2048 fleet destroy class.csv",
            "the labs first, then what they share",
        )],
        exits: CLASS,
    },
    Guide {
        verb: "fleet sweep",
        examples: &[
            (
                "lab2048 fleet sweep class.csv",
                "what there is of labs, and a certificate if that is nothing",
            ),
            ("lab2048 fleet sweep class.csv -o json", "the same to be kept"),
            (
                "lab2048 fleet sweep class.csv --remove",
                "then removes what has expired or is left over",
            ),
        ],
        exits: &Exit::ALL,
    },
    Guide {
        verb: "fleet access",
        examples: &[
            (
                "lab2048 fleet access class.csv -e shared-cluster",
                "the access entries, as commands of the AWS CLI",
            ),
            (
                "lab2048 fleet access class.csv -e shared-cluster -o yaml",
                "the namespaces and the rights in them, for `kubectl apply -f -`",
            ),
        ],
        exits: LOOKS,
    },
    Guide {
        verb: "completions",
        examples: &[
            ("lab2048 completions bash", "a script to source from ~/.bashrc"),
            ("lab2048 completions zsh", "from ~/.zshrc"),
        ],
        exits: OFFLINE,
    },
    Guide {
        verb: "man",
        examples: &[("lab2048 man --out man1", "a page for each verb: man1/lab2048-plan.1, …")],
        exits: OFFLINE,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;
    use crate::cli::dress::each_verb;
    use crate::cli::job_guide::JOB_GUIDES;
    use crate::cli::lesson_guide::LESSON_GUIDES;
    use crate::cli::sandbox_guide::SANDBOX_GUIDES;

    fn all() -> impl Iterator<Item = &'static Guide> {
        GUIDES
            .iter()
            .chain(JOB_GUIDES)
            .chain(LESSON_GUIDES)
            .chain(SANDBOX_GUIDES)
    }

    #[test]
    fn every_verb_has_a_guide_and_every_guide_a_verb() {
        let mut verbs = Vec::new();
        each_verb(&command(), &mut |words, _| verbs.push(words.join(" ")));
        let guides: Vec<_> = all().map(|guide| guide.verb).collect();
        let without: Vec<_> = verbs.iter().filter(|verb| !guides.contains(&verb.as_str())).collect();
        assert!(without.is_empty(), "{without:?}");
        assert_eq!(verbs.len(), guides.len());
    }

    #[test]
    fn every_example_can_be_typed() {
        for (example, _) in all().flat_map(|guide| guide.examples) {
            let parsed = command().try_get_matches_from(example.split(' '));
            assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
        }
    }
}
