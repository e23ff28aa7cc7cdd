//! The game in headless Chromium.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::served::Served;
use lab2048_testing::Run;
use lab2048_testing::workshop::parts;

/// Drives the browser.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/clients/browser.py");

#[tokio::test]
async fn the_game_that_open_names_loads_takes_moves_and_outlives_a_reload_by_any_pod() {
    let served = Served::start_with_lab().await;
    let (mut server, log) = served.start_lab2048("open --print");
    let url = || {
        let output = std::fs::read_to_string(&log).unwrap_or_default();
        output
            .lines()
            .find(|line| line.starts_with("http://"))
            .map(str::to_owned)
    };
    server.wait(|| async { url().is_some() }).await;
    let url = url().unwrap();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");

    let mut browser = Command::new(parts::python("python3"));
    browser
        .arg(SCRIPT)
        .arg(parts::chromium())
        .arg(&url)
        .arg(served.path("profile"))
        .env("HOME", served.path(""));
    let seen = Run::beside(browser).await.exits(0).json();

    assert_eq!(seen["status"], 200, "{seen}");
    assert_eq!(
        (&seen["title"], &seen["language"]),
        (&json!("EKS Fargate의 2048"), &json!("ko"))
    );
    assert_eq!(seen["errors"], json!([]));
    let boards = seen["boards"].as_array().unwrap();
    let (first, last) = (&boards[0], &boards[boards.len() - 1]);
    assert_eq!(tiles(first).len(), 2, "a game begins with two tiles: {first}");
    assert_eq!(first["score"], 0);
    for pair in boards.windows(2) {
        check_move(&pair[0], &pair[1]);
    }
    assert!(last["score"].as_u64().unwrap() >= 4, "no two tiles were joined: {seen}");
    for part in ["cells", "score"] {
        assert_eq!(seen["reloaded"][part], last[part], "a reload keeps the game");
    }
    let pods: BTreeSet<_> = seen["pods"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(pods.len() > 1, "one pod has answered everything: {pods:?}");
    assert!(pods.iter().all(|pod| pod.starts_with("deployment-2048-")), "{pods:?}");
    assert_eq!(seen["counted"], pods.len());
    assert!(Path::new(SCRIPT).is_file());
}

/// After a move the tiles lie at the edge, except for the one that was added; or nothing has changed.
fn check_move(before: &Value, after: &Value) {
    if before["cells"] == after["cells"] {
        assert_eq!(before["score"], after["score"]);
        return;
    }
    let sum = |board: &Value| tiles(board).iter().map(|(_, value)| value).sum::<u64>();
    let added = sum(after) - sum(before);
    assert!(added == 2 || added == 4, "a move adds one tile: {before} {after}");
    let lines = |at: u64, key: &str| match key {
        "ArrowLeft" => (at / 4, at % 4),
        "ArrowRight" => (at / 4, 3 - at % 4),
        "KeyW" => (at % 4, at / 4),
        _ => (at % 4, 3 - at / 4),
    };
    let key = after["key"].as_str().unwrap();
    let mut depth = [0_u64; 4];
    let mut far = 0;
    let mut places: Vec<_> = tiles(after).into_iter().map(|(at, _)| lines(at, key)).collect();
    places.sort_unstable();
    for (line, place) in places {
        let line = usize::try_from(line).unwrap();
        if place != depth[line] {
            far += 1;
        }
        depth[line] = place + 1;
    }
    assert!(far <= 1, "{key} moved no tiles to the edge: {before} {after}");
}

/// Position and value of each tile.
fn tiles(board: &Value) -> Vec<(u64, u64)> {
    let cells = board["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 16, "{board}");
    (0..)
        .zip(cells)
        .filter_map(|(at, cell)| Some((at, cell.as_str()?.parse().ok()?)))
        .collect()
}
