//! What stands above a report on several snapshots.

use super::{CommandError, Opened, Output};
/// What is doubtful in comparing the files, and in each of them.
pub(super) fn warnings(opened: &[Opened], kinship: Option<String>) -> Vec<String> {
    let of_files = opened.iter().flat_map(|opened| {
        opened.about.warnings.iter().map(|warning| format!("{}: {warning}", opened.about.label))
    });
    kinship.into_iter().chain(of_files).collect()
}

/// Writes the files and the warnings.
pub(super) fn title(opened: &[Opened], warnings: &[String], to: &mut Output<'_>) -> Result<(), CommandError> {
    for opened in opened {
        let headline = to.joined(opened.headline());
        to.line(&headline)?;
    }
    for warning in warnings {
        to.line(&format!("warning: {warning}"))?;
    }
    Ok(writeln!(to.out)?)
}
