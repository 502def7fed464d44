use proptest::prelude::*;

use super::*;

fn check(rules: &str, destination: (&str, u16), expected: Way) {
    let rules: Rules = rules.parse().unwrap();
    let (host, port) = destination;
    assert_eq!(rules.way(host, port), expected, "{host}:{port} by\n{rules}");
}

#[test]
fn the_first_rule_that_matches_decides() {
    let rules = "# the office\nDIRECT intranet.example\nblock .example\nDIRECT www.example # never reached\n";
    check(rules, ("intranet.example", 443), Way::Direct);
    check(rules, ("www.example", 443), Way::Block);
    check(rules, ("example", 443), Way::Block);
    check(rules, ("other.test", 443), Way::Proxy);
    check("", ("localhost", 80), Way::Proxy);
    check("PROXY a.test\nBLOCK *", ("a.test", 80), Way::Proxy);
    check("PROXY a.test\nBLOCK *", ("b.test", 80), Way::Block);
}

#[test]
fn names_match_whole_labels_in_any_case_with_or_without_a_last_dot() {
    for (pattern, host, matches) in [
        ("example.com", "example.com", true),
        ("example.com", "EXAMPLE.com.", true),
        ("example.com", "www.example.com", false),
        ("*.example.com", "www.example.com", true),
        ("*.example.com", "a.b.example.com", true),
        ("*.example.com", "example.com", false),
        ("*.example.com", "badexample.com", false),
        (".example.com", "example.com", true),
        (".example.com", "a.example.com", true),
        (".example.com", "badexample.com", false),
        (".example.com", ".example.com", false),
        ("*", "anything", true),
        ("*", "::1", true),
        ("localhost", "localhost", true),
        ("localhost", "shop.localhost", true),
        ("localhost", "127.9.9.9", true),
        ("localhost", "::1", true),
        ("localhost", "::ffff:127.0.0.1", true),
        ("localhost", "10.0.0.1", false),
        ("localhost", "notlocalhost", false),
        ("10.0.0.1", "10.0.0.1", true),
        ("10.0.0.1", "10.0.0.10", false),
        ("10.0.0.0/8", "10.255.0.1", true),
        ("10.0.0.0/8", "::ffff:10.0.0.1", true),
        ("10.0.0.0/8", "11.0.0.1", false),
        ("0.0.0.0/0", "9.9.9.9", true),
        ("0.0.0.0/0", "2001:db8::1", false),
        ("0.0.0.0/0", "name.test", false),
        ("2001:db8::/32", "2001:db8:1::9", true),
        ("2001:db8::/32", "2001:db9::1", false),
        ("::1", "::1", true),
    ] {
        let pattern: HostPattern = pattern.parse().unwrap();
        assert_eq!(
            pattern.matches(host, 80),
            matches,
            "`{pattern}` and `{host}`"
        );
    }
}

#[test]
fn a_port_narrows_a_rule() {
    check("BLOCK a.test:25", ("a.test", 25), Way::Block);
    check("BLOCK a.test:25", ("a.test", 443), Way::Proxy);
    check("BLOCK *:25", ("b.test", 25), Way::Block);
    check("BLOCK [::1]:25", ("::1", 25), Way::Block);
    check("BLOCK [2001:db8::/32]:25", ("2001:db8::7", 25), Way::Block);
    check("BLOCK [2001:db8::/32]:25", ("2001:db8::7", 26), Way::Proxy);
}

#[test]
fn what_is_no_rule_is_named_with_its_line() {
    for (text, expected) in [
        (
            "DIRECT",
            "line 1: a rule is a way and a host, as in `DIRECT intranet.example`",
        ),
        (
            "\n\nDIRECT a.test b.test",
            "line 3: a rule is a way and a host, as in `DIRECT intranet.example`",
        ),
        (
            "ALLOW a.test",
            "line 1: `ALLOW` is not a way; use `PROXY`, `DIRECT` or `BLOCK`",
        ),
        (
            "BLOCK a.test:0",
            "line 1: `0` is not a port; use a number from 1 to 65535",
        ),
        (
            "BLOCK a.test:+80",
            "line 1: `+80` is not a port; use a number from 1 to 65535",
        ),
    ] {
        assert_eq!(text.parse::<Rules>().unwrap_err().to_string(), expected);
    }
    for host in [
        "a..b",
        "ex*mple.com",
        "10.0.0.0/33",
        "10.0.0.0/x",
        "10.0.0.300",
        "*.",
        "[::1",
        "bücher.test",
        "http://a",
    ] {
        let error = format!("BLOCK {host}").parse::<Rule>().unwrap_err();
        assert!(matches!(error, BadRule::Host(_)), "{host}: {error}");
    }
}

#[test]
fn an_address_is_blocked_by_a_rule_about_addresses() {
    let rules: Rules = "DIRECT a.test\nBLOCK 10.0.0.0/8".parse().unwrap();
    let ip = |text: &str| text.parse().unwrap();
    assert!(rules.blocked(ip("10.1.1.1"), 80).is_some());
    assert!(rules.blocked(ip("9.1.1.1"), 80).is_none());
    assert!(rules.any_direct());
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        Just("localhost".to_owned()),
        "[a-z][a-z0-9-]{0,8}(\\.[a-z]{2,5}){0,3}",
        "[*]\\.[a-z]{1,8}\\.[a-z]{2,5}",
        "\\.[a-z]{1,8}\\.[a-z]{2,5}",
        (any::<u32>(), 0_u8..=32)
            .prop_map(|(ip, bits)| format!("{}/{bits}", std::net::Ipv4Addr::from_bits(ip))),
        (any::<u128>(), 0_u8..=128)
            .prop_map(|(ip, bits)| format!("{}/{bits}", std::net::Ipv6Addr::from_bits(ip))),
    ]
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,60}", host in "\\PC{0,30}", port: u16) {
        text.parse::<Rules>().ok();
        if let Ok(rule) = format!("BLOCK {text}").parse::<Rule>() {
            prop_assert_eq!(rule.matches(&host, port), rule.pattern.matches(&host, port));
        }
    }

    #[test]
    fn rules_survive_their_text(parts in prop::collection::vec((0_usize..3, host(), prop::option::of(1_u16..)), 0..6)) {
        let lines: Vec<String> = parts
            .into_iter()
            .map(|(way, host, port)| {
                let way = ["proxy", "DIRECT", "Block"][way];
                match port {
                    None => format!("{way} {host}"),
                    Some(port) if host.contains(':') => format!("{way} [{host}]:{port}"),
                    Some(port) => format!("{way} {host}:{port}"),
                }
            })
            .collect();
        let rules: Rules = lines.join("\n").parse().unwrap();
        prop_assert_eq!(rules.0.len(), lines.len());
        prop_assert_eq!(&rules.to_string().parse::<Rules>().unwrap(), &rules);
        let json = serde_json::to_string(&rules).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Rules>(&json).unwrap(), &rules);
    }

    #[test]
    fn a_net_holds_exactly_the_addresses_with_its_bits(net: u32, bits in 0_u8..=32, ip: u32) {
        let pattern: HostPattern = format!("{}/{bits}", std::net::Ipv4Addr::from_bits(net)).parse().unwrap();
        let same = (0..bits).all(|bit| (net ^ ip) & (1 << (31 - bit)) == 0);
        prop_assert_eq!(pattern.matches(&std::net::Ipv4Addr::from_bits(ip).to_string(), 1), same);
    }
}
