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

impl Frame {
    /// What stands for a group where calls are shown.
    pub(super) fn of(group: Group) -> Self {
        let Group { name, url, line, column } = group;
        Self { name, url, script_id: 0, line, column }
    }
}

impl Group {
    /// `app.js:7:3`; empty where it is not known.
    pub fn place(&self) -> String {
        match (self.url.is_empty(), self.line) {
            (true, _) => String::new(),
            (false, 0) => self.url.clone(),
            (false, line) => format!("{}:{line}:{}", self.url, self.column),
        }
    }

    /// `leak at app.js:7:3`, `express`.
    pub fn text(&self) -> String {
        if self.url.is_empty() { self.name.clone() } else { format!("{} at {}", self.name, self.place()) }
    }
}

/// Whose code a script is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The program's own.
    Own,
    /// An npm package's.
    Package,
    /// Node's.
    Node,
    /// V8's: no script at all.
    Engine,
}

impl Origin {
    /// Whose code it is that stands for a group of that kind.
    pub fn of(by: By, frame: &Frame) -> Self {
        let package = match by {
            By::Function => package(&frame.url),
            By::Script if frame.name.starts_with('(') => "(V8)",
            By::Script => package(&frame.name),
            By::Package => &frame.name,
        };
        match package {
            "(V8)" | "(root)" => Self::Engine,
            "(Node.js)" => Self::Node,
            "(own code)" => Self::Own,
            _ => Self::Package,
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
    fn functions_scripts_and_packages_have_an_origin() {
        let of = |by, name: &str, url: &str| {
            Origin::of(by, &Frame { name: name.to_owned(), url: url.to_owned(), ..Frame::default() })
        };
        assert_eq!(of(By::Function, "f", "/app/a.js"), Origin::Own);
        assert_eq!(of(By::Function, "f", "/app/node_modules/qs/a.js"), Origin::Package);
        assert_eq!(of(By::Function, "f", "node:net"), Origin::Node);
        assert_eq!(of(By::Function, "(V8 API)", ""), Origin::Engine);
        assert_eq!([of(By::Script, "/app/a.js", ""), of(By::Package, "(own code)", "")], [Origin::Own; 2]);
        assert_eq!([of(By::Script, "(V8)", ""), of(By::Package, "(root)", "")], [Origin::Engine; 2]);
        assert_eq!(of(By::Package, "chart.js", ""), Origin::Package);
    }

    #[test]
    fn a_function_is_told_with_its_place() {
        let frame = Frame { url: "a.js".to_owned(), line: 7, column: 3, ..Frame::default() };
        assert_eq!(By::Function.group(&frame).text(), "(anonymous) at a.js:7:3");
        assert_eq!(By::Script.group(&frame).text(), "a.js");
    }
}
