//! `leaktui native FILE`: memory outside V8's heap, who holds it, and what no snapshot explains.

use super::{CommandError, Opened, Output, json, output::Column, rows};
use crate::{
    analysis::native::{Holder, Native, Sum},
    cli::NativeArgs,
    format,
    heap::ClassIx,
    live::{Pages, Record},
    words,
};

const COLUMNS: [Column; 2] = [("Count", 9), ("Size", 8)];
const PARTS: [Column; 2] = [("Size", 8), ("", 5)];
/// How many rows of each list people are shown unless they ask for more.
const TOP: usize = 10;

pub(super) fn run(args: &NativeArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let opened = Opened::file(&args.file)?;
    let native = Native::of(&opened.known);
    let process =
        Record::beside(&args.file).and_then(|record| Pages::of(&record, &opened.known, native.size()));
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

fn parts(opened: &Opened, native: &Native, to: &mut Output<'_>) -> Result<(), CommandError> {
    let whole = native.size();
    to.line(&words::native(native, &opened.known))?;
    to.head(&PARTS, "Part")?;
    for (_, sum, name) in native.parts() {
        to.row(&PARTS, &[format::bytes(sum.size), format::percent(sum.size, whole)], name)?;
    }
    Ok(writeln!(to.out)?)
}

fn pages(pages: Option<&Pages>, to: &mut Output<'_>) -> Result<(), CommandError> {
    let Some(pages) = pages else { return Ok(()) };
    to.line(&format!("the process had {} in memory when the snapshot was taken", format::bytes(pages.rss)))?;
    to.head(&PARTS, "Pages")?;
    for (size, name) in pages.parts() {
        to.row(&PARTS, &[format::bytes(size), format::percent(size, pages.rss)], name)?;
    }
    Ok(writeln!(to.out)?)
}

fn holders(opened: &Opened, native: &Native, most: usize, to: &mut Output<'_>) -> Result<(), CommandError> {
    if native.holders.is_empty() {
        return Ok(());
    }
    to.head(&COLUMNS, "Array buffers of")?;
    for holder in native.holders.iter().take(most) {
        row(holder.buffers, &words::holder(&opened.known, holder), to)?;
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

fn document(
    opened: &Opened,
    native: &Native,
    process: Option<Pages>,
    most: usize,
    to: &mut Output<'_>,
) -> Result<(), CommandError> {
    let class = |&(class, sum): &(ClassIx, Sum)| json::NativeClass {
        class: opened.known.classes.name(class),
        count: sum.count,
        size: sum.size,
    };
    let holder = |holder: &Holder| json::NativeHolder {
        id: opened.known.heap.id(holder.example()).0,
        class: opened.class(holder.example()),
        objects: holder.objects.len() as u64,
        text: words::holder(&opened.known, holder),
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
