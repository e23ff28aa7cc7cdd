//! A real pseudo-terminal of 80 columns and 24 lines: the live view, the prompt, Ctrl-C.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle, sleep};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use lab2048_testing::{SPEED, Workdir, binary};

/// How long something may take to appear before a test gives up; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program on a terminal.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    screen: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
    /// Kept open for as long as the program runs.
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    pub(crate) fn start(workdir: &Workdir, line: &str) -> Self {
        let size = PtySize {
            rows: 24,
            cols: 80,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(binary());
        command.args(line.split_whitespace());
        command.cwd(workdir.path(""));
        command.env_clear();
        workdir.variables().for_each(|(name, value)| command.env(name, value));
        if workdir.variables().all(|(name, _)| name != "TERM") {
            command.env("TERM", "xterm-256color");
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let mut output = pair.master.try_clone_reader().unwrap();
        let screen = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&screen);
        let reader = thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The end of the program ends its terminal, which Linux reports as an error.
            while let Ok(read @ 1..) = output.read(&mut buffer) {
                written.lock().unwrap().extend_from_slice(&buffer[..read]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self {
            child,
            keys,
            screen,
            reader,
            _master: pair.master,
        }
    }

    /// Waits until `text` has been written.
    pub(crate) fn wait_for(&self, text: &str) {
        let pause = Duration::from_millis(10);
        for _ in 0..PATIENCE.as_millis() / pause.as_millis() {
            if self.raw().contains(text) {
                return;
            }
            sleep(pause);
        }
        panic!("{text:?} does not appear:\n{}", self.raw());
    }

    fn raw(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap()).into_owned()
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits for the end: exit code, and everything written.
    pub(crate) fn end(mut self) -> (u32, String) {
        let code = self.child.wait().unwrap().exit_code();
        self.reader.join().unwrap();
        let written = String::from_utf8_lossy(&self.screen.lock().unwrap()).into_owned();
        (code, written)
    }
}

/// What was written, in lines, without escape sequences; a carriage return begins a new one.
fn lines(raw: &str) -> Vec<String> {
    let mut text = String::new();
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        if c != '\u{1b}' {
            text.push(c);
            continue;
        }
        if rest.next() == Some('[') {
            let _ = rest.by_ref().find(|c| ('@'..='~').contains(c));
        }
    }
    text.split(['\r', '\n'])
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether a colour or weight is ever set; the live view may move the cursor all the same.
fn colours(raw: &str) -> bool {
    raw.split("\u{1b}[").skip(1).any(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';');
        end.is_some_and(|end| rest[end..].starts_with('m'))
    })
}

#[test]
fn a_live_view_is_drawn_and_the_url_is_the_last_line() {
    let workdir = Workdir::with_speed("120");
    let (code, raw) = Terminal::start(&workdir, "apply").end();
    let lines = lines(&raw);
    assert_eq!(code, 0, "{lines:#?}");
    assert!(
        raw.contains("\u{1b}[1A") || raw.contains("\u{1b}[2K"),
        "nothing is ever redrawn"
    );
    assert!(colours(&raw), "no colour on a terminal");
    let last = lines.last().unwrap();
    assert!(
        last.starts_with("http://k8s-fargateg-") && last.ends_with(".elb.amazonaws.com"),
        "{last}"
    );
    // indicatif fills a line with blanks instead of ending it, so the terminal's edge may fall into one that was written
    // in one piece, but not into a word. Tables are as wide as their words.
    let cut: Vec<_> = lines
        .iter()
        .filter(|line| !line.contains(" fargate-ip-") && *line != last)
        .filter(|line| {
            let line: Vec<_> = line.chars().collect();
            line.windows(2).skip(79).step_by(80).any(|edge| !edge.contains(&' '))
        })
        .collect();
    assert!(cut.is_empty(), "wider than the terminal: {cut:#?}");
}

#[test]
fn no_color_is_no_colour() {
    for (name, value) in [("NO_COLOR", "1"), ("LAB2048_NO_COLOR", "true"), ("TERM", "dumb")] {
        let mut workdir = Workdir::new();
        workdir.set(name, value);
        let (code, raw) = Terminal::start(&workdir, "plan").end();
        assert_eq!(code, 0, "{raw}");
        assert!(!colours(&raw), "{name}: {raw:?}");
        assert!(
            name != "TERM" || !raw.contains('\u{1b}'),
            "a dumb terminal gets an escape: {raw:?}"
        );
    }
    let (_, raw) = Terminal::start(&Workdir::new(), "plan").end();
    assert!(colours(&raw), "{raw}");
}

