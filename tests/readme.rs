//! The README says what the program says.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use clap::CommandFactory as _;
use leaktui::{analysis::filter::WORDS, cli::Cli};

const README: &str = include_str!("../README.md");

#[test]
fn the_readme_lists_every_command_with_its_help() {
    for command in Cli::command().get_subcommands() {
        let about = command.get_about().expect("a help line").to_string();
        let called = |line: &&str| {
            let rest =
                line.strip_prefix("| `leaktui ").and_then(|rest| rest.strip_prefix(command.get_name()));
            rest.is_some_and(|rest| rest.starts_with([' ', '`']))
        };
        let row = README.lines().find(called);
        let row = row.unwrap_or_else(|| panic!("no row for {}", command.get_name()));
        assert!(row.ends_with(&format!("| {about} |")), "{row}\n{about}");
    }
}

#[test]
fn the_readme_names_every_option_of_every_command() {
    for command in Cli::command().get_subcommands() {
        for option in command.get_arguments().filter_map(clap::Arg::get_long) {
            assert!(README.contains(&format!("`--{option}")), "--{option} of {}", command.get_name());
        }
    }
}

#[test]
fn the_readme_shows_the_table_of_filters() {
    let rows = WORDS.iter().map(|word| {
        let forms: Vec<_> = word.form.split(' ').map(|form| format!("`{form}`")).collect();
        format!("| {} | {} |\n", forms.join(" "), word.help)
    });
    let table: String = rows.collect();
    assert!(README.contains(&table), "put this into README.md:\n{table}");
}

#[test]
fn two_commands_do_all_the_set_up() {
    let block = README.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    let commands: Vec<_> = block.lines().map(|line| line.split('#').next().expect("text").trim()).collect();
    assert_eq!(commands, ["cargo run --release -- demo", "cargo test --release"]);
}

#[test]
fn the_readme_shows_the_table_of_keys() {
    let keys = leaktui::tui::keymap::markdown();
    assert!(README.contains(&keys), "put this into README.md:\n{keys}");
}
