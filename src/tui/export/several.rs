//! Rows about several snapshots: constructors and objects compared, fields before and after, growth.

use super::{
    heap::{class_name, id, name, retained},
    value::Value,
};
use crate::{
    analysis::{
        Analysis,
        compare::{Figures, Row as Difference},
        growth::GrowthRow,
    },
    heap::NodeIx,
    tui::pair::{self, Age, Change, Fate, Field as Both, Pair},
    words,
};

pub(super) fn change<'a>(pair: &'a Pair, row: &'a Difference) -> Vec<Value<'a>> {
    let found = &pair.found;
    let by_object = found.is_by_object();
    let only = |value: Value<'a>| if by_object { value } else { Value::Null };
    let (delta, size_delta) = if by_object {
        (row.count_delta(), row.size_delta())
    } else {
        (row.after.count as i64 - row.before.count as i64, row.shallow_delta())
    };
    let mut values = vec![
        Value::text(found.name(row)),
        Value::text(row.key.as_str()),
        only(Value::Count(row.new as u64)),
        only(Value::Count(row.deleted as u64)),
        Value::Change(delta),
        only(Value::Bytes(row.allocated)),
        only(Value::Bytes(row.freed)),
        Value::BytesChange(size_delta),
        Value::Flag(row.is_noise),
    ];
    values.extend(figures(&row.before).into_iter().chain(figures(&row.after)));
    values
}

fn figures(figures: &Figures) -> [Value<'static>; 3] {
    [Value::Count(figures.count as u64), Value::Bytes(figures.shallow), Value::Bytes(figures.retained)]
}

pub(super) fn fate(pair: &Pair, fate: Fate) -> Vec<Value<'_>> {
    let (age, node) = fate.home();
    let known = pair.known(age);
    let (called, then, now) = match fate {
        Fate::New(node) => ("new", None, Some(node)),
        Fate::Deleted(node) => ("deleted", Some(node), None),
        Fate::Kept(then, now) => ("kept", Some(then), Some(now)),
    };
    let sizes = |age, node: Option<NodeIx>| {
        let known = pair.known(age);
        let shallow = Value::maybe(node, |node| Value::Bytes(known.shallow(node)));
        [shallow, Value::maybe(node, |node| retained(known, node))]
    };
    let mut values = vec![Value::text(called), id(known, node), class_name(known, node), name(known, node)];
    values.extend(sizes(Age::Older, then).into_iter().chain(sizes(Age::Newer, now)));
    values
}

pub(super) fn both<'a>(pair: &'a Pair, field: &Both) -> Vec<Value<'a>> {
    let change = match field.change {
        Change::Came => "came",
        Change::Went => "went",
        Change::Elsewhere => "elsewhere",
        Change::Same => "same",
    };
    let side = |age| -> [Value<'a>; 3] {
        let known = pair.known(age);
        match pair::target(pair, age, field) {
            Some(node) => [id(known, node), name(known, node), retained(known, node)],
            None => [Value::Null, Value::Null, Value::Null],
        }
    };
    let mut values = vec![Value::text(pair::field_name(pair, field)), Value::text(change)];
    values.extend(side(Age::Older).into_iter().chain(side(Age::Newer)));
    values
}

pub(super) fn grown<'a>(known: &Analysis, row: &'a GrowthRow) -> Vec<Value<'a>> {
    let text = |text: &'a Option<String>| Value::maybe(text.as_deref(), Value::text);
    vec![
        Value::text(row.what.as_str()),
        Value::text(row.kind.name()),
        Value::Counts(row.counts.as_slice().into()),
        Value::BytesChange(row.retained_growth()),
        Value::BytesChange(row.exclusive),
        Value::text(row.chain.as_str()),
        Value::maybe(row.example, |node| id(known, node)),
        Value::text(row.verdict.name()),
        Value::maybe(row.verdict.fit(), Value::Fraction),
        text(&row.class),
        text(&row.module),
        Value::Count(row.new as u64),
        Value::Count(row.deleted as u64),
        Value::Count(row.holders as u64),
        Value::text(words::growth(row)),
    ]
}
