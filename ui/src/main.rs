//! Mounts the window on `#app`. The sprite beside it in the body stays, because only the root is cleared.

fn main() {
    drover_ui::app::mount();
}
