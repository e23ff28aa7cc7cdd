//! The embedded world as people read it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::page::{Page, Span};
use super::style::{Style, Tone};
use super::{times, words};
use lab2048_sandbox::{Inventory, ObjectLine, ProfileLine};

/// The whole world, without what every cluster has of itself. `ahead` is how far its clock is ahead of the reader's.
pub fn text(world: &Inventory, ahead: Option<Duration>, style: &Style) -> String {
    let mut view = View { page: Page::new(style) };
    view.page.line(&format!(
        "{} in {}, account {} (sandbox)",
        style.paint(Tone::Strong, &world.cluster),
        world.region,
        world.account,
    ));
    let now = world.now.strftime("%Y-%m-%d %H:%M:%S UTC");
    view.entry("time", &format!("{now}, {} times as fast as the real one", world.speed));
    if let Some(ahead) = ahead {
        let ahead = times::duration(ahead);
        view.entry("", &format!("{ahead} ahead of yours; ages are of this time"));
    }
    for breakage in &world.broken {
        view.entry("broken", Tone::Bad.of(breakage));
    }
    for (kind, count) in &world.throttled {
        let requests = words::count(usize::try_from(*count).unwrap_or(usize::MAX), "request");
        view.entry("throttled", Tone::Care.of(&format!("{requests}: {kind}")));
    }
    view.aws(world);
    view.kubernetes(&world.objects, &world.nodes);
    for cluster in &world.other_clusters {
        view.page.line(&style.paint(Tone::Strong, &cluster.name));
        view.belongings(&cluster.profiles, &cluster.access_entries);
        view.kubernetes(&cluster.objects, &cluster.nodes);
    }
    view.page.into_text()
}

/// The page, whose labels have a column of their own.
struct View {
    page: Page,
}

