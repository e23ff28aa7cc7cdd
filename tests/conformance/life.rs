//! The whole life of a lab on real parts.

use crate::workshop::Workshop;

#[tokio::test]
async fn a_lab_from_plan_to_nothing() {
    let workshop = Workshop::open().await;
    let desk = &workshop.desk;
    let planned = desk.run("plan --detailed-exitcode").await.exits(2);
    println!("{planned}");
    let applied = desk.run("apply").await.exits(0);
    println!("{applied}");
    println!("{}", desk.run("plan --detailed-exitcode").await);
    println!("{}", desk.run("status").await);
    println!("{}", desk.run("scale --replicas 3").await);
    println!("{}", desk.run("destroy").await);
}
