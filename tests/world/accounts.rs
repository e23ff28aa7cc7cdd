//! Labs behind a role: `cluster.roleArn`.

use std::fs;
use std::time::Duration;

use aws_sdk_eks::error::ProvideErrorMetadata;
use lab2048::app::Exit;
use lab2048_testing::Lab;
use serde_json::{Value, json};

use super::sdk::config;

/// Makes a role that whoever `principal` names may assume, and waits until STS sees it; its ARN.
async fn role(lab: &Lab, name: &str, principal: &str) -> String {
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}]});
    let iam = aws_sdk_iam::Client::new(&config(&lab.world));
    let made = iam
        .create_role()
        .role_name(name)
        .assume_role_policy_document(trust.to_string());
    let arn = made.send().await.unwrap().role.unwrap().arn;
    lab.world.sleep(Duration::from_mins(1)).await;
    arn
}

fn root(lab: &Lab) -> String {
    format!("arn:aws:iam::{}:root", lab.world.facts().account)
}

#[tokio::test(start_paused = true)]
async fn a_lab_behind_a_role_is_made_and_removed_by_that_role() {
    let lab = Lab::new(7);
    let before = lab.shape();
    let account = lab.world.facts().account;
    let arn = role(&lab, "way-in", &root(&lab)).await;
    let line = |verb: &str| format!("{verb} --set cluster.roleArn={arn} -o json");
    lab.call(&line("apply")).await.exits(Exit::Done);
    let checked = lab.call(&line("doctor")).await.exits(Exit::Done);
    let who = format!("arn:aws:sts::{account}:assumed-role/way-in/lab2048-");
    assert!(checked.stdout.contains(&who), "{}", checked.stdout);
    lab.call(&line("destroy")).await.exits(Exit::Done);
    let iam = aws_sdk_iam::Client::new(&config(&lab.world));
    iam.delete_role().role_name("way-in").send().await.unwrap();
    assert_eq!(lab.shape(), before);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_cannot_be_assumed_is_named_with_what_sts_says() {
    let lab = Lab::new(7);
    let before = lab.shape();
    let account = lab.world.facts().account;
    let arn = format!("arn:aws:iam::{account}:role/nobody");
    let told = lab.call(&format!("apply --set cluster.roleArn={arn}")).await;
    let told = told.exits(Exit::Failed);
    let told = told.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        format!("role {arn} (cluster.roleArn) cannot be assumed"),
        "is not authorized to perform: sts:AssumeRole on resource".to_owned(),
        "the role's trust policy has to name the caller".to_owned(),
    ] {
        assert!(told.contains(&words), "{told}");
    }
    assert_eq!(lab.shape(), before);
}

/// Of a class the labs behind a door that stays shut fail, and no others.
#[tokio::test(start_paused = true)]
async fn a_row_whose_account_cannot_be_entered_fails_alone() {
    let lab = Lab::new(7);
    let arn = role(&lab, "way-in", &root(&lab)).await;
    let shut = role(&lab, "shut", "arn:aws:iam::999999999999:root").await;
    let roster = format!("lab,cluster.roleArn\na,{arn}\nb,{shut}\nc,{arn}\nd,{shut}\n");
    fs::write(lab.folder().join("class.csv"), roster).unwrap();
    let made = lab
        .call("fleet apply class.csv --no-canary --max-failures 4 --set app.replicas=1 -o json")
        .await;
    let made: Value = serde_json::from_str(&made.exits(Exit::Partly).stdout).unwrap();
    let rows = made["labs"].as_array().unwrap();
    let ends = rows
        .iter()
        .map(|row| (row["lab"].as_str().unwrap(), row["progress"].as_str().unwrap()));
    assert_eq!(
        ends.collect::<Vec<_>>(),
        [("a", "done"), ("b", "failed"), ("c", "done"), ("d", "failed")]
    );
    for row in [&rows[1], &rows[3]] {
        let cause = row["cause"].as_str().unwrap();
        assert!(cause.contains(&shut) && cause.contains("cannot be assumed"), "{row}");
    }
    let planned = lab.call("fleet plan class.csv -o json").await;
    assert!(planned.stdout.contains("cannot be assumed"), "{}", planned.stdout);
    let status: Value = serde_json::from_str(&lab.call("fleet status class.csv -o json").await.stdout).unwrap();
    let there = status["labs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["progress"] == "done");
    assert_eq!(there.collect::<Vec<_>>(), [true, false, true, false], "{status}");
}

#[tokio::test(start_paused = true)]
async fn a_session_of_a_role_is_who_it_is_and_ends() {
    let lab = Lab::new(7);
    let arn = role(&lab, "way-in", &root(&lab)).await;
    let sts = aws_sdk_sts::Client::new(&config(&lab.world));
    let asked = sts
        .assume_role()
        .role_arn(&arn)
        .role_session_name("minji")
        .duration_seconds(900);
    let given = asked.send().await.unwrap();
    let user = given.assumed_role_user.unwrap();
    let account = lab.world.facts().account;
    assert_eq!(user.arn, format!("arn:aws:sts::{account}:assumed-role/way-in/minji"));
    let keys = given.credentials.unwrap();
    let keys = aws_credential_types::Credentials::new(
        keys.access_key_id,
        keys.secret_access_key,
        Some(keys.session_token),
        None,
        "tests",
    );
    let session = config(&lab.world)
        .to_builder()
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(keys))
        .build();
    let as_role = aws_sdk_sts::Client::new(&session);
    let identity = as_role.get_caller_identity().send().await.unwrap();
    assert_eq!(identity.arn, Some(user.arn));
    lab.world.sleep(Duration::from_mins(16)).await;
    let over = as_role.get_caller_identity().send().await.unwrap_err();
    assert_eq!(over.into_service_error().code(), Some("ExpiredToken"));
    let eks = aws_sdk_eks::Client::new(&session)
        .list_clusters()
        .send()
        .await
        .unwrap_err();
    assert_eq!(eks.into_service_error().code(), Some("ExpiredTokenException"));
    let asked = sts
        .assume_role()
        .role_arn(&arn)
        .role_session_name("x")
        .duration_seconds(60);
    assert_eq!(
        asked.send().await.unwrap_err().into_service_error().code(),
        Some("ValidationError")
    );
}
