//! What the mouse does: the window on top has it, then the list, then the pane under the pointer.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::{
    apart::NOTCH,
    chooser,
    layout::Layout,
    series,
    state::{State, Top},
    travel,
    update::{with_aspects, with_heap},
    view::View,
    window,
};

/// Takes a click or a turn of the wheel.
pub(super) fn point(state: &mut State, mouse: MouseEvent) {
    if state.top() == Top::Prompt && matches!(mouse.kind, MouseEventKind::Down(_)) {
        // What is typed is about what the screen showed when it was asked for.
        return;
    }
    let layout = state.layout();
    let (x, y) = (mouse.column, mouse.row);
    if let Some(dialog) = state.dialogs.last_mut() {
        match mouse.kind {
            MouseEventKind::ScrollUp => dialog.wheel(-1, layout.body),
            MouseEventKind::ScrollDown => dialog.wheel(1, layout.body),
            MouseEventKind::Down(MouseButton::Left) if dialog.click((x, y), layout.body) => {
                travel::traced(state, window::choose);
            }
            _ => {}
        }
        return;
    }
    if state.chooser.is_some() {
        return chooser::point(state, mouse);
    }
    match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => {
            state.status = None;
            travel::traced(state, |state| click(state, &layout, (x, y)));
        }
        MouseEventKind::ScrollUp => wheel(state, &layout, (x, y), -NOTCH),
        MouseEventKind::ScrollDown => wheel(state, &layout, (x, y), NOTCH),
        _ => {}
    }
}

fn click(state: &mut State, layout: &Layout, (x, y): (u16, u16)) {
    match state.view {
        View::Growth => {
            series::with_growth(state, |growth, cx| growth.click(layout, x, y, cx));
        }
        View::Compare => {
            let reply = state.compare.click(layout, x, y, &mut state.desk);
            travel::reply(state, reply);
        }
        View::Explore => with_heap(state, |explore, cx| explore.click(layout, x, y, cx)),
        View::Aspect(aspect) => {
            with_aspects(state, |aspects, cx| aspects.click(aspect, layout, (x, y), cx));
        }
    }
}

fn wheel(state: &mut State, layout: &Layout, at: (u16, u16), rows: isize) {
    match state.view {
        View::Growth => {
            series::with_growth(state, |growth, cx| growth.scroll(layout, at, rows, cx));
        }
        View::Compare => state.compare.scroll(layout, at, rows, &mut state.desk),
        View::Explore => with_heap(state, |explore, cx| explore.scroll(layout, at, rows, cx)),
        View::Aspect(aspect) => {
            with_aspects(state, |aspects, cx| aspects.scroll(aspect, layout, at, rows, cx));
        }
    }
}
