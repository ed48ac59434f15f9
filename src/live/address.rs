//! Which process, port or URL did the user name?

use std::{fmt, str::FromStr};

/// Where Node and Chrome listen unless told otherwise.
const DEFAULT_PORT: u16 = 9229;

/// What was named on the command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Address {
    /// A bare number: the id of a process, or a port where no such process is.
    Number(u32),
    /// An inspector that listens there.
    Port {
        /// Name or address.
        host: String,
        /// TCP port.
        port: u16,
    },
    /// One target of an inspector.
    Url {
        /// Name or address.
        host: String,
        /// TCP port.
        port: u16,
        /// What follows, with its slash.
        path: String,
    },
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a target is a process id, a port, HOST:PORT or ws://HOST:PORT/PATH".to_owned();
        if let Ok(number) = text.parse() {
            return Ok(Self::Number(number));
        }
        if text.starts_with("wss://") || text.starts_with("https://") {
            return Err(
                "encrypted connections are not supported; forward the port (ssh -L, kubectl port-forward)"
                    .to_owned(),
            );
        }
        let bare = ["ws://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
        let rest = bare.unwrap_or(text);
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = split_port(authority).ok_or_else(wrong)?;
        match (bare, path) {
            (_, "" | "/" | "/json" | "/json/list") if !text.starts_with("ws://") => {
                Ok(Self::Port { host, port })
            }
            (Some(_), path) if path.len() > 1 => Ok(Self::Url { host, port, path: path.to_owned() }),
            (Some(_), _) => Ok(Self::Port { host, port }),
            _ => Err(wrong()),
        }
    }
}

/// `host:port`, `:port`, `[::1]:port`, or a host alone.
fn split_port(authority: &str) -> Option<(String, u16)> {
    let is_bare_v6 = authority.ends_with(']');
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !is_bare_v6 => (host, port.parse().ok().filter(|&port| port > 0)?),
        _ => (authority, DEFAULT_PORT),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_name = host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:%".contains(c));
    let host = if host.is_empty() && !authority.is_empty() { "127.0.0.1" } else { host };
    (is_name && !host.is_empty()).then(|| (host.to_owned(), port))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Port { host, port } => write!(f, "{}:{port}", bracketed(host)),
            Self::Url { host, port, path } => write!(f, "ws://{}:{port}{path}", bracketed(host)),
        }
    }
}

/// The host as it stands before a colon.
fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(host: &str, port: u16) -> Address {
        Address::Port { host: host.to_owned(), port }
    }

    #[test]
    fn every_form_is_understood() {
        let read = |text: &str| text.parse::<Address>().expect(text);
        assert_eq!(read("9229"), Address::Number(9229));
        assert_eq!(read(":9230"), port("127.0.0.1", 9230));
        assert_eq!(read("pod-7.internal:9229"), port("pod-7.internal", 9229));
        assert_eq!(read("localhost"), port("localhost", 9229));
        assert_eq!(read("[::1]:9229"), port("::1", 9229));
        assert_eq!(read("http://localhost:9222/json"), port("localhost", 9222));
        assert_eq!(read("ws://localhost:9222/"), port("localhost", 9222));
        let url = Address::Url { host: "127.0.0.1".to_owned(), port: 9229, path: "/a-b".to_owned() };
        assert_eq!(read("ws://127.0.0.1:9229/a-b"), url);
        assert_eq!(url.to_string(), "ws://127.0.0.1:9229/a-b");
    }

    #[test]
    fn what_cannot_be_reached_is_refused_at_once() {
        for text in ["", "a b:1", "host:0", "host:99999", "host:9229/path", "wss://host/x"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
