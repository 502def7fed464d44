//! The system packages, by distribution, and how to tell that they are there.

/// What a package is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// Building the app and opening its window.
    Build,
    /// Showing the window where there is no display.
    VirtualDisplay,
    /// A browser to photograph pages and to run tasks in.
    Browser,
    /// What only the tests use.
    Tests,
}

/// A system package under its name in each distribution.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) group: Group,
    pub(super) debian: &'static str,
    pub(super) fedora: &'static str,
    pub(super) arch: &'static str,
    pub(super) why: &'static str,
    pub(super) proof: Proof,
}

/// What is there when the package is, however it came.
#[derive(Debug)]
pub(super) enum Proof {
    /// A library that pkg-config knows.
    Library(&'static str),
    /// One of these programs.
    Program(&'static [&'static str]),
    /// A file at this path.
    File(&'static str),
    /// A font family.
    Font(&'static str),
}

/// The browsers that do where one is needed, in the order in which they are taken.
pub(crate) const BROWSERS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Every system package, in the order in which they are listed.
pub(super) const PACKAGES: &[Package] = &[
    Package {
        group: Group::Build,
        debian: "build-essential",
        fedora: "gcc gcc-c++ make",
        arch: "base-devel",
        why: "compiler and linker for SQLite and the app",
        proof: Proof::Program(&["cc"]),
    },
    Package {
        group: Group::Build,
        debian: "pkg-config",
        fedora: "pkgconf-pkg-config",
        arch: "pkgconf",
        why: "finds the libraries below",
        proof: Proof::Program(&["pkg-config"]),
    },
    Package {
        group: Group::Build,
        debian: "libwebkit2gtk-4.1-dev",
        fedora: "webkit2gtk4.1-devel",
        arch: "webkit2gtk-4.1",
        why: "draws the app's window",
        proof: Proof::Library("webkit2gtk-4.1"),
    },
    Package {
        group: Group::Build,
        debian: "libayatana-appindicator3-dev",
        fedora: "libayatana-appindicator-gtk3-devel",
        arch: "libayatana-appindicator",
        why: "the tray icon",
        proof: Proof::Library("ayatana-appindicator3-0.1"),
    },
    Package {
        group: Group::Build,
        debian: "librsvg2-dev",
        fedora: "librsvg2-devel",
        arch: "librsvg",
        why: "icons in the window's toolkit",
        proof: Proof::Library("librsvg-2.0"),
    },
    Package {
        group: Group::Build,
        debian: "libxdo-dev",
        fedora: "libxdo-devel",
        arch: "xdotool",
        why: "menus of the window's toolkit",
        proof: Proof::File("/usr/include/xdo.h"),
    },
    Package {
        group: Group::Build,
        debian: "libssl-dev",
        fedora: "openssl-devel",
        arch: "openssl",
        why: "to compile the build tools",
        proof: Proof::Library("openssl"),
    },
    Package {
        group: Group::VirtualDisplay,
        debian: "xvfb",
        fedora: "xorg-x11-server-Xvfb",
        arch: "xorg-server-xvfb",
        why: "a display without a screen",
        proof: Proof::Program(&["Xvfb"]),
    },
    Package {
        group: Group::VirtualDisplay,
        debian: "dbus",
        fedora: "dbus-daemon",
        arch: "dbus",
        why: "a session bus for the app",
        proof: Proof::Program(&["dbus-run-session"]),
    },
    Package {
        group: Group::VirtualDisplay,
        debian: "imagemagick",
        fedora: "ImageMagick",
        arch: "imagemagick",
        why: "takes the picture of the display",
        proof: Proof::Program(&["import"]),
    },
    Package {
        group: Group::VirtualDisplay,
        debian: "xdotool",
        fedora: "xdotool",
        arch: "xdotool",
        why: "finds the window, presses keys in tests",
        proof: Proof::Program(&["xdotool"]),
    },
    Package {
        group: Group::Browser,
        debian: "chromium",
        fedora: "chromium",
        arch: "chromium",
        why: "the browser that tasks run in",
        proof: Proof::Program(BROWSERS),
    },
    Package {
        group: Group::Browser,
        debian: "fonts-inter",
        fedora: "rsms-inter-fonts",
        arch: "inter-font",
        why: "the same letters in every picture",
        proof: Proof::Font("Inter"),
    },
    Package {
        group: Group::Browser,
        debian: "fonts-dejavu",
        fedora: "dejavu-sans-fonts",
        arch: "ttf-dejavu",
        why: "the same letters in every picture",
        proof: Proof::Font("DejaVu Sans"),
    },
    Package {
        group: Group::Browser,
        debian: "fonts-noto-color-emoji",
        fedora: "google-noto-color-emoji-fonts",
        arch: "noto-fonts-emoji",
        why: "the same signs in every picture",
        proof: Proof::Font("Noto Color Emoji"),
    },
    Package {
        group: Group::Tests,
        debian: "webkit2gtk-driver",
        fedora: "webkit2gtk-driver",
        arch: "webkit2gtk-4.1",
        why: "drives the real window",
        proof: Proof::Program(&["WebKitWebDriver"]),
    },
    Package {
        group: Group::Tests,
        debian: "xauth",
        fedora: "xorg-x11-xauth",
        arch: "xorg-xauth",
        why: "access to the virtual display",
        proof: Proof::Program(&["xauth"]),
    },
    Package {
        group: Group::Tests,
        debian: "dbus-x11",
        fedora: "dbus-x11",
        arch: "dbus",
        why: "starts a bus for a test's display",
        proof: Proof::Program(&["dbus-launch"]),
    },
    Package {
        group: Group::Tests,
        debian: "gnome-keyring",
        fedora: "gnome-keyring",
        arch: "gnome-keyring",
        why: "a real keychain for the tests",
        proof: Proof::Program(&["gnome-keyring-daemon"]),
    },
    Package {
        group: Group::Tests,
        debian: "libsecret-tools",
        fedora: "libsecret",
        arch: "libsecret",
        why: "looks into that keychain from outside",
        proof: Proof::Program(&["secret-tool"]),
    },
    Package {
        group: Group::Tests,
        debian: "microsocks",
        fedora: "microsocks",
        arch: "microsocks",
        why: "a SOCKS proxy to run through",
        proof: Proof::Program(&["microsocks"]),
    },
    Package {
        group: Group::Tests,
        debian: "tinyproxy-bin",
        fedora: "tinyproxy",
        arch: "tinyproxy",
        why: "an HTTP proxy to run through",
        proof: Proof::Program(&["tinyproxy"]),
    },
    Package {
        group: Group::Tests,
        debian: "squid",
        fedora: "squid",
        arch: "squid",
        why: "another HTTP proxy to run through",
        proof: Proof::Program(&["squid"]),
    },
    Package {
        group: Group::Tests,
        debian: "dante-server",
        fedora: "dante-server",
        arch: "dante",
        why: "a SOCKS proxy of both versions to run through",
        proof: Proof::Program(&["danted", "sockd"]),
    },
    Package {
        group: Group::Tests,
        debian: "iproute2",
        fedora: "iproute",
        arch: "iproute2",
        why: "networks of their own for the tests of leaks",
        proof: Proof::Program(&["ip"]),
    },
    Package {
        group: Group::Tests,
        debian: "faketime",
        fedora: "libfaketime",
        arch: "libfaketime",
        why: "sets the clock of a process that is tested",
        proof: Proof::Program(&["faketime"]),
    },
];

/// Python's installer, wanted only where Node has to come from a Python package.
pub(super) const PIP: Package = Package {
    group: Group::Build,
    debian: "python3-pip",
    fedora: "python3-pip",
    arch: "python-pip",
    why: "fetches Node, which is missing or older than 20",
    proof: Proof::Program(&["pip3"]),
};

/// Debian's Rust with sources, from which the standard library for wasm can be built.
pub(super) const RUSTC_WEB: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_package_is_named_everywhere_and_once() {
        let names: BTreeSet<&str> = PACKAGES.iter().map(|package| package.debian).collect();
        assert_eq!(
            names.len(),
            PACKAGES.len(),
            "a Debian package is listed twice"
        );
        for package in PACKAGES {
            for name in [package.debian, package.fedora, package.arch, package.why] {
                assert!(!name.is_empty(), "{package:?}");
            }
        }
    }

    #[test]
    fn the_build_needs_no_browser_and_no_display() {
        let build: Vec<&str> = PACKAGES
            .iter()
            .filter(|package| package.group == Group::Build)
            .map(|package| package.debian)
            .collect();
        assert!(build.contains(&"libwebkit2gtk-4.1-dev"));
        assert!(!build.contains(&"chromium") && !build.contains(&"xvfb"));
    }
}
