//! What kind of file is it, judged by its first bytes or its members' names?

use crate::error::{Found, Resemblance};

/// How many bytes it takes to judge.
pub(super) const ENOUGH: usize = 64 << 10;

/// What to do with bytes that begin so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// JSON in UTF-8, so maybe a snapshot.
    Json,
    /// To be unpacked first.
    Gzip,
    /// To be unpacked first.
    Zstd,
    /// Nothing for this program.
    Other(Resemblance),
}

/// Where the text begins: behind a byte order mark.
pub(super) fn start(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 }
}

/// What bytes beginning with `head` are. `head` holds [`ENOUGH`] bytes, or all there are.
pub(super) fn kind(head: &[u8]) -> Kind {
    match head {
        [0x1F, 0x8B, ..] => return Kind::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => return Kind::Zstd,
        _ => {}
    }
    let head = &head[start(head)..];
    match head.iter().find(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t')) {
        Some(b'{') if head.get(1) != Some(&0) => Kind::Json,
        None => Kind::Other(Resemblance::Blanks),
        Some(&first) => Kind::Other(resemblance(head, first)),
    }
}

fn resemblance(head: &[u8], first: u8) -> Resemblance {
    const PACKED: &[(&[u8], &str)] = &[
        (b"BZh", "bzip2"),
        (b"\xFD7zXZ\0", "xz"),
        (b"PK\x03\x04", "zip"),
        (b"\x04\x22\x4D\x18", "lz4"),
        (b"7z\xBC\xAF\x27\x1C", "7-zip"),
    ];
    if let Some((_, format)) = PACKED.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Resemblance::Packed(format);
    }
    let not_text = head.iter().take(256).any(|byte| matches!(byte, 0..8 | 14..32 | 127..));
    match head {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [b'{', 0, ..] | [0, b'{', ..] => Resemblance::Utf16,
        [0, 0, ..] | [0] => Resemblance::Zeros,
        [0x7F, b'E', b'L', b'F', ..] => Resemblance::Program,
        _ if head.get(257..262) == Some(b"ustar") => Resemblance::Tar,
        _ if first == b'<' => Resemblance::Html,
        _ if not_text => Resemblance::Binary(Found::at(head, 0)),
        _ if is_json(head, first) => Resemblance::OtherJson,
        _ => Resemblance::Text(Found::at(head, 0)),
    }
}

fn is_json(head: &[u8], first: u8) -> bool {
    let text = head.trim_ascii();
    matches!(first, b'[' | b'"' | b'0'..=b'9' | b'-') || [&b"null"[..], b"true", b"false"].contains(&text)
}

/// What an object with members of these names is, if it is known.
pub(super) fn by_names(names: &[String]) -> Option<Resemblance> {
    let has = |name: &str| names.iter().any(|seen| seen == name);
    Some(match () {
        () if has("head") => Resemblance::HeapProfile,
        () if has("startTime") && has("endTime") => Resemblance::CpuProfile,
        () if has("traceEvents") => Resemblance::Trace,
        () if has("name") && (has("version") || has("dependencies")) => Resemblance::PackageJson,
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_the_format() {
        assert_eq!(kind(b"\xEF\xBB\xBF \n{"), Kind::Json);
        assert_eq!(kind(b"\x1f\x8b\x08"), Kind::Gzip);
        assert_eq!(kind(b"\x28\xb5\x2f\xfd\0"), Kind::Zstd);
        assert_eq!(kind(b"{\0\"\0"), Kind::Other(Resemblance::Utf16));
        assert_eq!(kind(b"\0{\0\""), Kind::Other(Resemblance::Utf16));
        assert_eq!(kind(b"\xff\xfe{\0"), Kind::Other(Resemblance::Utf16));
        assert_eq!(kind(b"[1]"), Kind::Other(Resemblance::OtherJson));
        assert_eq!(kind(b"null\n"), Kind::Other(Resemblance::OtherJson));
        assert_eq!(kind(b" <html>"), Kind::Other(Resemblance::Html));
        assert_eq!(kind(&[0; 64]), Kind::Other(Resemblance::Zeros));
        assert!(matches!(kind(b"hello, world"), Kind::Other(Resemblance::Text(_))));
        assert!(matches!(kind(b"\x0b\x9e\x02"), Kind::Other(Resemblance::Binary(_))));
    }
}
