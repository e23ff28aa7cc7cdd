//! A real pseudo-terminal with an emulator behind it: the live view, keys and resizing meanwhile, the prompt, Ctrl-C.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle, sleep};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::termios::{LocalModes, tcgetattr};

use lab2048_testing::{SPEED, Workdir, binary};

/// How long something may take to appear before a test gives up; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lines of every terminal.
const ROWS: u16 = 24;

/// The program on a terminal.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    written: Arc<Mutex<Vec<u8>>>,
    emulator: Arc<Mutex<vt100::Parser>>,
    reader: JoinHandle<()>,
    /// Kept open for as long as the program runs, or is asked for its modes.
    master: Box<dyn MasterPty + Send>,
}

/// What a program leaves on its terminal.
pub(crate) struct Left {
    pub(crate) code: u32,
    /// Everything it has written.
    pub(crate) raw: String,
    /// What can be seen in the end, with what has scrolled away.
    pub(crate) screen: Vec<String>,
    /// Whether the terminal shows what is typed.
    pub(crate) echoes: bool,
}

fn size(columns: u16) -> PtySize {
    PtySize {
        rows: ROWS,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

impl Terminal {
    pub(crate) fn start(workdir: &Workdir, line: &str) -> Self {
        Self::of_columns(80, workdir, line)
    }

    pub(crate) fn of_columns(columns: u16, workdir: &Workdir, line: &str) -> Self {
        let pair = native_pty_system().openpty(size(columns)).unwrap();
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
        let written = Arc::new(Mutex::new(Vec::new()));
        let emulator = Arc::new(Mutex::new(vt100::Parser::new(ROWS, columns, 1000)));
        let (kept, emulated) = (Arc::clone(&written), Arc::clone(&emulator));
        let reader = thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The end of the program ends its terminal, which Linux reports as an error.
            while let Ok(read @ 1..) = output.read(&mut buffer) {
                let bytes = &buffer[..read];
                emulated.lock().unwrap().process(bytes);
                kept.lock().unwrap().extend_from_slice(bytes);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self {
            child,
            keys,
            written,
            emulator,
            reader,
            master: pair.master,
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

    /// Waits until `text` is on the screen: what is drawn there is written character by character.
    pub(crate) fn wait_to_see(&self, text: &str) {
        let pause = Duration::from_millis(10);
        for _ in 0..PATIENCE.as_millis() / pause.as_millis() {
            if self.screen().iter().any(|line| line.contains(text)) {
                return;
            }
            sleep(pause);
        }
        panic!("{text:?} is not to be seen:\n{:#?}", self.screen());
    }

    fn raw(&self) -> String {
        String::from_utf8_lossy(&self.written.lock().unwrap()).into_owned()
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Makes the terminal as wide, as a window that is dragged: the emulator first, then the program is told.
    fn resize(&self, columns: u16) {
        self.emulator.lock().unwrap().screen_mut().set_size(ROWS, columns);
        self.master.resize(size(columns)).unwrap();
    }

    /// Sends the signal of this name.
    fn signal(&self, name: &str) {
        let process = self.child.process_id().unwrap().to_string();
        let sent = Command::new("kill").args(["-s", name, &process]).status().unwrap();
        assert!(sent.success());
    }

    /// Whether it shows what is typed.
    pub(crate) fn echoes(&self) -> bool {
        let terminal = File::open(self.master.tty_name().unwrap()).unwrap();
        let modes = tcgetattr(&terminal).unwrap();
        modes.local_modes.contains(LocalModes::ECHO)
    }

    /// What can be seen now.
    pub(crate) fn screen(&self) -> Vec<String> {
        seen(&mut self.emulator.lock().unwrap())
    }

    /// Waits for the end, and looks at what is left.
    pub(crate) fn leaves(mut self) -> Left {
        // Held open, so that the end of the program does not end the terminal.
        let terminal = File::open(self.master.tty_name().unwrap()).unwrap();
        let code = self.child.wait().unwrap().exit_code();
        let echoes = self.echoes();
        drop(terminal);
        self.reader.join().unwrap();
        let raw = String::from_utf8_lossy(&self.written.lock().unwrap()).into_owned();
        let screen = seen(&mut self.emulator.lock().unwrap());
        Left {
            code,
            raw,
            screen,
            echoes,
        }
    }

    /// Waits for the end: exit code, and everything written.
    pub(crate) fn end(self) -> (u32, String) {
        let Left { code, raw, .. } = self.leaves();
        (code, raw)
    }
}

/// What has scrolled away and what is on the screen, without the blank lines at its end.
fn seen(emulator: &mut vt100::Parser) -> Vec<String> {
    let screen = emulator.screen_mut();
    let (_, columns) = screen.size();
    screen.set_scrollback(usize::MAX);
    let mut lines = Vec::new();
    for depth in (1..=screen.scrollback()).rev() {
        screen.set_scrollback(depth);
        lines.extend(screen.rows(0, columns).next());
    }
    screen.set_scrollback(0);
    lines.extend(screen.rows(0, columns));
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    lines
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
fn a_live_view_is_drawn_and_the_url_is_in_one_piece() {
    let workdir = Workdir::with_speed("120");
    let (code, raw) = Terminal::start(&workdir, "apply").end();
    let lines = lines(&raw);
    assert_eq!(code, 0, "{lines:#?}");
    let goes_up = |rest: &str| rest.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('A');
    assert!(raw.split("\u{1b}[").any(goes_up), "nothing is ever redrawn");
    assert!(colours(&raw), "no colour on a terminal");
    // Behind it are the commands that can come next.
    let last = lines.iter().rfind(|line| line.starts_with("http")).unwrap();
    assert!(
        last.starts_with("http://k8s-fargateg-") && last.ends_with(".elb.amazonaws.com"),
        "{last}"
    );
    // Tables are as wide as their words.
    let wide: Vec<_> = lines
        .iter()
        .filter(|line| !line.contains(" fargate-ip-") && *line != last && line.chars().count() > 80)
        .collect();
    assert!(wide.is_empty(), "wider than the terminal: {wide:#?}");
}

/// The words of a screen without what differs from run to run: times, counts, names that are drawn; in order of the
/// alphabet, as steps end in one order or another.
fn words(screen: &[String]) -> Vec<String> {
    let text = screen.join(" ");
    // Bars are as long as things took.
    let words = text.split_whitespace().filter(|word| !word.starts_with(['[', '━']));
    let mut words: Vec<_> = words
        .map(|word| {
            let is_number = word.chars().all(|c| c.is_ascii_digit() || "hms:,.()]".contains(c));
            let is_drawn = word.starts_with("deployment-2048-") || word.contains("ip-10-11-") || word.contains("://");
            if is_number || is_drawn {
                "#".to_owned()
            } else {
                word.chars().filter(|c| !c.is_ascii_digit()).collect()
            }
        })
        .collect();
    words.sort();
    words.dedup();
    words
}

/// `apply` on a terminal of so many columns, while `disturb` is done to it.
fn applied(columns: u16, disturb: impl Fn(&mut Terminal)) -> Left {
    let workdir = Workdir::with_speed("60");
    let mut terminal = Terminal::of_columns(columns, &workdir, "apply");
    terminal.wait_for("profile fargate-game");
    assert!(!terminal.echoes(), "keys are shown while the view is on");
    disturb(&mut terminal);
    let left = terminal.leaves();
    assert_eq!(left.code, 0, "{}", left.raw);
    assert!(left.echoes, "keys are not shown again");
    let moving = |c| ('\u{2800}'..='\u{28ff}').contains(&c);
    assert!(!left.screen.concat().contains(moving), "{:#?}", left.screen);
    left
}

#[test]
fn keys_and_resizing_leave_nothing_on_the_screen() {
    let typed = |terminal: &mut Terminal| {
        for _ in 0..8 {
            terminal.press("\r");
            sleep(Duration::from_millis(60));
            terminal.press("zyx");
        }
    };
    let resized = |columns: u16| {
        move |terminal: &mut Terminal| {
            for to in [120, 50, 200, 30, 80, 41, columns] {
                terminal.resize(to);
                terminal.press("\r");
                sleep(Duration::from_millis(70));
            }
        }
    };
    thread::scope(|scope| {
        for columns in [40, 80, 120] {
            scope.spawn(move || {
                let alone = applied(columns, |_| ());
                let disturbed = applied(columns, typed);
                assert_eq!(
                    words(&alone.screen),
                    words(&disturbed.screen),
                    "{columns} columns, keys"
                );
                assert!(!disturbed.raw.contains("zyx"));
                let lines = |left: &Left| left.screen.iter().filter(|line| line.trim().is_empty()).count();
                assert_eq!(lines(&alone), lines(&disturbed), "{:#?}", disturbed.screen);
            });
            scope.spawn(move || {
                let alone = applied(columns, |_| ());
                let disturbed = applied(columns, resized(columns));
                // The emulator cuts lines when it is made narrower, so what has passed is looked for in what was written.
                let passed = lines(&disturbed.raw).join(" ");
                let passed = passed.split_whitespace().collect::<Vec<_>>().join(" ");
                for step in ["namespace", "role", "service", "ingress", "profile", "deployment"] {
                    let done = passed.split(step).filter(|after| {
                        let mut after = after.split_whitespace();
                        after.nth(1).is_some_and(|word| word == "created")
                    });
                    assert_eq!(done.count(), 1, "{columns} columns, {step}: {passed}");
                }
                let end = |left: &Left| {
                    let done = left.screen.iter().position(|line| line.starts_with("Done:"));
                    words(&left.screen[done.unwrap()..])
                };
                assert_eq!(end(&alone), end(&disturbed), "{columns} columns, resized");
                let stale = disturbed
                    .screen
                    .iter()
                    .filter(|line| line.contains("CREATING") || line.contains("of at most"));
                assert_eq!(stale.count(), 0, "{:#?}", disturbed.screen);
            });
        }
    });
}

#[test]
fn the_terminal_is_put_back_however_the_run_ends() {
    for (signal, times) in [("INT", 2), ("INT", 3), ("TERM", 2), ("HUP", 3)] {
        let workdir = Workdir::with_speed("30");
        let terminal = Terminal::start(&workdir, "apply");
        terminal.wait_for("CREATING: EKS");
        assert!(!terminal.echoes());
        for _ in 0..times {
            terminal.signal(signal);
            sleep(Duration::from_millis(150));
        }
        let left = terminal.leaves();
        assert_eq!(left.code, 130, "{signal}: {}", left.raw);
        assert!(left.echoes, "{signal}");
        assert!(
            !left.screen.concat().contains("CREATING: EKS"),
            "{signal}: {:#?}",
            left.screen
        );
    }
    let workdir = Workdir::new();
    workdir.done("sandbox break dns-off");
    let left = Terminal::start(&workdir, "apply").leaves();
    assert_eq!((left.code, left.echoes), (3, true), "{}", left.raw);
}

#[test]
fn an_interrupted_call_says_so_on_a_line_of_its_own() {
    let workdir = Workdir::new();
    let mut terminal = Terminal::start(&workdir, "apply --set confirm=true");
    terminal.wait_for("Carry this out? [y/N]");
    assert!(terminal.echoes(), "an answer is shown");
    terminal.press("\u{3}");
    let left = terminal.leaves();
    assert_eq!(left.code, 130);
    assert!(
        left.screen.iter().any(|line| line.starts_with("error: interrupted")),
        "{:#?}",
        left.screen
    );
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
        assert!(raw.contains("othing was changed."), "{raw}");
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
    let count = |text: &str| printed.matches(text).count();
    assert_eq!(count("Run the same"), 1, "{printed}");
    assert!(
        printed.contains("profile fargate-game-2048 still CREATING in AWS; not waited for"),
        "{printed}"
    );
    for word in ["error:", "left behind", "costing"] {
        assert_eq!(count(word), 0, "{word}: {printed}");
    }
    assert!(
        printed.contains("Not finished: ") && printed.contains(" of 6 created"),
        "{printed}"
    );
    assert_eq!(profile, "CREATING", "it was not waited for");
}

#[test]
fn three_end_it_at_once() {
    let (_, profile) = interrupted(3);
    assert_eq!(profile, "CREATING", "it was not waited for");
}
