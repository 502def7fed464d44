//! Where browsers lie on macOS: the inner binary of a bundle, which is spawned directly and never by `open`.

use super::Brand;

/// Bundles below `/Applications` and below the `Applications` folder of the home folder.
pub(super) const BUNDLES: &[(&str, Brand)] = &[
    (
        "Google Chrome.app/Contents/MacOS/Google Chrome",
        Brand::Chrome,
    ),
    (
        "Google Chrome Beta.app/Contents/MacOS/Google Chrome Beta",
        Brand::Chrome,
    ),
    (
        "Google Chrome Canary.app/Contents/MacOS/Google Chrome Canary",
        Brand::Chrome,
    ),
    ("Chromium.app/Contents/MacOS/Chromium", Brand::Chromium),
    (
        "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        Brand::Edge,
    ),
    (
        "Brave Browser.app/Contents/MacOS/Brave Browser",
        Brand::Brave,
    ),
];
