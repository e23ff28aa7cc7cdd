//! What the program refuses to do, and its messages.

use lab2048::app::Exit;

use lab2048_testing::Lab;

#[tokio::test(start_paused = true)]
async fn a_wrong_environment_is_reported_with_file_line_and_key_before_anything_else() {
    let lab = Lab::new(1);
    std::fs::write(lab.folder().join("mine.yaml"), "extends: sandbox\napp:\n  replica: 3\n").unwrap();
    let ran = lab.call("apply -e mine.yaml").await.exits(Exit::Usage);
    for part in ["mine.yaml:3", "app.replica", "app.replicas"] {
        assert!(ran.stderr.contains(part), "{part} is missing in:\n{}", ran.stderr);
    }
    assert!(ran.stdout.is_empty());
}

#[tokio::test(start_paused = true)]
async fn where_nobody_can_be_asked_a_question_is_refused_with_its_flag() {
    let lab = Lab::new(1);
    let before = lab.shape();
    lab.call("apply --set confirm=true")
        .await
        .exits(Exit::Refused)
        .prints("this would change the sandbox, and there is no terminal to ask on")
        .prints("--yes");
    assert_eq!(lab.shape(), before);
    lab.call("apply --set confirm=true --yes").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn an_immutable_difference_needs_consent() {
    let lab = Lab::new(19);
    lab.call("apply").await.exits(Exit::Done);
    let subnets = r#"--set fargate.subnets=["subnet-044fd202626076e79","subnet-046e417018b50d939"]"#;
    lab.call(&format!("apply {subnets}"))
        .await
        .exits(Exit::Refused)
        .prints("--replace");
    lab.call(&format!("apply --replace {subnets}")).await.exits(Exit::Done);
    assert_eq!(lab.fargate_nodes(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_lab_that_is_not_there_cannot_be_scaled() {
    let lab = Lab::new(1);
    lab.call("scale --replicas 3")
        .await
        .exits(Exit::Failed)
        .prints("lab2048 apply");
}

#[tokio::test(start_paused = true)]
async fn sandbox_verbs_are_for_the_sandbox() {
    let lab = Lab::new(1);
    lab.call("sandbox show -e workshop").await.exits(Exit::Usage);
}

#[tokio::test(start_paused = true)]
async fn verbs_without_a_cluster_print_documents_too() {
    let lab = Lab::new(1);
    assert_eq!(
        lab.call("explain c12 -o json").await.exits(Exit::Done).json()["id"],
        "C12"
    );
    let all = lab.call("explain -o json").await.exits(Exit::Done).json();
    assert!(all.as_array().unwrap().len() > 30);
    lab.call("explain C99")
        .await
        .exits(Exit::Usage)
        .prints("`lab2048 explain` lists them all");
}

#[tokio::test(start_paused = true)]
async fn a_new_environment_never_overwrites_an_old_one() {
    let lab = Lab::new(1);
    lab.call("env init mine")
        .await
        .exits(Exit::Done)
        .prints("environments/mine.yaml");
    lab.call("env show -e mine").await.exits(Exit::Done);
    lab.call("env init mine")
        .await
        .exits(Exit::Failed)
        .prints("choose another name");
}

#[tokio::test(start_paused = true)]
async fn the_list_of_environments_says_which_can_be_used() {
    let lab = Lab::new(1);
    let folder = lab.folder().join("environments");
    std::fs::create_dir(&folder).unwrap();
    for (name, text) in [
        ("good", &b"extends: sandbox\n"[..]),
        ("half", b"extends: sandbox\nlab: {name: null}\n"),
        ("wrong", b"extends: sandbox\napp: {replica: 3}\n"),
        ("euckr", b"# \xb0\xa1\nextends: sandbox\n"),
    ] {
        std::fs::write(folder.join(format!("{name}.yaml")), text).unwrap();
    }
    let listed = lab.call("env list -o json").await.exits(Exit::Done).json();
    let states: Vec<(&str, &str)> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), one["state"].as_str().unwrap()))
        .collect();
    assert_eq!(
        states,
        [
            ("euckr", "broken"),
            ("good", "ok"),
            ("half", "incomplete"),
            ("sandbox", "ok"),
            ("shared-cluster", "incomplete"),
            ("workshop", "ok"),
            ("wrong", "broken"),
        ]
    );
    let table = lab.call("env list").await.exits(Exit::Done);
    let row = table.stdout.lines().find(|line| line.starts_with("wrong")).unwrap();
    assert!(row.contains("broken"), "{row}");
}
