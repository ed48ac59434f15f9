//! How much memory may this program, or another of this system, still take?
//!
//! The least of what the system has available, what each control group above the process leaves
//! (version 2 and 1; cached file pages count as free, the kernel drops them first), and what a
//! limit on the address space leaves. Read from a few small files of `/proc` and `/sys`; where
//! they are missing, nothing is known. Cost: under a millisecond.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

/// Addresses that a thread reserves beside what it asks for: its stack, and what glibc keeps for its
/// small allocations.
const A_THREAD: u64 = 66 << 20;
/// Threads beside one for each core: the first, one that reads, one that draws.
const MORE_THREADS: u64 = 3;

/// The bytes this program may still take, where the system tells.
pub fn free() -> Option<u64> {
    free_at(Path::new("/"), "self")
}

/// The bytes a process of this system may still take, where the system tells.
pub fn free_of(pid: u32) -> Option<u64> {
    free_at(Path::new("/"), &pid.to_string())
}

/// The bytes of addresses that a limit on them (`ulimit -v`) leaves for files and columns; `None`
/// where there is no limit.
pub(super) fn addresses() -> Option<u64> {
    let left = address_space(Path::new("/proc/self"))?;
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    Some(left.saturating_sub(A_THREAD * (cores + MORE_THREADS)))
}

/// The same of the process that has that name in `/proc`.
fn free_at(root: &Path, process: &str) -> Option<u64> {
    let folder = root.join("proc").join(process);
    let groups = groups(&text(&folder.join("cgroup")));
    let left = groups.iter().flat_map(|group| group.left(root));
    left.chain(available(&text(&root.join("proc/meminfo")))).chain(address_space(&folder)).min()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The number in kB behind a label of `/proc`.
fn kilobytes(text: &str, label: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(label))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes.saturating_mul(1024))
}

fn available(meminfo: &str) -> Option<u64> {
    kilobytes(meminfo, "MemAvailable:")
}

/// What `ulimit -v` leaves.
fn address_space(process: &Path) -> Option<u64> {
    let limits = text(&process.join("limits"));
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    let most: u64 = line.split_whitespace().next()?.parse().ok()?;
    let taken = kilobytes(&text(&process.join("status")), "VmSize:")?;
    Some(most.saturating_sub(taken))
}

/// A control group that counts memory.
#[derive(Debug, PartialEq, Eq)]
struct Group {
    mount: &'static str,
    path: PathBuf,
    names: &'static Names,
}

/// What the files of a control group are called.
#[derive(Debug, PartialEq, Eq)]
struct Names {
    limit: &'static str,
    taken: &'static str,
    cached: [&'static str; 2],
}

static V2: Names =
    Names { limit: "memory.max", taken: "memory.current", cached: ["active_file ", "inactive_file "] };
static V1: Names = Names {
    limit: "memory.limit_in_bytes",
    taken: "memory.usage_in_bytes",
    cached: ["total_active_file ", "total_inactive_file "],
};

/// The groups that `/proc/PID/cgroup` names.
fn groups(cgroup: &str) -> Vec<Group> {
    let group = |line: &str| {
        let mut fields = line.splitn(3, ':');
        let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
        let path = PathBuf::from(path.trim_start_matches('/'));
        match controllers {
            "" => Some(Group { mount: "sys/fs/cgroup", path, names: &V2 }),
            list if list.split(',').any(|name| name == "memory") => {
                Some(Group { mount: "sys/fs/cgroup/memory", path, names: &V1 })
            }
            _ => None,
        }
    };
    cgroup.lines().filter_map(group).collect()
}

impl Group {
    /// What the group, and each one above it, leaves. Inside a container the path is often not
    /// that of the mount; the mount itself is the container's group then.
    fn left(&self, root: &Path) -> Vec<u64> {
        let mount = root.join(self.mount);
        self.path.ancestors().filter_map(|path| self.left_in(&mount.join(path))).collect()
    }

    fn left_in(&self, folder: &Path) -> Option<u64> {
        let number = |name| text(&folder.join(name)).trim().parse::<u64>().ok();
        let (limit, taken) = (number(self.names.limit)?, number(self.names.taken)?);
        let statistics = text(&folder.join("memory.stat"));
        let count =
            |name: &&str| statistics.lines().find_map(|line| line.strip_prefix(*name)?.parse::<u64>().ok());
        let cached: u64 = self.names.cached.iter().filter_map(count).sum();
        Some(limit.saturating_sub(taken.saturating_sub(cached)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("below the root")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        root
    }

    const MEMINFO: (&str, &str) = ("proc/meminfo", "MemTotal: 9000 kB\nMemAvailable:    8000 kB\n");

    #[test]
    fn without_limits_the_system_says_what_is_available() {
        assert_eq!(free_at(system(&[MEMINFO]).path(), "self"), Some(8000 * 1024));
        assert_eq!(free_at(system(&[]).path(), "self"), None);
    }

    #[test]
    fn the_tightest_group_above_counts_and_cached_pages_are_free() {
        let root = system(&[
            MEMINFO,
            ("proc/self/cgroup", "0::/pod/app\n"),
            ("sys/fs/cgroup/pod/app/memory.max", "max\n"),
            ("sys/fs/cgroup/pod/memory.max", "5000\n"),
            ("sys/fs/cgroup/pod/memory.current", "4000\n"),
            ("sys/fs/cgroup/pod/memory.stat", "anon 1000\nactive_file 500\ninactive_file 1500\n"),
        ]);
        assert_eq!(free_at(root.path(), "self"), Some(3000));
    }

    #[test]
    fn old_groups_have_other_names() {
        let root = system(&[
            MEMINFO,
            ("proc/self/cgroup", "4:cpu,memory:/box\n3:cpuset:/box\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "1"),
            ("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "7000"),
            ("sys/fs/cgroup/memory/box/memory.usage_in_bytes", "1000"),
        ]);
        assert_eq!(free_at(root.path(), "self"), Some(6000));
    }

    #[test]
    fn a_limit_on_addresses_counts_too() {
        let limits = "Limit Soft Hard Units\nMax address space         900000 unlimited bytes\n";
        let root =
            system(&[MEMINFO, ("proc/self/limits", limits), ("proc/self/status", "VmSize:\t 100 kB\n")]);
        assert_eq!(free_at(root.path(), "self"), Some(900_000 - 100 * 1024));
    }
}
