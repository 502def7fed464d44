//! Where browsers lie on Windows, relative to the program folders of the machine and of the user.

use super::Brand;

/// Environment variables that name those folders, in the order in which they are looked at.
pub(super) const ROOTS: &[&str] = &["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"];

/// Executables below each root.
pub(super) const PROGRAMS: &[(&str, Brand)] = &[
    (r"Google\Chrome\Application\chrome.exe", Brand::Chrome),
    (r"Google\Chrome Beta\Application\chrome.exe", Brand::Chrome),
    (r"Google\Chrome SxS\Application\chrome.exe", Brand::Chrome),
    (r"Chromium\Application\chrome.exe", Brand::Chromium),
    (r"Microsoft\Edge\Application\msedge.exe", Brand::Edge),
    (
        r"BraveSoftware\Brave-Browser\Application\brave.exe",
        Brand::Brave,
    ),
];
