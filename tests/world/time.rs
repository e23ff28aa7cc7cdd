//! How long an `apply` takes in virtual time, against what the same history allows at best. `just bench` has more seeds, and
//! shows where time goes.

use std::thread;

use lab2048::app::Exit;
use lab2048_testing::Lab;
use lab2048_testing::history::History;

/// Time of ours in times of the critical path.
const BUDGET: f64 = 1.05;
/// Seeds that are run.
const SEEDS: u64 = 10;

/// Time of a whole `apply` in times of the critical path of its world.
fn ratio(seed: u64) -> f64 {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let lab = Lab::new(seed);
        let mut history = History::begin(&lab.world);
        tokio::select! {
            run = lab.call("apply") => drop(run.exits(Exit::Done)),
            () = history.record() => unreachable!("the world is there as long as the lab"),
        }
        history.elapsed() / history.at_best()
    })
}

#[test]
fn an_apply_is_as_fast_as_its_slowest_part() {
    let ratios = (1..=SEEDS).map(|seed| thread::spawn(move || ratio(seed)));
    let mut ratios: Vec<f64> = ratios
        .collect::<Vec<_>>()
        .into_iter()
        .map(|ratio| ratio.join().unwrap())
        .collect();
    ratios.sort_by(f64::total_cmp);
    // A profile that becomes ACTIVE just after a poll costs one seed in ten a little more.
    assert!(ratios[ratios.len() * 9 / 10 - 1] <= BUDGET, "{ratios:.3?}");
}
