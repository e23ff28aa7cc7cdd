//! Ctrl-C in three steps.

use tokio::sync::watch;

use super::exit::Exit;

/// Completes once the user has pressed Ctrl-C. A sender that is gone cannot: the process is ended from outside then.
pub(super) async fn pressed(mut interrupts: watch::Receiver<u8>) {
    if interrupts.wait_for(|level| *level > 0).await.is_err() {
        std::future::pending::<()>().await;
    }
}

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
