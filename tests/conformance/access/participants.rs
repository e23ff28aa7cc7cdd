//! A participant of a class, by the real API server's RBAC: with what `fleet access` prints they have their own lab, from plan to
//! nothing, and no other.

use std::fs;

use lab2048_testing::workshop::Workshop;
use lab2048_testing::workshop::moto::CLUSTER;
use lab2048_testing::workshop::plane::{Options, User};

const OWN: &str = "lab2048-p01";
const OTHERS: &str = "lab2048-p02";

/// Every lab is on the profile that the instructor makes with the first.
fn environment() -> String {
    let labs = ["lab2048-instructor", OWN, OTHERS];
    let selectors: Vec<String> = labs.iter().map(|lab| format!("{{namespace: {lab}}}")).collect();
    format!(
        "extends: shared-cluster\ncluster: {{name: {CLUSTER}}}\napp: {{replicas: 2}}\nfargate: {{selectors: [{}]}}\n",
        selectors.join(", ")
    )
}

/// Who is known by the groups that an access entry of `fleet access` has.
fn participant() -> User {
    User {
        name: "minji",
        groups: vec![format!("lab2048-participant-{OWN}"), "lab2048-participants".to_owned()],
    }
}

async fn workshop(user: &User) -> Workshop {
    let options = Options {
        users: vec![user.clone()],
        ..Options::default()
    };
    let mut workshop = Workshop::open_with(options).await;
    let workdir = &mut workshop.workdir;
    fs::write(workdir.path("class.yaml"), environment()).unwrap();
    workdir.set("LAB2048_ENV", "class.yaml");
    let roster = format!("lab,principal\n{OWN},arn:aws:iam::123456789012:role/minji\n{OTHERS},\n");
    fs::write(workdir.path("class.csv"), roster).unwrap();
    workdir
        .call("apply --set lab.name=lab2048-instructor --set fargate.own=true")
        .await
        .exits(0);
    let printed = workdir.call("fleet access class.csv -o json").await.exits(0).json();
    let groups: Vec<String> = serde_json::from_value(printed["entries"][0]["kubernetesGroups"].clone()).unwrap();
    assert_eq!(groups, user.groups);
    let manifests = workdir.call("fleet access class.csv -o yaml").await.exits(0).stdout;
    let file = workdir.path("access.yaml");
    fs::write(&file, manifests).unwrap();
    workshop
        .plane
        .kubectl(&format!("apply -f {}", file.display()))
        .await
        .exits(0);
    workshop
}

#[tokio::test]
async fn a_participant_has_their_own_lab_and_no_other() {
    let user = participant();
    let workshop = workshop(&user).await;
    let instructor = &workshop.workdir;
    instructor
        .call(&format!("apply --set lab.name={OTHERS}"))
        .await
        .exits(0);

    let mut minji = workshop.workdir_of(&user);
    fs::write(minji.path("class.yaml"), environment()).unwrap();
    minji.set("LAB2048_ENV", "class.yaml");
    minji.set("LAB2048_SET_LAB_NAME", OWN);
    // Who has removed the lab can begin again.
    for _ in 0..2 {
        minji
            .call("plan --detailed-exitcode")
            .await
            .exits(2)
            .prints("Plan: 3 to create");
        minji.call("apply").await.exits(0).prints("game answers");
        minji
            .call("plan --detailed-exitcode")
            .await
            .exits(0)
            .prints("No changes.");
        minji.call("scale --replicas 3").await.exits(0);
        minji
            .call("status --detailed-exitcode")
            .await
            .exits(0)
            .prints("deployment-2048");
        minji
            .call("destroy")
            .await
            .exits(0)
            .prints("it was handed out with `fleet access`");
        let left = "get deployments,services,ingresses,pods,leases -o name";
        let left = workshop.plane.kubectl(&format!("-n {OWN} {left}")).await;
        assert_eq!(left.stdout, "", "{left}");
    }

    let before = describe(&workshop).await;
    minji.set("LAB2048_SET_LAB_NAME", OTHERS);
    for line in [
        "plan",
        "apply",
        "status",
        "doctor",
        "scale --replicas 1",
        "plan --destroy",
        "destroy",
    ] {
        minji
            .call(line)
            .await
            .exits(1)
            .prints("cannot get resource \"namespaces\"")
            .prints(&format!("in the namespace \"{OTHERS}\""));
    }
    assert_eq!(describe(&workshop).await, before, "another's lab is as it was");
    cannot_see_others(&workshop, &user).await;

    // Of access entries moto knows nothing, so that there is no certificate in the end.
    instructor
        .call("fleet destroy class.csv")
        .await
        .exits(1)
        .prints("looked for namespaces: none left")
        .prints("looked for access entries: not known");
    let gone = workshop
        .plane
        .kubectl("get namespaces -l lab2048.dev/handed-out -o name")
        .await;
    assert_eq!(gone.stdout, "", "{gone}");
}

/// What another's lab is made of, with the version of each.
async fn describe(workshop: &Workshop) -> String {
    let columns = "-o custom-columns=K:.kind,N:.metadata.name,G:.metadata.generation";
    let kinds = "deployments,services,ingresses";
    let line = format!("-n {OTHERS} get {kinds} {columns}");
    workshop.plane.kubectl(&line).await.exits(0).stdout
}

/// By the API server's own word.
async fn cannot_see_others(workshop: &Workshop, user: &User) {
    let groups: Vec<String> = user.groups.iter().map(|group| format!("--as-group {group}")).collect();
    let may = async |what: &str| {
        let line = format!("auth can-i {what} --as {} {}", user.name, groups.join(" "));
        workshop.plane.kubectl(&line).await.stdout.trim().to_owned()
    };
    for what in [
        "list pods",
        "list ingresses",
        "list leases",
        "list deployments",
        "get configmaps",
        "list events",
    ] {
        assert_eq!(may(&format!("{what} -n {OTHERS}")).await, "no", "{what}");
        assert_eq!(may(&format!("{what} --all-namespaces")).await, "no", "{what}");
    }
    for what in ["list namespaces", "create namespaces", "list secrets -n kube-system"] {
        assert_eq!(may(what).await, "no", "{what}");
    }
    for what in [
        format!("patch namespaces/{OWN} -n {OWN}"),
        format!("delete namespaces/{OWN} -n {OWN}"),
    ] {
        assert_eq!(may(&what).await, "no", "{what}");
    }
    assert_eq!(may(&format!("list pods -n {OWN}")).await, "yes");
}
