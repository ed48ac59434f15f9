//! How do the bytes of a `.heapprofile` become a profile?
//!
//! simd-json makes a tape of all values in one pass, which nothing can stop; the tree is followed along the tape
//! with a stack of its own. Holds the file and 24 bytes a value of it meanwhile.

use simd_json::{Buffers, Node, StaticNode, Tape};
use thiserror::Error;

use super::{Builder, Frame, Profile};
use crate::{
    error::LoadError,
    job::{Cancelled, Job},
    snapshot::{self, Input},
};

/// Levels of brackets a profile may have: three for each call on a stack, and stacks have thousands.
const DEEPEST: usize = 1 << 20;

/// Bytes that are read between two looks at whether the profile is wanted still.
const PIECE: usize = 1 << 20;

/// Values of the tape between two such looks.
const PACE: usize = 1 << 16;

/// Why a file is no profile.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// It cannot be read.
    #[error("{0}")]
    Load(#[from] LoadError),
    /// No JSON.
    #[error("not a heap profile: it is no JSON near byte {0}")]
    Json(usize),
    /// JSON without a tree of calls.
    #[error("not a heap profile: {0}")]
    Shape(&'static str),
}

impl ProfileError {
    /// One line of what to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Load(error) => error.hint().unwrap_or("check the name and who may read it"),
            Self::Json(_) => "was it cut short? copy it or take it again",
            Self::Shape(_) => {
                "`leaktui capture --sampling 30s`, `node --heap-prof` and DevTools write .heapprofile files"
            }
        }
    }
}

impl From<Cancelled> for ProfileError {
    fn from(cancelled: Cancelled) -> Self {
        Self::Load(cancelled.into())
    }
}

/// Reads a profile, telling `job` of its bytes, then of its values.
///
/// # Errors
///
/// Where the input cannot be read or is no profile, or nobody wants it any more.
pub fn read(input: &Input, job: &Job) -> Result<Profile, ProfileError> {
    job.phase("opening", "bytes", 0);
    let bytes = snapshot::unpacked(input, job)?;
    let mut text = copied((*bytes).as_ref(), job)?;
    drop(bytes);
    parse(&mut text, job)
}

/// The bytes in memory of our own, as the parser changes them.
fn copied(bytes: &[u8], job: &Job) -> Result<Vec<u8>, Cancelled> {
    job.phase("reading", "bytes", bytes.len());
    let mut copy = Vec::with_capacity(bytes.len());
    for piece in bytes.chunks(PIECE) {
        copy.extend_from_slice(piece);
        job.tick(piece.len())?;
    }
    Ok(copy)
}

/// Where a value stands on the tape.
type At = usize;

fn parse(text: &mut [u8], job: &Job) -> Result<Profile, ProfileError> {
    job.phase("taking it apart", "bytes", 0);
    let mut buffers = Buffers::with_max_depth(text.len(), DEEPEST);
    let tape = simd_json::to_tape_with_buffers(text, &mut buffers)
        .map_err(|error| ProfileError::Json(error.index()))?;
    let tape = Values(&tape);
    job.phase("following calls", "values", tape.0.0.len());
    let head = tape.member(0, "head").ok_or(ProfileError::Shape("there is no `head`"))?;
    let frame = |at| tape.frame(at).ok_or(ProfileError::Shape("a call has no `callFrame`"));
    let mut builder = Builder::new(frame(head)?);
    builder.add_own(0, tape.size(head));
    let mut open = vec![(head, 0)];
    let mut told = 0;
    // Calls are met in the order of the file.
    while let Some((at, call)) = open.pop() {
        if at >= told + PACE {
            job.tick(at - told)?;
            told = at;
        }
        let children = tape.member(at, "children").map(|at| tape.elements(at)).unwrap_or_default();
        let mut called = Vec::with_capacity(children.len());
        for (number, child) in children.into_iter().enumerate() {
            if number % PACE == PACE - 1 {
                job.tick(0)?;
            }
            called.push((child, builder.call(call, frame(child)?, tape.size(child))));
        }
        open.extend(called.into_iter().rev());
    }
    Ok(builder.finish())
}

/// The values of a document.
struct Values<'a>(&'a Tape<'a>);

