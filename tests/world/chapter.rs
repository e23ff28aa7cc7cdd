//! The workshop's chapter, step by step with the program's own verbs, as its readers follow it: what the chapter shows is in the
//! output, in both languages.

use lab2048::app::Exit;
use lab2048_testing::{Lab, Run};

/// Words of a language that have to be read somewhere.
struct Words {
    lang: &'static str,
    private: &'static str,
    profile: &'static str,
    gone: &'static str,
    healthy: &'static str,
    why: &'static str,
    tip: &'static str,
    open: &'static str,
}

const ENGLISH: Words = Words {
    lang: "en",
    private: "private",
    profile: "create profile fargate-game-2048",
    gone: "and node",
    healthy: "3 of 3 healthy",
    why: "Why it matters",
    tip: "load balancers send to pods, not to nodes",
    open: "the game in a browser",
};

const KOREAN: Words = Words {
    lang: "ko",
    private: "프라이빗",
    profile: "프로파일 fargate-game-2048 생성",
    gone: "노드",
    healthy: "3개 중 3개 정상",
    why: "왜 중요한가",
    tip: "로드 밸런서",
    open: "브라우저에서 게임 열기",
};

/// How often lines of an output begin with this.
fn lines(run: &Run, begin: &str) -> usize {
    run.stdout.lines().filter(|line| line.starts_with(begin)).count()
}

async fn follow(words: &Words) {
    let mut lab = Lab::new(2048);
    lab.set_variable(
        "LANG",
        if words.lang == "ko" {
            "ko_KR.UTF-8"
        } else {
            "en_US.UTF-8"
        },
    );
    // 1 and 5: profile, role, namespace, deployment, service and Ingress; 6: the rollout.
    let apply = lab
        .call("apply")
        .await
        .exits(Exit::Done)
        .prints(words.profile)
        .prints(words.open);
    assert_eq!(lines(&apply, "fargate-ip-"), 5, "{apply}");
    // 2: the profile as YAML, with role, selector, status and the three subnets.
    lab.call("status -o yaml")
        .await
        .exits(Exit::Done)
        .prints("status: ACTIVE")
        .prints("podExecutionRoleARN: arn:aws:iam::410691154611:role/")
        .prints("- namespace: fargate-game-2048")
        .prints("id: subnet-044fd202626076e79")
        .prints("id: subnet-046e417018b50d939")
        .prints("id: subnet-0d3c2d117533c431d");
    // 3: they are private. 7: five new nodes beside the EC2 ones. 8: each pod beside its node.
    let status = lab.call("status -o wide").await.exits(Exit::Done);
    assert_eq!(status.stdout.matches(words.private).count(), 3, "{status}");
    assert_eq!(
        (lines(&status, "fargate-ip-"), lines(&status, "ip-10-11-")),
        (5, 4),
        "{status}"
    );
    let pods: Vec<&str> = status
        .stdout
        .lines()
        .filter(|line| line.starts_with("deployment-2048-"))
        .collect();
    assert_eq!(
        pods.iter().filter(|line| line.contains("fargate-ip-")).count(),
        5,
        "{status}"
    );
    // 9: fewer pods, fewer nodes, and which went.
    let scaled = lab.call("scale --replicas 3").await.exits(Exit::Done);
    assert_eq!(lines(&scaled, "fargate-ip-"), 3, "{scaled}");
    let gone: Vec<&str> = scaled
        .stderr
        .lines()
        .filter(|line| line.contains(words.gone) && line.contains(" fargate-ip-"))
        .collect();
    assert_eq!(gone.len(), 2, "{scaled}");
    for line in gone {
        let pod = line
            .split_whitespace()
            .find(|word| word.starts_with("deployment-2048-"))
            .unwrap();
        let pod = pod.trim_end_matches(',');
        assert!(pods.iter().any(|was| was.starts_with(pod)), "{pod} was there");
        assert!(!scaled.stdout.contains(pod), "{pod} is not there any more");
    }
    lab.call("status").await.exits(Exit::Done).prints(words.healthy);
    // 10: the address is the last line.
    assert!(scaled.stdout.trim_end().ends_with(".elb.amazonaws.com"), "{scaled}");
    // The eighteen considerations.
    let all = lab.call("explain").await.exits(Exit::Done).prints(words.tip);
    for number in 1..=18 {
        assert_eq!(lines(&all, &format!("C{number} ")), 1, "C{number}: {all}");
        lab.call(&format!("explain C{number}"))
            .await
            .exits(Exit::Done)
            .prints(words.why);
    }
    // 11: nothing is left.
    lab.call("destroy --yes").await.exits(Exit::Done);
    assert_eq!(lab.fargate_nodes(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_chapter_is_followed_in_english() {
    follow(&ENGLISH).await;
}

#[tokio::test(start_paused = true)]
async fn the_chapter_is_followed_in_korean() {
    follow(&KOREAN).await;
}
