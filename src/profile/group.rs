//! What is a function, a script, an npm package?

use super::Frame;

/// By what sums are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum By {
    /// A function at its place.
    #[default]
    Function,
    /// A script.
    Script,
    /// An npm package, the program's own code, Node's or V8's.
    Package,
}

/// What sums are made for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Group {
    /// A function's name, a URL or a package's name: foreign text, or one of ours in brackets.
    pub name: String,
    /// Of a function: its script.
    pub url: String,
    /// Of a function: counted from 1, 0 where unknown.
    pub line: u32,
    /// Of a function: counted from 1, 0 where unknown.
    pub column: u32,
}

impl By {
    /// What the function belongs to.
    pub fn group(self, frame: &Frame) -> Group {
        let named = |name: String| Group { name, url: String::new(), line: 0, column: 0 };
        match self {
            Self::Function => Group {
                name: if frame.name.is_empty() { "(anonymous)".to_owned() } else { frame.name.clone() },
                url: frame.url.clone(),
                line: frame.line,
                column: frame.column,
            },
            Self::Script if frame.url.is_empty() => named("(V8)".to_owned()),
            Self::Script => named(frame.url.clone()),
            Self::Package => named(package(&frame.url).to_owned()),
        }
    }
}

impl Group {
    /// `leak at app.js:7:3`, `express`.
    pub fn text(&self) -> String {
        match (self.url.is_empty(), self.line) {
            (true, _) => self.name.clone(),
            (false, 0) => format!("{} at {}", self.name, self.url),
            (false, line) => format!("{} at {}:{line}:{}", self.name, self.url, self.column),
        }
    }
}

/// The innermost package a script is part of: `@scope/name` where it has a scope.
fn package(url: &str) -> &str {
    const FOLDER: &str = "node_modules/";
    if url.is_empty() {
        return "(V8)";
    }
    if url.starts_with("node:") {
        return "(Node.js)";
    }
    let Some(at) = url.replace('\\', "/").rfind(FOLDER) else { return "(own code)" };
    let path = &url[at + FOLDER.len()..];
    let is_slash = |c: char| c == '/' || c == '\\';
    let parts = if path.starts_with('@') { 2 } else { 1 };
    let end = path.match_indices(is_slash).nth(parts - 1).map_or(path.len(), |(end, _)| end);
    if end == 0 { "(own code)" } else { &path[..end] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_the_innermost_with_its_scope() {
        assert_eq!(package("file:///app/node_modules/express/lib/router/index.js"), "express");
        assert_eq!(package("/a/node_modules/x/node_modules/@scope/name/i.js"), "@scope/name");
        assert_eq!(package("/a/node_modules/.pnpm/qs@6/node_modules/qs/lib/parse.js"), "qs");
        assert_eq!(package("C:\\app\\node_modules\\qs\\lib\\parse.js"), "qs");
        assert_eq!(package("/app/server.js"), "(own code)");
        assert_eq!((package("node:net"), package("")), ("(Node.js)", "(V8)"));
    }

    #[test]
    fn a_function_is_told_with_its_place() {
        let frame = Frame { url: "a.js".to_owned(), line: 7, column: 3, ..Frame::default() };
        assert_eq!(By::Function.group(&frame).text(), "(anonymous) at a.js:7:3");
        assert_eq!(By::Script.group(&frame).text(), "a.js");
    }
}
