//! Client hints that belong to a user agent, so that a page does not see two browsers in one.

use crate::cdp::protocol::{BrandVersion, UserAgentMetadata};

/// What the texts of one kind of machine are.
struct Machine {
    platform: &'static str,
    version: &'static str,
    navigator: &'static str,
}

/// What a user agent says of its machine, by the words that Chrome and its relatives use.
fn machine(agent: &str) -> Machine {
    let known = [
        ("Android", "Android", "10.0.0", "Linux armv81"),
        ("Windows", "Windows", "10.0.0", "Win32"),
        ("CrOS", "Chrome OS", "14.0.0", "Linux x86_64"),
        ("Macintosh", "macOS", "10.15.7", "MacIntel"),
    ];
    let found = known.iter().find(|(word, ..)| agent.contains(word));
    let (platform, version, navigator) = found.map_or(
        ("Linux", "", "Linux x86_64"),
        |(_, platform, version, navigator)| (*platform, *version, *navigator),
    );
    Machine {
        platform,
        version,
        navigator,
    }
}

/// `navigator.platform` for a user agent.
pub(super) fn platform(agent: &str) -> &'static str {
    machine(agent).navigator
}

/// The client hints of a user agent; `None` for one that is no relative of Chrome, which has none.
pub(super) fn client_hints(agent: &str) -> Option<UserAgentMetadata> {
    let full = version_after(agent, "Chrome/")?;
    let brand = [("Edg/", "Microsoft Edge"), ("Chrome/", "Google Chrome")]
        .into_iter()
        .find_map(|(word, brand)| Some((brand, version_after(agent, word)?)));
    let own = brand.map(|(brand, version)| (brand, version.to_owned()));
    let list = |short: bool| {
        let cut = |version: &str| {
            let end = if short { version.find('.') } else { None };
            version[..end.unwrap_or(version.len())].to_owned()
        };
        let mut brands = vec![
            BrandVersion {
                brand: "Chromium".to_owned(),
                version: cut(full),
            },
            // A made-up brand that keeps servers from reading a fixed list (section 6.2 of the specification).
            BrandVersion {
                brand: "Not A(Brand".to_owned(),
                version: cut("8.0.0.0"),
            },
        ];
        brands.extend(own.iter().map(|(brand, version)| BrandVersion {
            brand: (*brand).to_owned(),
            version: cut(version),
        }));
        brands
    };
    let machine = machine(agent);
    let mobile = agent.contains("Mobile");
    Some(UserAgentMetadata {
        brands: list(true),
        full_version_list: list(false),
        platform: machine.platform.to_owned(),
        platform_version: machine.version.to_owned(),
        architecture: if mobile { "" } else { "x86" }.to_owned(),
        model: String::new(),
        mobile,
        bitness: if mobile { "" } else { "64" }.to_owned(),
    })
}

fn version_after<'a>(agent: &'a str, word: &str) -> Option<&'a str> {
    let rest = &agent[agent.find(word)? + word.len()..];
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'));
    Some(&rest[..end.unwrap_or(rest.len())]).filter(|version| !version.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_fit_their_agent() {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.7000.1 Safari/537.36 Edg/150.0.3000.2";
        let hints = client_hints(windows).unwrap();
        assert_eq!(hints.platform, "Windows");
        assert_eq!(hints.brands[0].version, "150");
        assert_eq!(hints.full_version_list[0].version, "150.0.7000.1");
        assert_eq!(hints.brands[2].brand, "Microsoft Edge");
        assert!(!hints.mobile);
        assert_eq!(platform(windows), "Win32");

        let phone = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36";
        let hints = client_hints(phone).unwrap();
        assert!(hints.mobile);
        assert_eq!(
            (hints.platform.as_str(), hints.bitness.as_str()),
            ("Android", "")
        );
    }

    #[test]
    fn other_browsers_have_no_hints() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";
        assert_eq!(client_hints(firefox), None);
        assert_eq!(client_hints("Chrome/"), None);
    }
}
