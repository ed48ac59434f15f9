//! The one HTTP request that an inspector wants: which targets are there?
//!
//! HTTP/1.1 with `Connection: close`: the answer ends with the connection or after its
//! announced length, whichever comes first. Node and Chrome refuse a `Host` that is no address,
//! so the address is sent that was connected to.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

/// The most that is read of an answer; a list of a hundred pages has 100 kB.
const LONGEST: u64 = 4 << 20;

/// The body of what the server answers to a GET, if it answers `200`.
///
/// # Errors
///
/// Where nothing listens, or no answer comes within `patience`.
pub(super) fn get(at: SocketAddr, path: &str, patience: Duration) -> io::Result<Option<Vec<u8>>> {
    let mut stream = TcpStream::connect_timeout(&at, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    // In one piece: simple servers answer to the first they read.
    let request = format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    let mut chunk = [0; 16 << 10];
    let mut stream = stream.take(LONGEST);
    let since = Instant::now();
    while !is_whole(&answer) {
        // One that sends a byte now and then does not answer either.
        if since.elapsed() > patience {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        match stream.read(&mut chunk)? {
            0 => break,
            read => answer.extend_from_slice(&chunk[..read]),
        }
    }
    Ok(body(&answer).map(<[u8]>::to_vec))
}

/// Head and body, once the head is there.
fn parts(answer: &[u8]) -> Option<(&str, &[u8])> {
    let end = memchr::memmem::find(answer, b"\r\n\r\n")?;
    Some((std::str::from_utf8(&answer[..end]).ok()?, &answer[end + 4..]))
}

fn length(head: &str) -> Option<usize> {
    let field = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    };
    head.lines().find_map(field)
}

fn is_whole(answer: &[u8]) -> bool {
    parts(answer).is_some_and(|(head, body)| length(head).is_some_and(|length| body.len() >= length))
}

fn body(answer: &[u8]) -> Option<&[u8]> {
    let (head, body) = parts(answer)?;
    let is_ok = head.starts_with("HTTP/1.") && head.split(' ').nth(1) == Some("200");
    let length = length(head).map_or(body.len(), |length| length.min(body.len()));
    is_ok.then_some(&body[..length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_ends_where_its_length_says() {
        let answer = b"HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\n[] more";
        assert!(is_whole(answer));
        assert_eq!(body(answer), Some(&b"[] "[..]));
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[]"));
        assert_eq!(body(b"HTTP/1.1 404 Not Found\r\n\r\nno"), None);
        assert_eq!(body(b"SSH-2.0-OpenSSH\r\n"), None);
    }
}
