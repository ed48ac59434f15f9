//! The explorer without a terminal: keys in, frames out, tasks on threads as in the real one.

use std::{
    sync::mpsc::{Receiver, Sender, channel},
    thread,
};

use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use leaktui::{
    analysis::Analysis,
    job::Job,
    tui::{
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
    /// What each slot runs: a newer request cancels it.
    running: [Job; Slot::COUNT],
    tell: Sender<Event>,
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
            running: Default::default(),
            tell,
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
                std::mem::replace(&mut self.running[slot as usize], job.clone()).cancel();
                let tell = self.tell.clone();
                thread::spawn(move || {
                    if let Ok(outcome) = task.run(&known, &job) {
                        // Nobody listens any more: the bench is over.
                        tell.send(Event::Done { slot, request, outcome }).ok();
                    }
                });
            }
        }
    }
}