#[test]
fn no_is_no_and_yes_is_yes() {
    let workdir = Workdir::new();
    let before = workdir.inventory();
    let ask = |answer: &str| {
        let mut terminal = Terminal::start(&workdir, "apply --set confirm=true");
        terminal.wait_for("Carry this out? [y/N]");
        terminal.press(answer);
        terminal.end()
    };
    for answer in ["n\r", "\r", "\u{4}"] {
        let (code, raw) = ask(answer);
        assert_eq!(code, 4, "{raw}");
        assert!(raw.contains("Nothing was changed."), "{raw}");
        assert_eq!(workdir.inventory(), before);
    }
    let (code, raw) = ask("y\r");
    assert_eq!(code, 0, "{raw}");
}

#[test]
fn a_lab_is_removed_only_by_its_name() {
    let workdir = Workdir::new();
    workdir.done("apply --set app.replicas=1");
    let ask = |answer: &str| {
        let mut terminal = Terminal::start(&workdir, "destroy --set confirm=true");
        terminal.wait_for("Type fargate-game-2048 to remove it:");
        terminal.press(answer);
        terminal.end()
    };
    assert_eq!(ask("y\r").0, 4);
    assert_eq!(workdir.done("status -o json").json()["state"], "ready");
    let (code, raw) = ask("fargate-game-2048\r");
    assert_eq!(code, 0, "{raw}");
}

#[test]
fn ctrl_c_at_the_prompt_ends_the_program() {
    let workdir = Workdir::new();
    let before = workdir.inventory();
    let mut terminal = Terminal::start(&workdir, "apply --set confirm=true");
    terminal.wait_for("Carry this out? [y/N]");
    terminal.press("\u{3}");
    let (code, raw) = terminal.end();
    assert_eq!(code, 130, "{raw}");
    assert_eq!(workdir.inventory(), before);
}

#[test]
fn ctrl_c_while_it_reads_ends_the_program() {
    for verb in ["plan", "apply", "status"] {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", silent.local_addr().unwrap());
        let mut workdir = Workdir::new();
        for (name, value) in [
            ("LAB2048_ENV", "workshop"),
            ("AWS_REGION", "ap-northeast-2"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_ENDPOINT_URL", &endpoint),
        ] {
            workdir.set(name, value);
        }
        let mut terminal = Terminal::start(&workdir, verb);
        let _asked = silent.accept().unwrap();
        terminal.press("\u{3}");
        let (code, raw) = terminal.end();
        assert_eq!(code, 130, "{verb}: {raw}");
        assert!(raw.contains("interrupted before anything was changed"), "{verb}: {raw}");
    }
}

/// Presses Ctrl-C so often while the profile is made, and runs the same again afterwards: what was printed, and the state
/// that the profile was left in.
fn interrupted(presses: usize) -> (String, String) {
    let mut workdir = Workdir::with_speed("30");
    let mut terminal = Terminal::start(&workdir, "apply");
    terminal.wait_for("CREATING: EKS");
    for _ in 0..presses {
        terminal.press("\u{3}");
        // Two at once are one to the kernel: a signal that is pending is not counted.
        sleep(Duration::from_millis(150));
    }
    let (code, raw) = terminal.end();
    assert_eq!(code, 130, "{presses} presses: {raw}");
    let left = workdir.inventory()["profiles"][0]["status"].clone();
    workdir.set("LAB2048_SET_SANDBOX_SPEED", SPEED);
    workdir.done("apply");
    workdir.done("plan --detailed-exitcode");
    (lines(&raw).join("\n"), left.as_str().unwrap_or_default().to_owned())
}

#[test]
fn one_ctrl_c_lets_what_runs_finish_and_lists_what_is_there() {
    let (printed, profile) = interrupted(1);
    assert!(printed.to_lowercase().contains("run the same"), "{printed}");
    assert_eq!(profile, "ACTIVE", "it was waited for");
}

#[test]
fn two_drop_the_waits_and_list_what_is_there() {
    let (printed, profile) = interrupted(2);
    assert!(printed.to_lowercase().contains("run the same"), "{printed}");
    assert_eq!(profile, "CREATING", "it was not waited for");
}

#[test]
fn three_end_it_at_once() {
    let (_, profile) = interrupted(3);
    assert_eq!(profile, "CREATING", "it was not waited for");
}
