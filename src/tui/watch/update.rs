//! What keys and news do to a watch.

use std::path::PathBuf;

use super::{Ask, Ending, Event, Mark, News, SCOPES, State, Work};
use crate::{
    format, text,
    tui::{
        apart::{self, Effect, Meaning},
        dialog::{Dialog, Topic},
        keymap::Action,
        theme::Role,
    },
};

/// Takes one event in; answers what shall be done about it.
pub(super) fn update(state: &mut State, event: Event<News>) -> Vec<Effect<Ask>> {
    match event {
        Event::Copied(copied) => state.front.copied(&copied),
        Event::News(news) => learn(state, news),
        Event::Input(input) => {
            let idle = state.idle();
            if let Meaning::Act(action) = state.front.meaning(&input, SCOPES, &idle) {
                return act(state, action);
            }
        }
    }
    Vec::new()
}

fn act(state: &mut State, action: Action) -> Vec<Effect<Ask>> {
    let mut ask = |work: Work, ask: Ask| {
        state.work = Some(work);
        vec![Effect::Ask(ask)]
    };
    match action {
        Action::Snapshot => return ask(Work::Asking, Ask::Cost),
        Action::Accept => return ask(Work::Taking(None), Ask::Snapshot),
        Action::Collect => return ask(Work::Collecting, Ask::Collect),
        Action::Cancel => state.work = None,
        Action::Clear if state.work.is_some() => {
            // Of a snapshot it is told what became of it; all else is merely not waited for.
            state.work.take_if(|work| !matches!(work, Work::Taking(_)));
            return vec![Effect::Ask(Ask::GiveUp)];
        }
        Action::Clear => drop(state.marks.pop()),
        Action::MarkTime => {
            state.numbers += 1;
            let sign = char::from_digit(state.numbers % 10, 10).unwrap_or('m');
            mark(state, sign, format!("mark {}", state.numbers));
        }
        Action::Copy => return vec![Effect::Copy(state.verdict().join("\n"), "the verdict".to_owned())],
        Action::OpenTaken => {
            state.opens = true;
            return vec![Effect::Quit];
        }
        _ => return apart::general(action).into_iter().collect(),
    }
    Vec::new()
}

/// Marks the time of the newest sample.
fn mark(state: &mut State, sign: char, what: String) {
    if let Some(&sample) = state.course.last() {
        state.marks.push(Mark { sign, what, sample });
    }
}

fn learn(state: &mut State, news: News) {
    if !matches!(news, News::Silent(_) | News::Progress(_) | News::Failed(_)) {
        state.silent = None;
    }
    match news {
        News::Sampled(sample) => state.course.push(sample),
        News::Silent(time) => state.silent = Some(time),
        News::Cost(cost) if state.work == Some(Work::Asking) && !state.is_asked() => {
            let lines = [cost, "Take it? y takes it, n does not.".to_owned()];
            state.front.dialogs.push(Dialog::question("A snapshot", &lines));
        }
        News::Cost(_) => {}
        News::Collected => {
            // Something else may be going on, if this was given up and came to pass all the same.
            state.work.take_if(|work| *work == Work::Collecting);
            mark(state, 'g', "garbage was collected".to_owned());
        }
        News::Progress(progress) => {
            if let Some(Work::Taking(known)) = &mut state.work {
                *known = Some(progress);
                state.silent = None;
            }
        }
        News::Taken(taken) => {
            state.work = None;
            took(state, taken);
        }
        News::Failed(why) => {
            // A snapshot tells by itself what became of it.
            state.work.take_if(|work| !matches!(work, Work::Taking(_)));
            state.front.say(Role::Bad, text::clean(&why));
        }
        News::Ended { why, good } => {
            state.work = None;
            state.front.dialogs.retain(|dialog| dialog.topic != Topic::Question);
            state.ending = Some(Ending { why: text::clean(&why).into_owned(), good });
        }
    }
}

fn took(state: &mut State, taken: Result<(PathBuf, u64), String>) {
    match taken {
        Ok((path, bytes)) => {
            mark(state, 'c', "the snapshot".to_owned());
            let name = path.display().to_string();
            let said = format!("wrote {}, {}; o explores it", text::clean(&name), format::bytes(bytes));
            state.front.say(Role::Good, said);
            state.taken.push((path, bytes));
        }
        Err(why) => state.front.say(Role::Bad, format!("no snapshot: {}", text::clean(&why))),
    }
}
