//! `cluster.name: auto`, and names that are not there.

use std::path::Path;

use aws_sdk_eks::types::VpcConfigRequest;

use crate::desk::Desk;
use crate::moto::{CLUSTER, Moto, REGION};
use crate::plane::Plane;

async fn cluster(moto: &Moto, name: &str) {
    let cluster = moto.aws().eks.create_cluster().name(name);
    let cluster = cluster.role_arn("arn:aws:iam::123456789012:role/cluster");
    let vpc = VpcConfigRequest::builder().subnet_ids("subnet-11111111").build();
    cluster.resources_vpc_config(vpc).send().await.unwrap();
}

#[tokio::test]
async fn auto_takes_the_only_cluster_of_the_region() {
    let (moto, plane) = tokio::join!(Moto::start(), Plane::start());
    let mut desk = Desk::before(&moto.url(), &plane.kubeconfig());
    desk.set("AWS_REGION", REGION);
    desk.set("LAB2048_SET_CLUSTER_NAME", "auto");
    let run = desk.run("plan").await;
    // Nothing of the controller is installed here: the plan is made, and a check says so.
    run.exits(3)
        .says(&format!("fargate-game-2048 on {CLUSTER}, ap-northeast-2"));
}

#[tokio::test]
async fn auto_with_none_or_several_says_so() {
    let moto = Moto::start_empty().await;
    let mut desk = Desk::before(&moto.url(), Path::new("/nonexistent"));
    desk.set("AWS_REGION", REGION);
    desk.set("LAB2048_SET_CLUSTER_NAME", "auto");
    let none = desk.run("plan").await;
    none.exits(1)
        .says("there is no EKS cluster in ap-northeast-2: is the region right, and the account?");

    for name in ["green", "blue"] {
        cluster(&moto, name).await;
    }
    let several = desk.run("plan").await;
    several
        .exits(1)
        .says("there are 2 EKS clusters in ap-northeast-2, say which with `--cluster`: blue, green");

    let missing = desk.run("plan --cluster red").await;
    missing
        .exits(1)
        .says("there is no EKS cluster `red` in ap-northeast-2; there are: ")
        .says("blue");
}
