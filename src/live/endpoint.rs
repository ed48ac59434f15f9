//! Which targets does an inspector offer?
//!
//! `/json/list` names programs, pages and browser workers, each with a URL of its own. Node's
//! worker threads are no such targets: they are found and reached through their main thread.

use std::{net::SocketAddr, time::Duration};

use serde::Deserialize;

use super::{LiveError, http};

/// How long an inspector may take to answer over HTTP.
const PATIENCE: Duration = Duration::from_secs(5);

/// Something that has a heap of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The inspector's name for it.
    pub id: String,
    /// `node`, `page`, `worker`.
    pub kind: String,
    /// What it calls itself: foreign text.
    pub title: String,
    /// What it runs: foreign text.
    pub url: String,
    /// How it is reached.
    pub(super) route: Route,
}

/// How a target is reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Route {
    /// By the path of a WebSocket; `None` where the inspector has given it to another client.
    Direct(Option<String>),
    /// Through its main thread, by the path of that.
    Worker {
        /// The main thread's path.
        path: String,
        /// Node's name for the worker.
        worker: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(default)]
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    url: String,
    #[serde(default, rename = "type")]
    kind: String,
    web_socket_debugger_url: Option<String>,
}

impl Target {
    /// The target at a path that was given as it is.
    pub(super) fn at_path(path: &str) -> Self {
        let id = path.rsplit('/').next().unwrap_or_default().to_owned();
        let route = Route::Direct(Some(path.to_owned()));
        Self { id, kind: String::new(), title: String::new(), url: String::new(), route }
    }

    /// Whether that is what the user means: a part of its id, title or URL.
    fn is_meant(&self, wanted: &str) -> bool {
        let wanted = wanted.to_lowercase();
        [&self.id, &self.title, &self.url].iter().any(|text| text.to_lowercase().contains(&wanted))
    }
}

/// The targets that are listed at an address; none where no inspector answers.
///
/// # Errors
///
/// Where nothing listens.
pub(super) fn list(at: SocketAddr) -> Result<Vec<Target>, LiveError> {
    let connect = |source| LiveError::Connect { at: at.to_string(), source };
    let body = match http::get(at, "/json/list", PATIENCE) {
        Ok(body) => body.unwrap_or_default(),
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => return Err(connect(error)),
        Err(error) if error.kind() == std::io::ErrorKind::TimedOut => return Err(connect(error)),
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
            return Err(LiveError::Mute { at: at.to_string(), waited: PATIENCE });
        }
        // Connected, and then reset or silence: not the protocol.
        Err(_) => Vec::new(),
    };
    let listed: Vec<Listed> =
        serde_json::from_slice(&body).map_err(|_| LiveError::NoInspector { at: at.to_string() })?;
    Ok(listed.into_iter().filter(has_heap).map(target).collect())
}

/// Browsers list themselves and their frames, which have no heap to ask about.
fn has_heap(listed: &Listed) -> bool {
    !matches!(listed.kind.as_str(), "browser" | "iframe" | "webview" | "tab")
}

fn target(listed: Listed) -> Target {
    let Listed { id, title, url, kind, web_socket_debugger_url } = listed;
    let route = Route::Direct(web_socket_debugger_url.as_deref().and_then(path_of));
    Target { id, kind, title, url, route }
}

/// The path of a URL. Its host is the target's view of itself, which a forwarded port changes.
fn path_of(url: &str) -> Option<String> {
    let rest = url.strip_prefix("ws://")?;
    rest.find('/').map(|at| rest[at..].to_owned())
}

/// The one target that is meant.
///
/// # Errors
///
/// Where none or several are.
pub(super) fn pick<'a>(targets: &'a [Target], wanted: Option<&str>) -> Result<&'a Target, LiveError> {
    let Some(wanted) = wanted else {
        return match targets {
            [one] => Ok(one),
            several => Err(LiveError::ManyTargets { count: several.len() }),
        };
    };
    let numbered = wanted.parse::<usize>().ok().and_then(|number| targets.get(number.checked_sub(1)?));
    let mut meant = targets.iter().filter(|target| target.is_meant(wanted));
    match (numbered, meant.next(), meant.next()) {
        (Some(target), ..) | (None, Some(target), None) => Ok(target),
        (None, None, _) => Err(LiveError::NoSuchTarget { wanted: wanted.to_owned() }),
        (None, Some(_), Some(_)) => Err(LiveError::ManyTargets { count: 2 + meant.count() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(title: &str) -> Target {
        Target { title: title.to_owned(), ..Target::at_path(&format!("/{title}-id")) }
    }

    #[test]
    fn a_target_is_picked_by_number_id_or_part_of_its_title() {
        let pages = [page("shop"), page("shop admin"), page("mail")];
        let pick = |wanted| pick(&pages, Some(wanted)).map(|target| target.title.clone());
        assert_eq!(pick("3").expect("a row"), "mail");
        assert_eq!(pick("admin").expect("a title"), "shop admin");
        assert_eq!(pick("mail-id").expect("an id"), "mail");
        assert!(matches!(pick("shop"), Err(LiveError::ManyTargets { count: 2 })));
        assert!(matches!(pick("4"), Err(LiveError::NoSuchTarget { .. })));
    }

    #[test]
    fn one_target_needs_no_pick() {
        assert!(pick(&[page("a")], None).is_ok());
        assert!(matches!(pick(&[page("a"), page("b")], None), Err(LiveError::ManyTargets { count: 2 })));
    }

    #[test]
    fn only_the_path_of_a_url_is_believed() {
        assert_eq!(path_of("ws://10.0.0.1:1/devtools/page/7").as_deref(), Some("/devtools/page/7"));
        assert_eq!(path_of("wss://x/y"), None);
    }
}
