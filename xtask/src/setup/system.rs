//! System packages: which are missing, and installing them with apt.

use std::cell::OnceCell;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::family::{Family, commands, family};
use super::packages::{Group, PACKAGES, Package, Proof};
use super::want::{Install, Want};
use crate::environment;
use crate::process::Cmd;

/// The packages of `groups` that are missing, each as a want.
pub(super) fn missing(groups: &[Group]) -> Vec<Want> {
    if matches!(family(), Family::Mac | Family::Windows) {
        // There the window's toolkit comes with the system, and the linker with Rust's own installer.
        return Vec::new();
    }
    let facts = Facts::default();
    PACKAGES
        .iter()
        .filter(|package| groups.contains(&package.group) && !facts.prove(&package.proof))
        .map(want)
        .collect()
}

/// A package as a want.
pub(super) fn want(package: &'static Package) -> Want {
    let family = family();
    let (name, how) = match family {
        Family::Fedora => (package.fedora, "dnf"),
        Family::Arch => (package.arch, "pacman"),
        Family::Debian => (package.debian, "apt-get"),
        _ => (package.debian, "by hand"),
    };
    let by_hand = family != Family::Debian || permission() == Permission::None;
    Want {
        what: name.to_owned(),
        why: package.why,
        how: if by_hand {
            "by hand, see below".to_owned()
        } else {
            how.to_owned()
        },
        install: Install::Package(package),
    }
}

/// Installs packages, or says how and fails where this may not be done from here.
pub(super) fn install(packages: &[&Package]) -> Result<()> {
    let names: Vec<&str> = packages.iter().map(|package| package.debian).collect();
    if family() == Family::Debian && permission() != Permission::None {
        return apt(&names);
    }
    bail!(
        "these packages have to be installed by hand, then run this again:\n\n  {}\n",
        commands(family(), packages).join("\n  ")
    )
}

/// Whether all of these Debian packages are installed.
pub(super) fn debian_has(names: &[&str]) -> bool {
    if family() != Family::Debian {
        return false;
    }
    let query = Cmd::new("dpkg-query").args(["-W", "-f", "${db:Status-Status}\n"]);
    query.args(names).output().is_ok_and(|text| {
        let installed = text.lines().filter(|line| *line == "installed").count();
        installed == names.len()
    })
}

/// Installs Debian packages; the package lists are fetched where there are none or they are too old.
pub(super) fn apt(names: &[&str]) -> Result<()> {
    if family() != Family::Debian || permission() == Permission::None {
        bail!(
            "run `sudo apt-get install -y {}`, then run this again",
            names.join(" ")
        );
    }
    if !has_package_lists() {
        apt_get().arg("update").run()?;
    }
    let install = || apt_get().arg("install").args(names);
    if install().succeeds()? {
        return Ok(());
    }
    println!("   apt-get could not install them: fetching newer package lists, then once more");
    apt_get().arg("update").run()?;
    install()
        .run()
        .with_context(|| format!("failed to install {}", names.join(" ")))
}

fn apt_get() -> Cmd {
    let words = [
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-q",
        "-y",
        "-o",
        "DPkg::Lock::Timeout=120",
        "-o",
        "Dpkg::Use-Pty=0",
    ];
    match permission() {
        Permission::Sudo => Cmd::new("sudo").args(["-n", "env"]).args(words),
        _ => Cmd::new("env").args(words),
    }
}

fn has_package_lists() -> bool {
    let entries = std::fs::read_dir("/var/lib/apt/lists");
    entries.is_ok_and(|mut entries| {
        entries.any(|entry| {
            entry.is_ok_and(|entry| entry.file_name().to_string_lossy().contains("_Packages"))
        })
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Permission {
    Root,
    Sudo,
    None,
}

fn permission() -> Permission {
    if environment::is_root() {
        Permission::Root
    } else if environment::find_program("sudo").is_some()
        && Cmd::new("sudo").args(["-n", "true"]).quietly()
    {
        Permission::Sudo
    } else {
        Permission::None
    }
}

/// What was looked up once for all packages.
#[derive(Default)]
struct Facts {
    fonts: OnceCell<String>,
}

impl Facts {
    fn prove(&self, proof: &Proof) -> bool {
        match proof {
            Proof::Library(name) => Cmd::new("pkg-config").args(["--exists", name]).quietly(),
            Proof::Program(names) => environment::find_any(names).is_some(),
            Proof::File(path) => Path::new(path).exists(),
            Proof::Font(family) => self.has_font(family),
        }
    }

    fn has_font(&self, family: &str) -> bool {
        let fonts = self.fonts.get_or_init(|| {
            let list = Cmd::new("fc-list").args([":", "family"]).output();
            list.unwrap_or_default() // no fontconfig means no fonts
        });
        has_family(fonts, family)
    }
}

/// Whether `fc-list : family` names this family; a line may hold several, with commas between.
fn has_family(fonts: &str, family: &str) -> bool {
    fonts.lines().flat_map(|line| line.split(',')).any(|name| {
        let name = name.trim();
        name == family
            || name
                .strip_prefix(family)
                .is_some_and(|rest| rest.starts_with(" Var"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_families_apart_by_the_whole_name() {
        let fonts = "DejaVu Sans,DejaVu Sans Condensed\nInter\nNoto Color Emoji\n";
        assert!(has_family(fonts, "Inter"));
        assert!(has_family(fonts, "DejaVu Sans"));
        assert!(!has_family("Inter Tight\n", "Inter"));
        assert!(has_family("Inter Variable\n", "Inter"));
        assert!(!has_family("", "Inter"));
    }

    #[test]
    fn proves_by_what_is_there() {
        let facts = Facts::default();
        assert!(facts.prove(&Proof::Program(&["no-such-program", "cargo"])));
        assert!(!facts.prove(&Proof::Program(&["no-such-program"])));
        assert!(!facts.prove(&Proof::File("/no/such/file")));
    }
}
