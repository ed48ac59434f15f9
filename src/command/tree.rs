//! Lists of lists: rows, each followed by what is below it, as deep as asked for.

use crate::heap::NodeIx;

/// How many rows a list deeper than one step prints unless told: their number multiplies.
pub(super) const DEEP: usize = 1000;

/// A row, and how far it stands from the node asked for.
pub(super) struct Found<T> {
    pub(super) row: T,
    /// From 1.
    pub(super) level: usize,
    /// Whether its node already stands on the way here.
    pub(super) repeats: bool,
}

/// The first rows of the tree below `start`, down to `depth`: `rows` answers what is below a node,
/// `node` which node a row leads to. What repeats is not followed; nothing recurses.
pub(super) fn walk<T>(
    start: NodeIx,
    depth: usize,
    most: usize,
    rows: impl Fn(NodeIx) -> Vec<T>,
    node: impl Fn(&T) -> NodeIx,
) -> Vec<Found<T>> {
    let mut found = Vec::new();
    let mut chain = vec![start];
    let mut open = vec![rows(start).into_iter()];
    while let Some(below) = open.last_mut()
        && found.len() < most
    {
        let level = chain.len();
        let Some(row) = below.next() else {
            open.pop();
            chain.pop();
            continue;
        };
        let to = node(&row);
        let repeats = chain.contains(&to);
        found.push(Found { row, level, repeats });
        if level < depth && !repeats {
            open.push(rows(to).into_iter());
            chain.push(to);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_followed_by_what_is_below_it_and_a_cycle_is_not_followed() {
        let rows = |node: NodeIx| vec![NodeIx(node.0 + 1), NodeIx(0)];
        let found = walk(NodeIx(0), 2, 5, rows, |&node| node);
        let told: Vec<_> = found.iter().map(|found| (found.row.0, found.level, found.repeats)).collect();
        assert_eq!(told, [(1, 1, false), (2, 2, false), (0, 2, true), (0, 1, true)]);
    }
}
