//! Which kind of system this is, and its commands for installing packages.

use super::packages::Package;

/// Systems that differ in how packages are named and installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Debian,
    Fedora,
    Arch,
    OtherLinux,
    Mac,
    Windows,
}

/// The system this runs on.
pub(super) fn family() -> Family {
    match std::env::consts::OS {
        "macos" => Family::Mac,
        "windows" => Family::Windows,
        _ => of_os_release(&std::fs::read_to_string("/etc/os-release").unwrap_or_default()),
    }
}

/// The family that `/etc/os-release` tells by `ID`, then by `ID_LIKE`.
fn of_os_release(text: &str) -> Family {
    let value = |key: &str| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.unwrap_or_default().trim_matches('"').to_owned()
    };
    let ids = format!("{} {}", value("ID"), value("ID_LIKE"));
    for id in ids.split_whitespace() {
        match id {
            "debian" | "ubuntu" => return Family::Debian,
            "fedora" | "rhel" | "centos" => return Family::Fedora,
            "arch" => return Family::Arch,
            _ => {}
        }
    }
    Family::OtherLinux
}

/// The commands that a person would type to get `packages`.
pub(super) fn commands(family: Family, packages: &[&Package]) -> Vec<String> {
    let names = |of: fn(&Package) -> &'static str| {
        let mut all: Vec<&str> = packages.iter().map(|package| of(package)).collect();
        all.dedup();
        all.join(" ")
    };
    let debian = names(|package| package.debian);
    let fedora = names(|package| package.fedora);
    let arch = names(|package| package.arch);
    match family {
        Family::Debian => vec![format!("sudo apt-get install -y {debian}")],
        Family::Fedora => vec![format!("sudo dnf install -y {fedora}")],
        Family::Arch => vec![format!("sudo pacman -S --needed {arch}")],
        Family::OtherLinux => vec![
            format!("Debian's names: {debian}"),
            format!("Fedora's names: {fedora}"),
            format!("Arch's names:   {arch}"),
        ],
        Family::Mac => vec![
            "xcode-select --install".to_owned(),
            "brew install node@22".to_owned(),
            "brew install --cask chromium".to_owned(),
        ],
        Family::Windows => vec![
            "winget install Microsoft.VisualStudio.2022.BuildTools".to_owned(),
            "winget install Microsoft.EdgeWebView2Runtime".to_owned(),
            "winget install OpenJS.NodeJS.LTS".to_owned(),
            "winget install Google.Chrome".to_owned(),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::packages::PACKAGES;
    use super::*;

    #[test]
    fn knows_the_families_by_their_files() {
        let debian = "PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n";
        assert_eq!(of_os_release(debian), Family::Debian);
        let mint = "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n";
        assert_eq!(of_os_release(mint), Family::Debian);
        let rocky = "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n";
        assert_eq!(of_os_release(rocky), Family::Fedora);
        assert_eq!(of_os_release("ID=arch\n"), Family::Arch);
        assert_eq!(of_os_release("ID=nixos\n"), Family::OtherLinux);
        assert_eq!(of_os_release(""), Family::OtherLinux);
    }

    #[test]
    fn says_the_exact_command() {
        let some: Vec<&Package> = PACKAGES.iter().take(2).collect();
        assert_eq!(
            commands(Family::Debian, &some),
            ["sudo apt-get install -y build-essential pkg-config"]
        );
        assert_eq!(
            commands(Family::Fedora, &some),
            ["sudo dnf install -y gcc gcc-c++ make pkgconf-pkg-config"]
        );
        assert_eq!(commands(Family::OtherLinux, &some).len(), 3);
        assert!(!commands(Family::Windows, &some).is_empty());
    }
}