impl View {
    fn entry<'t>(&mut self, label: &str, text: impl Into<Span<'t>>) {
        self.page.entry(&format!("{label:<10}"), text);
    }

    fn aws(&mut self, world: &Inventory) {
        for (role, policies) in &world.roles {
            let policies = words::count_of(policies.len(), "policy", "policies");
            self.entry("role", &format!("{role}, {policies}"));
        }
        self.belongings(&world.profiles, &world.access_entries);
        for balancer in &world.load_balancers {
            let line = format!("{} {}, {}", balancer.name, balancer.state, balancer.scheme);
            self.entry("balancer", &line);
        }
        for group in &world.target_groups {
            let targets: Vec<_> = group
                .targets
                .iter()
                .map(|(state, count)| format!("{count} {state}"))
                .collect();
            let targets = if targets.is_empty() {
                "no targets".to_owned()
            } else {
                targets.join(", ")
            };
            self.entry("targets", &format!("{}: {targets}", group.name));
        }
        for group in &world.security_groups {
            self.entry("firewall", &format!("{} {}", group.id, group.name));
        }
    }

    /// What EKS has for a cluster.
    fn belongings(&mut self, profiles: &[ProfileLine], entries: &BTreeMap<String, String>) {
        for profile in profiles {
            let line = format!(
                "{} {} for {}",
                profile.name,
                profile.status,
                profile.namespaces.join(", ")
            );
            self.entry("profile", &line);
            for issue in &profile.issues {
                self.entry("", Tone::Bad.of(issue));
            }
        }
        for (principal, kind) in entries {
            self.entry("access", &format!("{principal} {kind}"));
        }
    }

    fn kubernetes(&mut self, namespaces: &BTreeMap<String, Vec<ObjectLine>>, nodes: &[String]) {
        for (namespace, objects) in namespaces {
            self.entry("namespace", namespace);
            for object in objects {
                let phase = object.phase.as_deref().unwrap_or_default();
                self.entry("", &format!("{} {phase}", object.name));
            }
        }
        let fargate = nodes
            .iter()
            .filter(|name| name.starts_with(crate::readiness::FARGATE_NODE))
            .count();
        let other = nodes.len() - fargate;
        self.entry("nodes", &format!("{other} of EC2, {fargate} of Fargate"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures::{at, colored, plain, shown};
    use jiff::Timestamp;
    use lab2048_sandbox::{BalancerLine, GroupLine, Sandbox, TargetGroupLine, WallClock};
    use std::sync::Arc;

    /// A wall clock that shows when the fixtures' world begins.
    struct FixedClock;

    impl WallClock for FixedClock {
        fn now(&self) -> Timestamp {
            at(0)
        }
    }

    fn world() -> Inventory {
        Sandbox::in_memory(2048, 60.0, Arc::new(FixedClock)).inventory()
    }

    #[test]
    fn a_new_world() {
        insta::assert_snapshot!(shown(&text(&world(), None, &plain())), @r"
        eksworkshop in ap-northeast-2, account 410691154611 (sandbox)
        time      2026-11-24 03:00:00 UTC, 60 times as fast as the real one
        nodes     4 of EC2, 0 of Fargate
        ");
    }

    #[test]
    fn a_broken_world_with_a_lab() {
        let mut world = world();
        world.broken = vec!["no-nat", "lbc-absent"];
        world.roles = [(
            "lab2048-eksworkshop-fargate-game-2048".to_owned(),
            vec!["arn:p".to_owned()],
        )]
        .into();
        world.access_entries = [(
            "arn:aws:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048".to_owned(),
            "FARGATE_LINUX".to_owned(),
        )]
        .into();
        world.profiles = vec![ProfileLine {
            name: "fargate-game-2048".to_owned(),
            status: "CREATE_FAILED".to_owned(),
            role: "arn".to_owned(),
            namespaces: vec!["fargate-game-2048".to_owned()],
            issues: vec!["AccessDenied: the pod execution role cannot be assumed".to_owned()],
        }];
        world.load_balancers = vec![BalancerLine {
            name: "k8s-fargateg-ingress2-b252ad69ce".to_owned(),
            state: "active".to_owned(),
            scheme: "internet-facing".to_owned(),
            dns_name: "x".to_owned(),
        }];
        let group = |name: &str, targets: &[(&str, usize)]| TargetGroupLine {
            name: name.to_owned(),
            targets: targets.iter().map(|(state, n)| ((*state).to_owned(), *n)).collect(),
        };
        world.target_groups = vec![
            group("k8s-fargateg-service2-45018fc3a7", &[("draining", 2), ("healthy", 3)]),
            group("k8s-fargateg-service2-0000000000", &[]),
        ];
        world.security_groups = vec![GroupLine {
            id: "sg-a00fef409939d8a81".to_owned(),
            name: "k8s-fargateg-ingress2-a507fa3b12".to_owned(),
        }];
        let object = |name: &str, phase: Option<&str>| ObjectLine {
            name: name.to_owned(),
            phase: phase.map(str::to_owned),
        };
        let objects = vec![
            object("pods/deployment-2048-5cb5b5f945-8kvjk", Some("Running")),
            object("services/service-2048", None),
        ];
        world.objects = [("fargate-game-2048".to_owned(), objects)].into();
        world.nodes.push("fargate-ip-10-11-64-70".to_owned());
        insta::assert_snapshot!(shown(&text(&world, Some(Duration::from_secs(7500)), &colored())), @r"
        <esc>[1meksworkshop<esc>[0m in ap-northeast-2, account 410691154611 (sandbox)
        time      2026-11-24 03:00:00 UTC, 60 times as fast as the real one
                  2h05m ahead of yours; ages are of this time
        broken    <esc>[31mno-nat<esc>[0m
        broken    <esc>[31mlbc-absent<esc>[0m
        role      lab2048-eksworkshop-fargate-game-2048, 1 policy
        profile   fargate-game-2048 CREATE_FAILED for fargate-game-2048
                  <esc>[31mAccessDenied: the pod execution role cannot be assumed<esc>[0m
        access    arn:aws:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048
                  FARGATE_LINUX
        balancer  k8s-fargateg-ingress2-b252ad69ce active, internet-facing
        targets   k8s-fargateg-service2-45018fc3a7: 2 draining, 3 healthy
        targets   k8s-fargateg-service2-0000000000: no targets
        firewall  sg-a00fef409939d8a81 k8s-fargateg-ingress2-a507fa3b12
        namespace fargate-game-2048
                  pods/deployment-2048-5cb5b5f945-8kvjk Running
                  services/service-2048
        nodes     4 of EC2, 1 of Fargate
        ");
    }
}
