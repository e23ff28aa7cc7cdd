//! The API server comes back with another certificate while a run waits.

use std::time::Duration;

use lab2048_testing::workshop::Workshop;
use lab2048_testing::workshop::participant::REPLICAS;

use super::{Running, is_up};

/// What cannot be trusted is to be reported within this time, on a busy machine, too; the wait itself is ten minutes long.
const PROMPTLY: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_renewed_certificate_is_taken_and_a_strangers_is_refused() {
    let workshop = Workshop::open().await;
    let renewed = workshop.participant("renewed").await;
    let deceived = workshop.participant("deceived").await;
    workshop.fargate.pause.begin("renewed");
    workshop.fargate.pause.begin("deceived");
    let mut runs = [Running::start(&renewed, "apply"), Running::start(&deceived, "apply")];
    for run in &mut runs {
        run.waits_for("deployment").await;
    }
    let [renewing, deceiving] = runs;

    let comes_back_with = async |change: &dyn Fn()| {
        workshop.plane.kill_apiserver();
        change();
        workshop.plane.revive_apiserver().await;
    };
    comes_back_with(&|| workshop.plane.renew_certificate()).await;
    workshop.fargate.pause.end("renewed");
    is_up(&renewed, REPLICAS, &renewing.end().await.exits(0)).await;

    comes_back_with(&|| workshop.plane.take_foreign_certificate()).await;
    let refused = deceiving.call.end(PROMPTLY).await.exits(1);
    refused.prints("signed by an authority that is not trusted here");

    comes_back_with(&|| workshop.plane.renew_certificate()).await;
    workshop.fargate.pause.end("deceived");
    let again = deceived.workdir.call("apply").await.exits(0);
    is_up(&deceived, REPLICAS, &again).await;
}
