//! The runs of all tools in turn, and the table of what they took.

use std::process::Command;

use crate::tools::{Bench, Tool, Verb, Way};
use lab2048_testing::cost::{cpu_of_children, peak_memory, wall_of};
use lab2048_testing::figures::Sample;
use lab2048_testing::workshop::Workshop;

/// All runs of one tool.
pub(crate) struct Row {
    tool: Tool,
    wall: Sample,
    /// Milliseconds of one run, the mean of all.
    pub(crate) cpu: f64,
    /// The highest in MiB.
    pub(crate) memory: f64,
}

impl Row {
    /// Milliseconds of the median run.
    pub(crate) fn median(&self) -> f64 {
        self.wall.percentile(50)
    }
}

/// Runs a command while the workshop goes on beside it; milliseconds.
async fn wall_beside(mut command: Command) -> f64 {
    tokio::task::spawn_blocking(move || wall_of(&mut command))
        .await
        .unwrap()
}

/// Runs all tools in turn on labs that are there, and prints a row for each. Nothing else runs meanwhile but, for a
/// plan, the two APIs; an apply asks the rest of the workshop, too.
pub(crate) async fn unchanged(bench: &Bench, workshop: &Workshop, verb: Verb, way: &Way, runs: usize) -> Vec<Row> {
    let tools = match verb {
        Verb::Plan => Tool::ALL,
        Verb::Apply | Verb::ApplyAndWait => Tool::APPLYING,
    };
    let mut walls = vec![Vec::new(); tools.len()];
    let mut cpus = vec![0.0; tools.len()];
    for run in 0..=runs {
        for (index, &tool) in tools.iter().enumerate() {
            let mut command = bench.command(&workshop.workdir, tool, verb, way);
            let before = cpu_of_children();
            let wall = match verb {
                Verb::Plan => wall_of(&mut command),
                Verb::Apply | Verb::ApplyAndWait => wall_beside(command).await,
            };
            // The first fills caches: the page cache, kubectl's discovery.
            if run > 0 {
                walls[index].push(wall);
                cpus[index] += (cpu_of_children() - before) * 1000.0;
            }
        }
    }
    let mut rows = Vec::new();
    for ((&tool, wall), cpu) in tools.iter().zip(walls).zip(cpus) {
        let mut command = bench.command(&workshop.workdir, tool, verb, way);
        let memory = tokio::task::spawn_blocking(move || peak_memory(&mut command));
        rows.push(Row {
            tool,
            wall: Sample::of(wall),
            cpu: cpu / f64::from(u32::try_from(runs).unwrap()),
            memory: memory.await.unwrap(),
        });
    }
    print(&rows);
    rows
}

fn print(rows: &[Row]) {
    println!("  tool       median ms     p90 ms   x kubectl     CPU ms   peak MiB");
    for row in rows {
        let (median, p90) = (row.median(), row.wall.percentile(90));
        let ratio = median / rows[1].median();
        let (name, cpu, memory) = (row.tool.name(), row.cpu, row.memory);
        println!("  {name:<8}{median:>12.0}{p90:>11.0}{ratio:>12.2}{cpu:>11.0}{memory:>11.1}");
    }
}

/// Applies a lab whose objects are not there, by each tool in turn; its role and its Fargate profile stay.
pub(crate) async fn new(bench: &Bench, workshop: &Workshop, way: &Way, runs: usize) {
    let mut walls = vec![Vec::new(); Tool::APPLYING.len()];
    for _ in 0..runs {
        for (index, &tool) in Tool::APPLYING.iter().enumerate() {
            let gone = workshop
                .plane
                .kubectl(&format!("delete namespace {}", tool.namespace()))
                .await;
            assert_eq!(gone.code, 0, "{}", gone.stderr);
            walls[index].push(wall_beside(bench.command(&workshop.workdir, tool, Verb::ApplyAndWait, way)).await);
        }
    }
    println!("  tool       median ms");
    for (tool, wall) in Tool::APPLYING.iter().zip(walls) {
        println!("  {:<8}{:>12.0}", tool.name(), Sample::of(wall).percentile(50));
    }
}

/// Applies a lab of which nothing is there; milliseconds of the median.
pub(crate) async fn from_nothing(bench: &Bench, workshop: &Workshop, way: &Way, runs: usize) -> f64 {
    let mut walls = Vec::new();
    for _ in 0..runs {
        workshop.workdir.call("destroy").await.exits(0);
        walls.push(wall_beside(bench.command(&workshop.workdir, Tool::Lab2048, Verb::Apply, way)).await);
    }
    Sample::of(walls).percentile(50)
}
