//! The explorer without a terminal: keys in, frames out. Tasks run as in the real one, each slot's on a
//! thread that sleeps until there is something to do.

use std::{
    array,
    sync::mpsc::{Receiver, Sender, channel},
};

use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use leaktui::{
    analysis::Analysis,
    job::Job,
    tui::{
        behind,
        draw::draw,
        event::{Effect, Event, Slot},
        state::State,
        theme::Theme,
        update::update,
    },
};
use ratatui::{Terminal, backend::TestBackend};

const WIDTH: u16 = 120;
const HEIGHT: u16 = 40;

pub(crate) struct Explorer {
    state: State,
    terminal: Terminal<TestBackend>,
    lanes: [Lane; Slot::COUNT],
    hear: Receiver<Event>,
}

impl Explorer {
    /// An explorer of a heap of which everything is known.
    pub(crate) fn of(known: &Analysis) -> Self {
        let theme = Theme { color: true, ascii: false };
        let (tell, hear) = channel();
        let mut explorer = Self {
            state: State::new(WIDTH, HEIGHT, theme, "bench.heapsnapshot".to_owned()),
            terminal: Terminal::new(TestBackend::new(WIDTH, HEIGHT)).expect("a test backend"),
            lanes: array::from_fn(|_| Lane::start(tell.clone())),
            hear,
        };
        let known = Box::new(known.clone());
        let total = known.total_size();
        explorer.take(Event::Known { at: 0, known, total, complete: true });
        explorer
    }

    /// Presses a key, takes in what has been worked out meanwhile, and draws.
    pub(crate) fn press(&mut self, key: KeyCode) {
        self.take(Event::Input(Input::Key(KeyEvent::new(key, KeyModifiers::NONE))));
        while let Ok(answer) = self.hear.try_recv() {
            self.take(answer);
        }
        let state = &self.state;
        self.terminal.draw(|frame| draw(state, frame)).expect("a test backend");
    }

    fn take(&mut self, event: Event) {
        for effect in update(&mut self.state, event) {
            if let Effect::Run { slot, request, task, known } = effect {
                let job = Job::default();
                let lane = &mut self.lanes[slot as usize];
                std::mem::replace(&mut lane.running, job.clone()).cancel();
                let work = move || {
                    let outcome = task.run(&known, &job).ok()?;
                    Some(Event::Done { slot, request, outcome })
                };
                lane.ask.send(Box::new(work)).expect("lanes last as long as the explorer");
            }
        }
    }
}

type Work = Box<dyn FnOnce() -> Option<Event> + Send>;

struct Lane {
    ask: Sender<Work>,
    /// What it is asked for last: a newer request cancels it.
    running: Job,
}

impl Lane {
    fn start(tell: Sender<Event>) -> Self {
        let (ask, asked) = channel::<Work>();
        // Nobody listens any more: the bench is over.
        behind::spawn(move || {
            asked.iter().filter_map(|work| work()).try_for_each(|done| tell.send(done)).ok()
        });
        Self { ask, running: Job::default() }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.running.cancel();
    }
}
