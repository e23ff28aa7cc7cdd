//! What a Korean reader sees in worlds that are well and in broken ones has no English sentence in it, but for what others say.

use lab2048_sandbox::Breakage;
use lab2048_testing::seeds::{each_seed, number};
use lab2048_testing::{Lab, Run};

/// So many words of English one after the other are a sentence.
const SENTENCE: usize = 4;

/// What AWS, Kubernetes, the kubelet and the controller say, which stays as they say it: parts of it.
const OF_OTHERS: &[&str] = &[
    "is not authorized to perform",
    "Back-off pulling image",
    "Misconfigured Fargate Profile",
    "Your AWS account has reached the limit",
    "failed to pull and unpack",
    "Elastic Load Balancing",
    "Initial health checks in progress",
    "Pod execution role",
    "already in use by a node group",
    "failed calling webhook",
    "failed to call webhook",
    "no endpoints available for service",
    "failed to resolve reference",
];

/// The calls of a learner, and wrong ones.
const CALLS: &[&str] = &[
    "plan",
    "plan -v",
    "doctor",
    "doctor -v",
    "apply",
    "status",
    "status -o wide",
    "doctor -v",
    "scale --replicas 2",
    "plan --set app.image=nginx:1.27 --set fargate.subnets=[subnet-1]",
    "destroy --yes",
    "status",
    "open --print",
    "explain C99",
    "plan --set app.replicas=many --set ingress.paths=/",
    "plan -e nowhere",
    "lesson list",
    "lesson check",
    "sandbox show",
    "sandbox break --list",
    "sandbox mend",
    "env list",
    "env show",
    "env show -e nowhere",
    "policy iam",
    "policy rbac",
    "report report.json",
    "fleet init --count 2 --prefix lab2048-p",
    "fleet plan class.csv",
    "fleet apply class.csv --yes",
    "fleet status class.csv",
    "fleet access class.csv",
    "fleet sweep class.csv -o wide",
    "fleet destroy class.csv --yes",
    "fleet status nowhere.csv",
];

/// The longest run of English words of a line, without what is in backquotes and what others have said.
fn english(line: &str) -> usize {
    let outside = line.split('`').step_by(2).collect::<Vec<_>>().join(" . ");
    let is_word = |word: &str| {
        let word = word.trim_matches(|c: char| ".,:;()\"'!?".contains(c));
        // Heads of tables are in capitals.
        word.chars().any(|c| c.is_ascii_lowercase()) && word.chars().all(|c| c.is_ascii_alphabetic())
    };
    let (mut longest, mut now) = (0, 0);
    for word in outside.split_whitespace() {
        now = if is_word(word) { now + 1 } else { 0 };
        longest = longest.max(now);
    }
    longest
}

fn sentences(run: &Run) -> Vec<String> {
    let lines = run.stdout.lines().chain(run.stderr.lines());
    let lines = lines.filter(|line| english(line) >= SENTENCE);
    let of_us = lines.filter(|line| !OF_OTHERS.iter().any(|words| line.contains(words)));
    of_us.map(|line| line.trim().to_owned()).collect()
}

async fn met(breakage: Option<Breakage>) -> Vec<String> {
    let mut lab = Lab::new(5);
    lab.set_variable("LANG", "ko_KR.UTF-8");
    if let Some(breakage) = breakage {
        lab.call(&format!("sandbox break {}", breakage.name())).await;
    }
    let calls = if breakage.is_some() { &CALLS[2..8] } else { CALLS };
    let mut found = Vec::new();
    for call in calls {
        let run = lab.call(call).await;
        found.extend(sentences(&run).into_iter().map(|line| format!("{call}: {line}")));
    }
    found
}

#[test]
fn a_korean_reader_meets_no_english_sentence_of_ours() {
    let all = u64::try_from(Breakage::ALL.len()).unwrap();
    // Every third of them, unless all are asked for.
    let step = number("LAB2048_KOREAN").map_or(3, |_| 1);
    let worlds = all.div_ceil(step) + 1;
    let found = each_seed(0..worlds, |world| {
        let place = usize::try_from(world * step).unwrap();
        let breakage = Breakage::ALL.get(place).copied().filter(|_| world + 1 < worlds);
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().start_paused(true).build().unwrap();
        let found = runtime.block_on(met(breakage));
        let name = breakage.map_or("a world that is well", Breakage::name);
        found
            .into_iter()
            .map(|line| format!("{name}: {line}"))
            .collect::<Vec<_>>()
    });
    let found: Vec<String> = found.into_iter().flatten().collect();
    assert!(found.is_empty(), "{} lines:\n{}", found.len(), found.join("\n"));
}
