//! `cluster.name: auto`, and names that are not there.

use std::path::Path;

use aws_sdk_eks::types::VpcConfigRequest;

use lab2048_testing::Workdir;
use lab2048_testing::workshop::moto::{CLUSTER, Moto, REGION};
use lab2048_testing::workshop::plane::{CONTEXT, Plane};

async fn cluster(moto: &Moto, name: &str) {
    let cluster = moto.aws().eks.create_cluster().name(name);
    let cluster = cluster.role_arn("arn:aws:iam::123456789012:role/cluster");
    let vpc = VpcConfigRequest::builder().subnet_ids("subnet-11111111").build();
    cluster.resources_vpc_config(vpc).send().await.unwrap();
}

#[tokio::test]
async fn auto_takes_the_only_cluster_of_the_region() {
    let (moto, plane) = tokio::join!(Moto::start(), Plane::start());
    let mut workdir = Workdir::before(&moto.url(), &plane.kubeconfig());
    workdir.set("AWS_REGION", REGION);
    workdir.set("LAB2048_SET_CLUSTER_CONTEXT", CONTEXT);
    workdir.set("LAB2048_SET_CLUSTER_NAME", "auto");
    let run = workdir.call("plan").await;
    // Nothing of the controller is installed here: the plan is made, and a check reports that.
    run.exits(3)
        .prints(&format!("fargate-game-2048 on {CLUSTER}, ap-northeast-2"));
}

#[tokio::test]
async fn auto_with_none_or_several_says_so() {
    let moto = Moto::start_empty().await;
    let mut workdir = Workdir::before(&moto.url(), Path::new("/nonexistent"));
    workdir.set("AWS_REGION", REGION);
    workdir.set("LAB2048_SET_CLUSTER_NAME", "auto");
    let none = workdir.call("plan").await;
    none.exits(1)
        .prints("there is no EKS cluster in ap-northeast-2: is the region right, and the account?");

    for name in ["green", "blue"] {
        cluster(&moto, name).await;
    }
    let several = workdir.call("plan").await;
    several
        .exits(1)
        .prints("there are 2 EKS clusters in ap-northeast-2, say which with `--cluster`: blue, green");

    let missing = workdir.call("plan --cluster red").await;
    missing
        .exits(1)
        .prints("there is no EKS cluster `red` in ap-northeast-2; there are: ")
        .prints("blue");
}
