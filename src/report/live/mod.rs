//! The live view on a terminal: the steps under way with their pods, those to come and on what they wait, what can be learned meanwhile,
//! and a line for the whole; finished ones pass above it. Of a class a line for each lab; a lab that is watched as `status` shows it.
//!
//! What it shows is a pure fold of events; a thread draws it again eight times a second, also while the run computes. Elapsed
//! times are those of the run's clock, which on the sandbox is faster than the wall's: between two events they go on at the
//! pace of that clock.

mod bar;
mod class;
mod painter;
mod pods;
mod row;
mod screen;
mod state;
mod teach;
mod watched;
mod whole;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;

pub use self::class::ClassScene;
pub use self::painter::DrawnLine;
use self::painter::Painter;
pub use self::screen::{Screen, ScreenSize};
pub use self::state::LiveState;
pub use self::watched::StatusScene;
use super::style::Style;
use crate::event::Record;

/// How often the view is drawn again.
const REDRAW: Duration = Duration::from_millis(125);

/// Draws a [`LiveState`].
pub struct LiveView {
    shared: Arc<Shared>,
    drawing: Option<JoinHandle<()>>,
}

/// What the drawing thread and the run have in common.
struct Shared {
    drawn: Mutex<Drawn>,
    ended: Condvar,
}

struct Drawn {
    state: LiveState,
    scene: Scene,
    painter: Painter,
    style: Style,
    /// The time of the last event, and when that was by the wall.
    clock: Option<(Timestamp, Instant)>,
    /// Seconds of the run's clock in one of the wall's.
    speed: f64,
    frame: usize,
    /// Whether the terminal is somebody else's until the next event.
    is_yielded: bool,
    has_ended: bool,
}

/// What is shown.
enum Scene {
    /// One run.
    Run,
    /// A class.
    Class(ClassScene),
    /// A lab that is looked at again and again.
    Status(Box<StatusScene>),
}

impl LiveView {
    /// A view on this terminal.
    pub fn new(screen: Box<dyn Screen>, style: Style, verbose: u8) -> Self {
        let shared = Arc::new(Shared {
            drawn: Mutex::new(Drawn::new(screen, style, verbose)),
            ended: Condvar::new(),
        });
        let drawing = Arc::clone(&shared);
        // Without the thread the view is drawn at each event.
        let drawing = thread::Builder::new().spawn(move || drawing.keep_drawing()).ok();
        Self { shared, drawing }
    }

    /// Tells how fast the run's clock is.
    pub fn set_speed(&mut self, speed: f64) {
        self.shared.lock().speed = speed;
    }

    /// Columns of the terminal, as it is now.
    pub fn width(&self) -> usize {
        self.shared.lock().painter.size().columns
    }

    /// Takes one event in.
    pub fn event(&mut self, record: &Record) {
        self.shared.lock().event(record, now());
    }

    /// From now on a class is shown, in place of one run.
    pub fn show_class(&mut self, class: ClassScene, at: Timestamp) {
        self.shared.lock().scene = Scene::Class(class);
        self.change_class(at, |_| {});
    }

    /// Changes what is shown of the class. It is drawn when it is its time: of many labs much is told.
    pub fn change_class(&mut self, at: Timestamp, change: impl FnOnce(&mut ClassScene)) {
        let mut drawn = self.shared.lock();
        let wall = now();
        drawn.clock = Some((at, wall));
        drawn.is_yielded = false;
        if let Scene::Class(class) = &mut drawn.scene {
            change(class);
        }
        if self.drawing.is_none() {
            drawn.draw(wall);
        }
    }

    /// Whether a class is shown.
    pub fn shows_class(&self) -> bool {
        matches!(self.shared.lock().scene, Scene::Class(_))
    }

    /// From now on a lab is shown as it was seen.
    pub fn show_status(&mut self, scene: StatusScene, at: Timestamp) {
        let mut drawn = self.shared.lock();
        let wall = now();
        drawn.clock = Some((at, wall));
        drawn.is_yielded = false;
        drawn.scene = Scene::Status(Box::new(scene));
        drawn.draw(wall);
    }

    /// Takes the class, or the lab, from the screen.
    pub fn end_scene(&mut self) {
        self.shared.lock().scene = Scene::Run;
        self.yield_terminal();
    }

    /// Lets `write` write to the terminal without disturbing the view.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        let mut drawn = self.shared.lock();
        drawn.painter.clear();
        let written = write();
        drawn.draw(now());
        written
    }

    /// Leaves the terminal to whoever asks something there, until the next event.
    pub fn yield_terminal(&mut self) {
        let mut drawn = self.shared.lock();
        drawn.is_yielded = true;
        drawn.painter.release();
    }

    /// A way for lines to pass above the view from elsewhere.
    pub fn passer(&self) -> Passer {
        Passer(Arc::clone(&self.shared))
    }

    /// Whether the terminal is somebody else's until the next event.
    pub fn is_yielded(&self) -> bool {
        self.shared.lock().is_yielded
    }
}

/// Lets lines pass above a view.
pub struct Passer(Arc<Shared>);

impl Passer {
    /// Writes whole lines that stay.
    pub fn pass(&self, lines: &str) {
        let mut drawn = self.0.lock();
        drawn.painter.pass(lines);
        drawn.draw(now());
    }
}

impl Drop for LiveView {
    /// Takes everything from the screen that is still under way.
    fn drop(&mut self) {
        let mut drawn = self.shared.lock();
        drawn.has_ended = true;
        drawn.painter.release();
        drop(drawn);
        self.shared.ended.notify_all();
        if let Some(drawing) = self.drawing.take() {
            // It has nothing to say.
            let _ = drawing.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Drawn> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Draws until the view is gone.
    fn keep_drawing(&self) {
        let mut drawn = self.lock();
        while !drawn.has_ended {
            drawn.frame += 1;
            drawn.draw(now());
            let waited = self.ended.wait_timeout(drawn, REDRAW);
            drawn = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drawn {
    fn new(screen: Box<dyn Screen>, style: Style, verbose: u8) -> Self {
        Self {
            state: LiveState::new(verbose),
            scene: Scene::Run,
            painter: Painter::new(screen),
            style,
            clock: None,
            speed: 1.0,
            frame: 0,
            is_yielded: true,
            has_ended: false,
        }
    }

    fn event(&mut self, record: &Record, wall: Instant) {
        let style = self.style();
        self.clock = Some((record.at, wall));
        self.is_yielded = false;
        if let Some(lines) = self.state.fold(record, &style) {
            self.painter.pass(&lines);
        }
        self.draw(wall);
    }

    /// How text is dressed at the width that the terminal has now.
    fn style(&self) -> Style {
        Style {
            width: self.painter.size().columns,
            ..self.style
        }
    }

    fn draw(&mut self, wall: Instant) {
        let Some((at, read)) = self.clock else { return };
        if self.is_yielded || self.has_ended {
            return;
        }
        let since = wall.saturating_duration_since(read).mul_f64(self.speed);
        let now = at.checked_add(since).unwrap_or(at);
        let size = self.painter.size();
        let lines = match &self.scene {
            Scene::Class(class) => class.drawn(now, size, self.style.language),
            Scene::Status(status) => status.drawn(size, &self.style),
            Scene::Run => self.state.drawn(now, self.frame, size, self.style.language),
        };
        self.painter.draw(lines, &self.style());
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a screen is redrawn by the wall's clock, however fast the run's own is"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests;
