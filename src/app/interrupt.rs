//! Ctrl-C in three steps.

use tokio::sync::watch;

use super::exit::Exit;

/// Counts Ctrl-C for the life of the process; the third ends it at once.
pub async fn listen(presses: watch::Sender<u8>) {
    let mut level = 0;
    loop {
        if tokio::signal::ctrl_c().await.is_err() {
            return;
        }
        level += 1;
        presses.send_replace(level);
        if level >= 3 {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    }
}
