//! `leaktui native FILE`: memory outside V8's heap, who holds it, and what no snapshot explains.

use super::{CommandError, Opened, Output, json, output::Column, rows};
use crate::{
    analysis::{
        native::{Holder, Native, Sum},
        retainers,
        scope::edge_label,
    },
    cli::NativeArgs,
    format,
    heap::ClassIx,
    live::Record,
};

const COLUMNS: [Column; 2] = [("Count", 9), ("Size", 8)];
const PARTS: [Column; 2] = [("Size", 8), ("", 5)];
/// How many rows of each list people are shown unless they ask for more.
const TOP: usize = 10;
/// Edges looked at to name a holder.
const LOOKED_AT: usize = 100_000;

pub(super) fn run(args: &NativeArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let opened = Opened::file(&args.file)?;
    let native = Native::of(&opened.known);
    let process = Record::beside(&args.file).and_then(|record| explained(&opened, &native, &record));
    let most = args.limit.unwrap_or(if args.json { usize::MAX } else { TOP });
    if args.json {
        return document(&opened, &native, process, most, to);
    }
    rows::title(&opened, to, "")?;
    parts(&opened, &native, to)?;
    pages(process.as_ref(), to)?;
    holders(&opened, &native, most, to)?;
    classes(&opened, &native, most, to)
}

/// What of the process's pages the snapshot explains; `None` where nobody counted them.
fn explained(opened: &Opened, native: &Native, record: &Record) -> Option<json::Pages> {
    let rss = record.figures.rss?;
    let (used, total) = record.figures.heap_used.zip(record.figures.heap_total)?;
    let native = native.size();
    let heap = opened.known.total_size().saturating_sub(native);
    let reserved = total.saturating_sub(used);
    let unexplained = rss.saturating_sub(heap).saturating_sub(native).saturating_sub(reserved);
    Some(json::Pages { rss, heap, native, reserved, unexplained })
}

fn parts(opened: &Opened, native: &Native, to: &mut Output<'_>) -> Result<(), CommandError> {
    let whole = native.size();
    let heap = opened.known.total_size();
    to.line(&format!(
        "{} outside V8's heap, {} of all that the snapshot knows",
        format::bytes(whole),
        format::percent(whole, heap)
    ))?;
    to.head(&PARTS, "Part")?;
    let parts = [
        (native.array_buffers.size, "array buffers"),
        (native.external_strings.size, "text of external strings"),
        (native.others.size, "other native objects"),
        (native.extra, "of no object"),
    ];
    for (size, name) in parts {
        to.row(&PARTS, &[format::bytes(size), format::percent(size, whole)], name)?;
    }
    Ok(writeln!(to.out)?)
}

fn pages(pages: Option<&json::Pages>, to: &mut Output<'_>) -> Result<(), CommandError> {
    let Some(pages) = pages else { return Ok(()) };
    let json::Pages { rss, heap, native, reserved, unexplained } = *pages;
    to.line(&format!("the process had {} in memory when the snapshot was taken", format::bytes(rss)))?;
    to.head(&PARTS, "Pages")?;
    let parts = [
        (heap, "objects in V8's heap"),
        (native, "outside V8's heap, in the snapshot"),
        (reserved, "reserved by V8 and not in use"),
        (
            unexplained,
            "explained by no snapshot: the program's code, stacks, native memory of addons and libraries",
        ),
    ];
    for (size, name) in parts {
        to.row(&PARTS, &[format::bytes(size), format::percent(size, rss)], name)?;
    }
    Ok(writeln!(to.out)?)
}

fn holders(opened: &Opened, native: &Native, most: usize, to: &mut Output<'_>) -> Result<(), CommandError> {
    if native.holders.is_empty() {
        return Ok(());
    }
    to.head(&COLUMNS, "Array buffers of")?;
    for holder in native.holders.iter().take(most) {
        row(holder.buffers, &held(opened, holder), to)?;
    }
    to.more(native.holders.len(), native.holders.len().min(most))?;
    Ok(writeln!(to.out)?)
}

fn classes(opened: &Opened, native: &Native, most: usize, to: &mut Output<'_>) -> Result<(), CommandError> {
    to.head(&COLUMNS, "Native objects")?;
    for &(class, sum) in native.classes.iter().take(most) {
        row(sum, opened.known.classes.name(class), to)?;
    }
    Ok(to.more(native.classes.len(), native.classes.len().min(most))?)
}

fn row(sum: Sum, name: &str, to: &mut Output<'_>) -> Result<(), CommandError> {
    Ok(to.row(&COLUMNS, &[format::count(sum.count), format::bytes(sum.size)], name)?)
}

/// `Array @5, leaked in global @3`; `305 LogBatch, such as LogBatch @7, 8 in Array @5`.
fn held(opened: &Opened, holder: &Holder) -> String {
    if holder.example == opened.known.heap.root() {
        return "several objects that share them".to_owned();
    }
    let mut text = opened.mention(holder.example);
    if holder.objects > 1 {
        let class = opened.class(holder.example);
        text = format!("{} {class}, such as {text}", format::count(holder.objects));
    }
    match retainers::nearest(&opened.known, holder.example, LOOKED_AT) {
        None => text,
        Some(by) => {
            let name = edge_label(&opened.known.heap, by.from, &by.edge);
            format!("{text}, {name} in {}", opened.mention(by.from))
        }
    }
}

fn document(
    opened: &Opened,
    native: &Native,
    process: Option<json::Pages>,
    most: usize,
    to: &mut Output<'_>,
) -> Result<(), CommandError> {
    let class = |&(class, sum): &(ClassIx, Sum)| json::NativeClass {
        class: opened.known.classes.name(class),
        count: sum.count,
        size: sum.size,
    };
    let holder = |holder: &Holder| json::NativeHolder {
        id: opened.known.heap.id(holder.example).0,
        class: opened.class(holder.example),
        objects: holder.objects,
        text: held(opened, holder),
        count: holder.buffers.count,
        size: holder.buffers.size,
    };
    let document = json::Document {
        schema: "leaktui/native/1".to_owned(),
        files: vec![opened.json_file()],
        warnings: opened.about.warnings.as_slice().into(),
        total: json::NativeTotal {
            rows: native.classes.len(),
            size: native.size(),
            array_buffers: native.array_buffers.size,
            external_strings: native.external_strings.size,
            others: native.others.size,
            extra_native_bytes: native.extra,
        },
        body: json::NativeRows {
            rows: native.classes.iter().take(most).map(class).collect(),
            holders: native.holders.iter().take(most).map(holder).collect(),
            process,
        },
    };
    Ok(json::write_line(to.out, &document)?)
}
