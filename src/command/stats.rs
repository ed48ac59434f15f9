//! `leaktui stats FILE`: what the heap is made of, as DevTools' Statistics view divides it, and the
//! largest of each part, node types, realms, and what nothing holds.

use super::{CommandError, Opened, Output, json, output::Column, rows};
use crate::{
    analysis::{
        composition::{self, Composition, Sum},
        statistics::Statistics,
    },
    cli::StatsArgs,
    format,
    heap::NodeIx,
    job::Job,
};

const COLUMNS: [Column; 2] = [("Bytes", 10), ("Share", 6)];
const TYPE_COLUMNS: [Column; 2] = [("Count", 10), ("Bytes", 10)];
const REALM_COLUMNS: [Column; 1] = [("Bytes", 10)];

/// How many of the largest members of each part are named unless told.
const LARGEST: usize = 3;

pub(super) fn run(args: &StatsArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let opened = Opened::file(&args.file)?;
    let found = composition::of(&opened.known, args.limit.unwrap_or(LARGEST), &Job::default())?;
    if args.json {
        let body = record(&opened, &found);
        let total = json::Total {
            rows: body.categories.len(),
            count: opened.known.heap.node_count(),
            shallow: found.statistics.total,
        };
        return Ok(json::write_line(to.out, &opened.document("stats", total, body))?);
    }
    rows::title(&opened, to, "")?;
    table(&found.statistics, to)?;
    largest(&opened, &found, to)?;
    types(&opened, &found, to)?;
    realms(&opened, &found, to)?;
    lost(&opened, &found, to)
}

pub(super) fn table(statistics: &Statistics, to: &mut Output<'_>) -> Result<(), CommandError> {
    to.head(&COLUMNS, "Part of the heap")?;
    for (name, bytes) in statistics.categories() {
        to.row(&COLUMNS, &[format::bytes(bytes), format::percent(bytes, statistics.total)], name)?;
    }
    Ok(())
}

fn largest(opened: &Opened, found: &Composition, to: &mut Output<'_>) -> Result<(), CommandError> {
    writeln!(to.out)?;
    to.head(&COLUMNS, "Largest of each part")?;
    for ((name, _), members) in found.statistics.categories().iter().zip(&found.largest) {
        for &(node, bytes) in members {
            let share = format::percent(bytes, found.statistics.total);
            to.row(&COLUMNS, &[format::bytes(bytes), share], &format!("{name}: {}", opened.mention(node)))?;
        }
    }
    Ok(())
}

fn types(opened: &Opened, found: &Composition, to: &mut Output<'_>) -> Result<(), CommandError> {
    writeln!(to.out)?;
    to.head(&TYPE_COLUMNS, "Node type")?;
    for (kind, sum) in &found.types {
        let cells = [format::count(sum.count as u64), format::bytes(sum.shallow)];
        to.row(&TYPE_COLUMNS, &cells, opened.known.heap.kind_names().node(*kind))?;
    }
    Ok(())
}

fn realms(opened: &Opened, found: &Composition, to: &mut Output<'_>) -> Result<(), CommandError> {
    writeln!(to.out)?;
    to.head(&REALM_COLUMNS, "Realm")?;
    for &(context, bytes) in &found.realms.contexts {
        to.row(&REALM_COLUMNS, &[format::bytes(bytes)], &opened.mention(context))?;
    }
    to.row(&REALM_COLUMNS, &[format::bytes(found.realms.shared)], "shared by several")?;
    Ok(to.row(&REALM_COLUMNS, &[format::bytes(found.realms.unattributed)], "of none")?)
}

/// Native bytes of no node, and objects nothing holds, in a line each.
fn lost(opened: &Opened, found: &Composition, to: &mut Output<'_>) -> Result<(), CommandError> {
    writeln!(to.out)?;
    let extra = opened.known.heap.extra_native_bytes();
    to.line(&format!("{} outside V8's heap belong to no node", format::bytes(extra)))?;
    let Sum { count, shallow } = found.unreachable.unwrap_or_default();
    let objects = format::objects(count as u64);
    Ok(to.line(&format!("{objects} ({}) that no way from any root leads to", format::bytes(shallow)))?)
}

fn record<'a>(opened: &'a Opened, found: &Composition) -> json::Made<'a> {
    let heap = &opened.known.heap;
    let member = |&(node, bytes): &(NodeIx, u64)| json::Member {
        id: heap.id(node).0,
        class: opened.class(node),
        name: opened.name(node),
        bytes,
    };
    let parts = found.statistics.categories().into_iter().zip(&found.largest);
    json::Made {
        categories: parts
            .map(|((name, bytes), members)| json::Category {
                name,
                bytes,
                largest: members.iter().map(member).collect(),
            })
            .collect(),
        types: found
            .types
            .iter()
            .map(|(kind, sum)| json::TypeSum {
                r#type: heap.kind_names().node(*kind),
                count: sum.count,
                shallow: sum.shallow,
            })
            .collect(),
        native_contexts: found
            .realms
            .contexts
            .iter()
            .map(|&(node, shallow)| json::Realm { id: heap.id(node).0, name: opened.name(node), shallow })
            .collect(),
        shared: found.realms.shared,
        unattributed: found.realms.unattributed,
        extra_native_bytes: heap.extra_native_bytes(),
        unreachable: found.unreachable.map(|sum| json::Sum { count: sum.count, shallow: sum.shallow }),
    }
}