impl<'a> Values<'a> {
    fn node(&self, at: At) -> Option<Node<'a>> {
        self.0.0.get(at).copied()
    }

    /// Where the value ends.
    fn after(&self, at: At) -> At {
        match self.node(at) {
            Some(Node::Object { count, .. } | Node::Array { count, .. }) => at + 1 + count,
            _ => at + 1,
        }
    }

    /// The member of that name of an object.
    fn member(&self, at: At, name: &str) -> Option<At> {
        let Some(Node::Object { len, .. }) = self.node(at) else { return None };
        let mut key = at + 1;
        for _ in 0..len {
            if matches!(self.node(key), Some(Node::String(found)) if found == name) {
                return Some(key + 1);
            }
            key = self.after(key + 1);
        }
        None
    }

    /// Where the elements of an array stand.
    fn elements(&self, at: At) -> Vec<At> {
        let Some(Node::Array { len, .. }) = self.node(at) else { return Vec::new() };
        std::iter::successors(Some(at + 1), |&at| Some(self.after(at))).take(len).collect()
    }

    fn text(&self, at: At, name: &str) -> String {
        match self.member(at, name).and_then(|at| self.node(at)) {
            Some(Node::String(text)) => text.to_owned(),
            _ => String::new(),
        }
    }

    fn number(&self, at: At, name: &str) -> f64 {
        match self.member(at, name).and_then(|at| self.node(at)) {
            Some(Node::Static(StaticNode::U64(number))) => number as f64,
            Some(Node::Static(StaticNode::I64(number))) => number as f64,
            Some(Node::Static(StaticNode::F64(number))) => number,
            Some(Node::String(digits)) => digits.parse().unwrap_or(0.0),
            _ => 0.0,
        }
    }

    /// The bytes a call allocated itself.
    fn size(&self, at: At) -> u64 {
        self.number(at, "selfSize") as u64
    }

    /// The function of a call. Lines and columns count from 0 there, −1 for unknown.
    fn frame(&self, at: At) -> Option<Frame> {
        let at = self.member(at, "callFrame")?;
        let from_one = |name| (self.number(at, name) + 1.0) as u32;
        Some(Frame {
            name: self.text(at, "functionName"),
            url: self.text(at, "url"),
            script_id: self.number(at, "scriptId") as u32,
            line: from_one("lineNumber"),
            column: from_one("columnNumber"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Profile, ProfileError> {
        parse(&mut text.as_bytes().to_vec(), &Job::default())
    }

    const FRAME: &str =
        r#""callFrame":{"functionName":"f","scriptId":"7","url":"a.js","lineNumber":4,"columnNumber":-1}"#;

    #[test]
    fn places_count_from_one() {
        let text = format!(r#"{{"samples":[{{"size":1}}],"head":{{{FRAME},"selfSize":8,"children":[]}}}}"#);
        let profile = parsed(&text).expect("a profile");
        let frame = profile.frame(profile.function(Profile::ROOT));
        assert_eq!((frame.script_id, frame.line, frame.column, profile.size()), (7, 5, 0, 8));
    }

    #[test]
    fn a_deep_recursion_of_the_program_is_none_of_ours() {
        let deep = 100_000;
        let open = format!(r#"{{{FRAME},"selfSize":1,"children":["#);
        let text = format!(r#"{{"head":{}{}}}"#, open.repeat(deep), "]}".repeat(deep));
        let profile = parsed(&text).expect("a profile");
        assert_eq!((profile.calls().len(), profile.size()), (deep, deep as u64));
    }

    #[test]
    fn what_nobody_wants_any_more_is_not_read() {
        let job = Job::default();
        job.cancel();
        assert!(copied(b"{", &job).is_err());
        let calls = format!(r#"{{{FRAME},"selfSize":1,"children":[]}}"#);
        let calls = vec![calls; PACE / 8].join(",");
        let text = format!(r#"{{"head":{{{FRAME},"selfSize":1,"children":[{calls}]}}}}"#);
        let error = parse(&mut text.into_bytes(), &job).expect_err("cancelled");
        assert!(matches!(error, ProfileError::Load(LoadError::Cancelled(_))), "{error}");
    }

    #[test]
    fn what_is_no_profile_is_told() {
        assert!(matches!(parsed("{\"head\":"), Err(ProfileError::Json(_))));
        assert!(matches!(parsed("{\"nodes\":[]}"), Err(ProfileError::Shape("there is no `head`"))));
        assert!(matches!(parsed("{\"head\":{}}"), Err(ProfileError::Shape(_))));
        assert!(matches!(parsed("[]"), Err(ProfileError::Shape(_))));
    }
}
