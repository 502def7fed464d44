//! Drover is started a second time on the same data folder.

use std::process::Stdio;

use crate::support::{
    desktop::Desktop,
    owned::Owned,
    patience::until,
    screen::Screen,
    tray_host::TrayHost,
    window::{Window, program},
};

#[test]
fn a_second_start_brings_the_first_window_forward_and_ends() {
    let desktop = Desktop::without_keychain();
    let host = TrayHost::open(&desktop);
    let _window = Window::open(&desktop);
    let screen = Screen::of(&desktop);
    let first = Window::pid(&desktop);
    host.line("Open Drover");
    screen.shows_the_window();
    screen.close_window();
    screen.hides_the_window();

    let mut second = start_again(&desktop);
    let ended = until("the second to end", || second.child().try_wait().unwrap());
    assert!(ended.success(), "{ended}");
    screen.shows_the_window();
    assert_eq!(Window::pid(&desktop), first, "the first goes on");
}

#[test]
fn where_the_first_cannot_be_called_the_second_names_the_data_folder() {
    let desktop = Desktop::without_keychain();
    let _window = Window::open(&desktop);
    // Another session's bus does not know the first.
    let other = Desktop::without_keychain();
    std::os::unix::fs::symlink(desktop.data(), other.data()).unwrap();

    let second = Window::open_to_a_problem(&other);
    let pid = Window::pid(&other);
    second.page.sees("Drover is already running");
    let folder = other.data();
    second.page.sees(folder.to_str().unwrap());
    second.page.click_to_leave("startup-quit");
    Window::is_gone(pid);

    let mut third = start_again(&other);
    let screen = Screen::of(&other);
    screen.shows_the_window();
    screen.close_window();
    let ended = until("it to end", || third.child().try_wait().unwrap());
    assert_eq!(ended.code(), Some(11));
    assert_eq!(
        desktop.cli(&["profile", "list"]).json()["total"],
        0,
        "the first still answers"
    );
}

fn start_again(desktop: &Desktop) -> Owned {
    let mut command = desktop.command(program("DROVER_BIN"));
    command.arg("--data-dir").arg(desktop.data());
    Owned::start(command.stdout(Stdio::null()).stderr(Stdio::null()))
}
