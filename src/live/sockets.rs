//! Where does a local process listen?
//!
//! Its descriptors name socket inodes; `/proc/PID/net/tcp` and `tcp6` name the inodes that
//! listen, and their addresses. Cost: a directory and two small files.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
};

use rustc_hash::FxHashSet;

/// A socket that waits for connections, in the state column.
const LISTENING: &str = "0A";

/// The addresses at which the process whose folder of `/proc` that is accepts connections, as
/// they can be connected to from here.
pub(super) fn listening(process: &Path) -> Vec<SocketAddr> {
    let own = inodes(process);
    let table = |name: &str| fs::read_to_string(process.join("net").join(name)).unwrap_or_default();
    let tables = [table("tcp"), table("tcp6")];
    let rows = tables.iter().flat_map(|table| table.lines().skip(1)).filter_map(row);
    rows.filter(|(_, inode)| own.contains(inode)).map(|(at, _)| reachable(at)).collect()
}

fn inodes(process: &Path) -> FxHashSet<u64> {
    let Ok(descriptors) = fs::read_dir(process.join("fd")) else { return FxHashSet::default() };
    let links = descriptors.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    let inode = |link: std::path::PathBuf| {
        let number = link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
        number.parse().ok()
    };
    links.filter_map(inode).collect()
}

/// Address and inode of a listening socket.
fn row(line: &str) -> Option<(SocketAddr, u64)> {
    let mut fields = line.split_whitespace();
    let (at, state) = (fields.nth(1)?, fields.nth(1)?);
    let inode = fields.nth(5)?.parse().ok()?;
    (state == LISTENING).then_some((address(at)?, inode))
}

/// `0100007F:240D`: words of four bytes in the order of the processor, and the port.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let word = |at: usize| u32::from_str_radix(ip.get(at..at + 8)?, 16).ok().map(u32::to_ne_bytes);
    let ip = match ip.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let words = [word(0)?, word(8)?, word(16)?, word(24)?].concat();
            IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(words).ok()?))
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?))
}

/// Who listens everywhere listens on the loopback too.
fn reachable(at: SocketAddr) -> SocketAddr {
    let ip = match at.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, at.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn a_row_of_the_kernel_is_read() {
        let line = "   1: 0100007F:240D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 290208 1";
        assert_eq!(row(line), Some(("127.0.0.1:9229".parse().expect("an address"), 290_208)));
        assert_eq!(row(&line.replace(" 0A ", " 01 ")), None, "connected, not listening");
        let six = address("00000000000000000000000001000000:240D").expect("an address");
        assert_eq!(six, "[::1]:9229".parse().expect("an address"));
    }

    #[test]
    fn who_listens_everywhere_is_reached_here() {
        let everywhere = "0.0.0.0:80".parse().expect("an address");
        assert_eq!(reachable(everywhere).to_string(), "127.0.0.1:80");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_own_listener_is_found() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = listener.local_addr().expect("an address");
        assert!(listening(Path::new("/proc/self")).contains(&at));
    }
}
