//! Where browsers lie on Linux.

use super::Brand;

/// Known default paths, the usual brand first.
pub(super) const PATHS: &[(&str, Brand)] = &[
    ("/usr/bin/google-chrome-stable", Brand::Chrome),
    ("/usr/bin/google-chrome", Brand::Chrome),
    ("/opt/google/chrome/chrome", Brand::Chrome),
    ("/usr/bin/google-chrome-beta", Brand::Chrome),
    ("/usr/bin/google-chrome-unstable", Brand::Chrome),
    ("/usr/bin/chromium", Brand::Chromium),
    ("/usr/bin/chromium-browser", Brand::Chromium),
    ("/snap/bin/chromium", Brand::Chromium),
    ("/usr/bin/microsoft-edge-stable", Brand::Edge),
    ("/usr/bin/microsoft-edge", Brand::Edge),
    ("/opt/microsoft/msedge/msedge", Brand::Edge),
    ("/usr/bin/brave-browser-stable", Brand::Brave),
    ("/usr/bin/brave-browser", Brand::Brave),
    ("/usr/bin/brave", Brand::Brave),
    ("/opt/brave.com/brave/brave-browser", Brand::Brave),
];

/// Names that are looked for in the folders of `PATH`.
pub(super) const NAMES: &[(&str, Brand)] = &[
    ("google-chrome-stable", Brand::Chrome),
    ("google-chrome", Brand::Chrome),
    ("chrome", Brand::Chrome),
    ("chromium", Brand::Chromium),
    ("chromium-browser", Brand::Chromium),
    ("microsoft-edge-stable", Brand::Edge),
    ("microsoft-edge", Brand::Edge),
    ("brave-browser", Brand::Brave),
    ("brave", Brand::Brave),
];
