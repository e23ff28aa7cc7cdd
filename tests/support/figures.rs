//! Figures of many runs: quantiles of samples, and the budgets they are held against.

use std::process::ExitCode;

/// Measurements of one thing, smallest first.
pub struct Sample(Vec<f64>);

impl Sample {
    /// A sample of these measurements; there must be at least one.
    pub fn of(measurements: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = measurements.into_iter().collect();
        assert!(!sorted.is_empty(), "nothing was measured");
        sorted.sort_by(f64::total_cmp);
        Self(sorted)
    }

    /// The measurement that `percent` of all do not exceed (nearest rank).
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0[rank.min(self.0.len()) - 1]
    }
}

/// Says for each budget whether it holds, and remembers whether one did not.
#[derive(Default)]
pub struct Budgets {
    missed: u32,
}

impl Budgets {
    /// Holds `value` against `limit`.
    pub fn hold(&mut self, what: &str, value: f64, limit: f64, unit: &str) {
        let holds = value <= limit;
        self.missed += u32::from(!holds);
        let verdict = if holds { "ok  " } else { "OVER" };
        println!("  {verdict}  {what}: {value:.2}{unit}, budget {limit}{unit}");
    }

    /// How the program ends: with 1 if a budget was missed.
    pub fn end(self) -> ExitCode {
        if self.missed == 0 {
            return ExitCode::SUCCESS;
        }
        println!("  {} over budget", self.missed);
        ExitCode::FAILURE
    }
}
