//! Questions to whoever sits at the terminal.

use std::io;
use std::sync::Arc;
use std::thread;

use tokio::sync::oneshot;

/// Asks the user and returns the line typed; `None` at the end of the input.
pub type Prompt = Arc<dyn Fn(&str) -> io::Result<Option<String>> + Send + Sync>;

/// What the user types; nothing at the end of the input. It is read on a thread of its own: reading a terminal cannot be
/// cut short, and whoever waits for the answer must be free to give up.
pub async fn ask(prompt: &Prompt, question: String) -> io::Result<String> {
    let prompt = Arc::clone(prompt);
    let (typed, answer) = oneshot::channel();
    // Perhaps nobody waits for the answer any more.
    thread::spawn(move || drop(typed.send(prompt(&question))));
    let answer = answer.await.map_err(io::Error::other).flatten()?;
    Ok(answer.unwrap_or_default())
}
