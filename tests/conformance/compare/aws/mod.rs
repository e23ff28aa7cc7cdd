//! AWS: the sandbox against moto, in the same region with the same network, cluster and lab.
//!
//! Requests are in `requests/*.yaml` and are sent in that order, with the same bytes but for ids, to both. Where moto
//! is known to be wrong, what AWS documents counts, and `accepted.yaml` names it. Texts of errors are for people and
//! not compared; their codes, statuses and envelopes are.

mod mirror;
mod normalise;
mod script;
mod side;

use std::time::Duration;

use self::script::Step;
use self::side::Side;
use super::Comparison;
use lab2048_testing::workshop::moto::Moto;

/// Long enough for whatever is under way in the sandbox.
const A_WHILE: Duration = Duration::from_mins(20);

#[tokio::test]
async fn the_sandbox_answers_like_aws() {
    let sandbox = side::sandbox();
    let moto = Moto::start_empty().await;
    let aws = moto.aws();
    let mut ours = Side::of_sandbox(&sandbox);
    let mut theirs = Side::of_moto(moto.url());
    mirror::network(&sandbox, &aws, &mut ours.names, &mut theirs.names).await;

    let mut comparison = Comparison::of("aws");
    for (file, text) in script::FILES {
        if file == script::WITH_LAB {
            mirror::lab(&sandbox, A_WHILE).await;
            mirror::balancer(&sandbox, &aws, &mut ours.names, &mut theirs.names).await;
        }
        for step in Step::all(text) {
            let (left, right) = (ours.answer(&step).await, theirs.answer(&step).await);
            comparison.compare(&step.ask, &left, &right);
            if step.then_wait {
                sandbox.advance(A_WHILE);
            }
        }
    }
    comparison.finish(60);
}
