//! `leaktui dominators FILE [@ID]`: what retains most, top down, and who dominates an object.

use super::{CommandError, Opened, Output, json, output::Column, rows};
use crate::{
    analysis::dominated::{self, Group},
    cli::DominatorsArgs,
    format,
    heap::NodeIx,
};

const COLUMNS: [Column; 4] = [("Share", 6), ("Retained", 9), ("Shallow", 9), ("Count", 9)];

/// How many rows stand below each row, unless told, where more than one level is shown.
const BELOW: usize = 10;

/// A group of siblings, and how deep it stands.
struct Row {
    group: Group,
    level: usize,
}

pub(super) fn run(args: &DominatorsArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let opened = Opened::file(&args.file)?;
    let node = args.id.map_or(Ok(opened.known.heap.root()), |id| opened.node(id))?;
    let first = dominated::groups(&opened.known, &[node]);
    let total = json::Total {
        rows: first.len(),
        count: first.iter().map(|group| group.nodes.len()).sum(),
        shallow: first.iter().map(|group| group.shallow).sum(),
    };
    let most = args.limit.unwrap_or(match args.depth {
        0 | 1 if args.json => usize::MAX,
        0 | 1 => rows::SCREENFUL,
        _ => BELOW,
    });
    let owners = dominated::owners(&opened.known, node);
    let found = walk(&opened, first, args.depth, most);
    if args.json {
        let rows = json::Lazy(|| found.iter().map(|row| record(&opened, row)));
        let body = json::Dominated { owners: owned_by(&opened, &owners), rows };
        return Ok(json::write_line(to.out, &opened.document("dominators", total, body))?);
    }
    title(&opened, node, &owners, to)?;
    to.head(&COLUMNS, "Held")?;
    for row in &found {
        print(&opened, row, to)?;
    }
    Ok(to.more(total.rows, found.iter().filter(|row| row.level == 1).count())?)
}

/// Each group followed by what its nodes hold together, the heaviest first.
fn walk(opened: &Opened, first: Vec<Group>, depth: usize, most: usize) -> Vec<Row> {
    let mut found = Vec::new();
    let mut open = vec![first.into_iter().take(most)];
    while let Some(groups) = open.last_mut() {
        let Some(group) = groups.next() else {
            open.pop();
            continue;
        };
        let level = open.len();
        if level < depth {
            open.push(dominated::groups(&opened.known, &group.nodes).into_iter().take(most));
        }
        found.push(Row { group, level });
    }
    found
}

fn title(opened: &Opened, node: NodeIx, owners: &[NodeIx], to: &mut Output<'_>) -> Result<(), CommandError> {
    if node == opened.known.heap.root() {
        return rows::title(opened, to, "");
    }
    to.line(&format!(
        "{} keeps {}, {} of the heap",
        opened.mention(node),
        format::bytes(opened.retained(node)),
        share(opened, opened.retained(node))
    ))?;
    for (at, &owner) in owners.iter().enumerate() {
        let kept = format::bytes(opened.retained(owner));
        to.line(&format!("{}. dominated by {}, which keeps {kept}", at + 1, owner_name(opened, owner)))?;
    }
    rows::title(opened, to, "")
}

fn owner_name(opened: &Opened, owner: NodeIx) -> String {
    if owner == opened.known.heap.root() { "the root".to_owned() } else { opened.mention(owner) }
}

fn share(opened: &Opened, bytes: u64) -> String {
    format::percent(bytes, opened.known.total_size())
}

fn print(opened: &Opened, row: &Row, to: &mut Output<'_>) -> Result<(), CommandError> {
    let Row { group, level } = row;
    let count = group.nodes.len();
    let cells = [
        share(opened, group.retained),
        format::bytes(group.retained),
        format::bytes(group.shallow),
        format::count(count as u64),
    ];
    let heaviest = opened.mention(group.heaviest(&opened.known));
    let times = if to.ascii { "x" } else { "×" };
    let name = match count {
        1 => heaviest,
        _ => format!(
            "{} {times} {}, the heaviest {heaviest}",
            format::count(count as u64),
            opened.known.classes.name(group.class)
        ),
    };
    Ok(to.row(&COLUMNS, &cells, &format!("{}{name}", "  ".repeat(level - 1)))?)
}

fn record<'a>(opened: &'a Opened, row: &Row) -> json::Held<'a> {
    let Row { group, level } = row;
    let heaviest = group.heaviest(&opened.known);
    json::Held {
        class: opened.known.classes.name(group.class),
        class_key: opened.known.classes.key(group.class),
        count: group.nodes.len(),
        shallow: group.shallow,
        retained: group.retained,
        id: opened.known.heap.id(heaviest).0,
        name: opened.name(heaviest),
        level: *level,
    }
}

fn owned_by<'a>(opened: &'a Opened, owners: &[NodeIx]) -> Vec<json::Owner<'a>> {
    let record = |&node: &NodeIx| json::Owner {
        id: opened.known.heap.id(node).0,
        class: opened.class(node),
        name: opened.name(node),
        shallow: opened.known.shallow(node),
        retained: opened.retained(node),
    };
    owners.iter().map(record).collect()
}
