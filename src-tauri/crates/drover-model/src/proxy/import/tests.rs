use proptest::prelude::*;

use super::*;
use crate::proxy::{ProxyAddress, ProxyScheme};
use crate::token::SecretText;

fn one(text: &str) -> Reading {
    let paste = Paste::read(text, ProxyScheme::Http);
    assert_eq!(paste.lines.len(), 1, "{text}");
    paste.lines[0].reading.clone()
}

/// The URL with everything in it, as the line is understood.
fn url(text: &str) -> String {
    match one(text) {
        Reading::Proxy(entry) => entry.line().expose(),
        other => panic!("{text}: {other:?}"),
    }
}

fn check(text: &str, expected: &str) {
    assert_eq!(url(text), expected, "{text}");
}

fn asks(text: &str, expected: &[(Notation, &str)]) {
    let Reading::Ambiguous(candidates) = one(text) else {
        panic!("{text} is not asked about: {:?}", one(text));
    };
    let found: Vec<_> = candidates
        .into_iter()
        .map(|one| (one.notation, one.entry.url().expose()))
        .collect();
    let found: Vec<_> = found.iter().map(|(n, url)| (*n, url.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn usual_notations_are_read() {
    let plain = "http://1.2.3.4:8080";
    let login = "http://anna:pass@1.2.3.4:8080";
    for text in [
        "1.2.3.4:8080",
        "http://1.2.3.4:8080",
        "HTTP://1.2.3.4:8080/",
        "1.2.3.4 8080",
        "1.2.3.4\t8080",
        "1.2.3.4,8080",
        "1.2.3.4;8080;;",
        "http,1.2.3.4,8080",
        "1.2.3.4:8080 # fast",
        "1.2.3.4:8080 // fast",
        "1.2.3.4:8080 US elite anonymous",
        "1.2.3.4:8080::",
        "  1.2.3.4:8080  ",
        "\u{feff}1.2.3.4:8080",
    ] {
        check(text, plain);
    }
    for text in [
        "1.2.3.4:8080:anna:pass",
        "anna:pass:1.2.3.4:8080",
        "anna:pass@1.2.3.4:8080",
        "1.2.3.4:8080@anna:pass",
        "http://anna:pass@1.2.3.4:8080",
        "http://1.2.3.4:8080:anna:pass",
        "http://anna:pass:1.2.3.4:8080",
        "http://1.2.3.4:8080@anna:pass",
        "1.2.3.4,8080,anna,pass",
        "1.2.3.4;8080;anna;pass",
        "1.2.3.4|8080|anna|pass",
        "1.2.3.4\t8080\tanna\tpass",
        "anna,pass,1.2.3.4,8080",
        "http,1.2.3.4,8080,anna,pass",
        "1.2.3.4,8080,anna,pass,HTTP",
        "1.2.3.4:8080:anna:pass # fast",
    ] {
        check(text, login);
    }
    check(
        "[shop eu] socks5://anna:p%40ss%3A@h.test:1080",
        "[shop eu] socks5://anna:p%40ss%3A@h.test:1080",
    );
    check("h.test:80:anna:a@b", "http://anna:a%40b@h.test:80");
    check("h.test:80:anna:a:b:c", "http://anna:a%3Ab%3Ac@h.test:80");
    check("1.2.3.4:80:anna:pa,ss", "http://anna:pa%2Css@1.2.3.4:80");
    check("anna:123@1.2.3.4:8080", "http://anna:123@1.2.3.4:8080");
    check("anna@1.2.3.4:8080", "http://anna@1.2.3.4:8080");
    check("socks4a://anna@1.2.3.4", "socks4://anna@1.2.3.4:1080");
    check("https://proxy.test", "https://proxy.test:443");
    check("[2001:db8::1]:8080", "http://[2001:db8::1]:8080");
    check(
        "[2001:db8::1]:8080:anna:pass",
        "http://anna:pass@[2001:db8::1]:8080",
    );
    check(
        "anna:pass:[2001:db8::1]:8080",
        "http://anna:pass@[2001:db8::1]:8080",
    );
    check(
        "anna:pass@[2001:db8::1]:8080",
        "http://anna:pass@[2001:db8::1]:8080",
    );
    check("[eu] [2001:db8::1]:8080", "[eu] http://[2001:db8::1]:8080");
    check("[eu]1.2.3.4:8080", "[eu] http://1.2.3.4:8080");
}

#[test]
fn what_can_be_read_in_two_ways_is_asked() {
    use Notation::{HostFirst, LoginFirst, Remark, Whole};
    asks(
        "a:1:b:2",
        &[
            (HostFirst, "http://b:2@a:1"),
            (LoginFirst, "http://a:1@b:2"),
        ],
    );
    asks(
        "john.doe:8080:squid.test:3128",
        &[
            (HostFirst, "http://squid%2Etest:3128@john.doe:8080"),
            (LoginFirst, "http://john%2Edoe:8080@squid.test:3128"),
        ],
    );
    asks(
        "1.2.3.4:80:5.6.7.8:90",
        &[
            (HostFirst, "http://5%2E6%2E7%2E8:90@1.2.3.4:80"),
            (LoginFirst, "http://1%2E2%2E3%2E4:80@5.6.7.8:90"),
        ],
    );
    asks(
        "a:1@b:2",
        &[
            (LoginFirst, "http://a:1@b:2"),
            (HostFirst, "http://b:2@a:1"),
        ],
    );
    asks(
        "1.2.3.4:80 anna:pass",
        &[
            (HostFirst, "http://anna:pass@1.2.3.4:80"),
            (Remark, "http://1.2.3.4:80"),
        ],
    );
    asks(
        "1.2.3.4 80 US elite",
        &[
            (HostFirst, "http://US:elite@1.2.3.4:80"),
            (Remark, "http://1.2.3.4:80"),
        ],
    );
    asks(
        "1.2.3.4:80:anna:my pass",
        &[
            (Remark, "http://anna:my@1.2.3.4:80"),
            (Whole, "http://anna:my%20pass@1.2.3.4:80"),
        ],
    );
    asks(
        "a,1,b,2",
        &[
            (HostFirst, "http://b:2@a:1"),
            (LoginFirst, "http://a:1@b:2"),
        ],
    );
}

#[test]
fn bad_lines_say_what_is_wrong_and_repeat_nothing() {
    for (text, expected) in [
        ("hello", BadLine::NoPort),
        ("hello world", BadLine::NoPort),
        ("1.2.3.4", BadLine::NoPort),
        ("300.1.1.1:80", BadLine::Host),
        ("12345:80", BadLine::Host),
        ("1.2.3.4:0", BadLine::Port),
        ("1.2.3.4:99999:anna:canary", BadLine::Port),
        ("anna:canary", BadLine::Port),
        ("ftp://1.2.3.4:80", BadLine::Scheme("ftp".into())),
        ("socks4://anna:canary@1.2.3.4:80", BadLine::Socks4Password),
        (":canary@1.2.3.4:80", BadLine::Login),
        ("1.2.3.4:80::canary", BadLine::Login),
        ("socks4://1.2.3.4:80 anna:canary", BadLine::Socks4Password),
        ("socks4,1.2.3.4,80,anna,canary", BadLine::Socks4Password),
        ("2001:db8::1:8080", BadLine::Ipv6Brackets),
        ("2001:db8::1", BadLine::Ipv6Brackets),
        ("1.2.3.4:80,5.6.7.8:90", BadLine::TwoProxies),
        ("1.2.3.4:80 5.6.7.8:90", BadLine::TwoProxies),
        ("1.2.3.4,80,\"anna,canary", BadLine::Quotes),
        (
            &format!("1.2.3.4:80:anna:{}", "x".repeat(5_000)),
            BadLine::TooLong,
        ),
    ] {
        assert_eq!(one(text), Reading::Bad(expected.clone()), "{text:.60}");
        assert!(!expected.to_string().contains("canary"));
    }
}

#[test]
fn tables_are_read_by_their_header() {
    let text = "\
Name,IP,Port,Login,Password,Type,Country
eu-1,1.2.3.4,8080,anna,\"pa\"\"s,s\",socks5,DE
# left out
eu-2,[2001:db8::1],80,,,,
eu-3,1.2.3.4,http,,,,
eu-4,1.2.3.4,80,anna,secret,ftp,
1.2.3.5:80
,h.test:3128,,anna,,,";
    let paste = Paste::read(text, ProxyScheme::Https);
    let lines: Vec<_> = paste
        .lines
        .iter()
        .map(|line| match &line.reading {
            Reading::Proxy(entry) => (line.number, entry.line().expose()),
            other => (line.number, format!("{other:?}")),
        })
        .collect();
    let lines: Vec<_> = lines.iter().map(|(n, text)| (*n, text.as_str())).collect();
    assert_eq!(
        lines,
        [
            (2, "[eu-1] socks5://anna:pa%22s%2Cs@1.2.3.4:8080"),
            (4, "[eu-2] https://[2001:db8::1]:80"),
            (5, "Bad(Port)"),
            (6, "Bad(Scheme(\"ftp\"))"),
            (7, "https://1.2.3.5:80"),
            (8, "https://anna@h.test:3128"),
        ]
    );
    let tabs = "host\tport\tuser\tpass\n1.2.3.4\t80\tanna\tx y\n\t80\tanna\tx";
    let paste = Paste::read(tabs, ProxyScheme::Http);
    assert_eq!(
        paste.proxies().next().unwrap().url().expose(),
        "http://anna:x%20y@1.2.3.4:80"
    );
    assert_eq!(
        paste.lines[1].reading,
        Reading::Bad(BadLine::Host),
        "an empty first cell is a cell"
    );
    let urls = "name;proxy\nshop;1.2.3.4:80:anna:x";
    let paste = Paste::read(urls, ProxyScheme::Http);
    assert_eq!(
        paste.proxies().next().unwrap().line().expose(),
        "[shop] http://anna:x@1.2.3.4:80"
    );
}

#[test]
fn comments_are_left_out_and_repeats_are_noted() {
    let text = "# mine\n\n// theirs\n1.2.3.4:80\nhttp://1.2.3.4:80\n1.2.3.4:80:anna:x\n1.2.3.4:80:anna:y\nanna:x@1.2.3.4:80\n";
    let paste = Paste::read(text, ProxyScheme::Http);
    let lines: Vec<_> = paste
        .lines
        .iter()
        .map(|line| (line.number, line.same_as))
        .collect();
    assert_eq!(
        lines,
        [(4, None), (5, Some(4)), (6, None), (7, None), (8, Some(6))],
        "another password may be another session, so it is another proxy"
    );
    assert_eq!(paste.proxies().count(), 3);
}

#[test]
fn one_answer_settles_all_questions_of_a_kind() {
    let mut paste = Paste::read(
        "a:1:b:2\nc:3:d:4\nb:2:a:1\n1.2.3.4:80 x:y",
        ProxyScheme::Socks5,
    );
    assert_eq!(
        paste.questions(),
        [Notation::HostFirst, Notation::LoginFirst, Notation::Remark]
    );
    paste.settle(Notation::LoginFirst);
    let urls: Vec<_> = paste.proxies().map(|entry| entry.url().expose()).collect();
    assert_eq!(
        urls,
        ["socks5://a:1@b:2", "socks5://c:3@d:4", "socks5://b:2@a:1"]
    );
    assert_eq!(paste.questions(), [Notation::HostFirst, Notation::Remark]);
    paste.settle(Notation::Remark);
    assert!(paste.questions().is_empty());
}

#[test]
fn nothing_prints_a_password() {
    let paste = Paste::read("1.2.3.4:80:anna:canary\na:1:b:2", ProxyScheme::Http);
    let shown = format!("{paste:?}");
    assert!(
        !shown.contains("canary") && !shown.contains("anna") && shown.contains("••••"),
        "{shown}"
    );
}

fn entry() -> impl Strategy<Value = ProxyEntry> {
    let host = prop_oneof![
        "[a-z][a-z0-9-]{0,10}(\\.[a-z]{2,4}){0,3}",
        any::<u32>().prop_map(|ip| std::net::Ipv4Addr::from_bits(ip).to_string()),
        any::<u128>().prop_map(|ip| std::net::Ipv6Addr::from_bits(ip).to_string()),
    ];
    let login = prop::option::of(("\\PC{1,20}", prop::option::of("\\PC{1,20}")));
    let name = prop::option::of("[a-z]([a-z #/,:]{0,10}[a-z])?");
    (0_usize..4, host, 1_u16.., login, name).prop_map(|(scheme, host, port, login, name)| {
        let scheme = ProxyScheme::ALL[scheme];
        let (user, password) =
            login.map_or((None, None), |(user, password)| (Some(user), password));
        ProxyEntry {
            name,
            address: ProxyAddress::new(scheme, &host, port).unwrap(),
            user,
            password: password
                .filter(|_| scheme != ProxyScheme::Socks4)
                .map(SecretText::new),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_text_panics(text in "(\\PC|\n|\t|[:@,;\\[\\]\"#/.0-9a-c ]){0,80}", scheme in 0_usize..4) {
        let mut paste = Paste::read(&text, ProxyScheme::ALL[scheme]);
        for line in &paste.lines {
            if let Reading::Ambiguous(candidates) = &line.reading {
                prop_assert!(candidates.len() > 1);
            }
        }
        paste.settle(Notation::HostFirst);
    }

    #[test]
    fn an_entry_survives_its_line(entry in entry(), scheme in 0_usize..4) {
        let paste = Paste::read(&entry.line().expose(), ProxyScheme::ALL[scheme]);
        prop_assert_eq!(paste.lines.len(), 1);
        prop_assert!(paste.lines[0].reading == Reading::Proxy(entry.clone()), "{:?}", paste.lines[0]);
    }

    #[test]
    fn addresses_with_logins_are_read_in_each_order(ip: u32, port in 1_u16.., user in "[a-zA-Z][a-zA-Z0-9_-]{0,10}", password in "[a-zA-Z0-9_!$*-]{1,20}") {
        let ip = std::net::Ipv4Addr::from_bits(ip);
        let mut urls: Vec<String> = [
            format!("{ip}:{port}:{user}:{password}"),
            format!("{user}:{password}:{ip}:{port}"),
            format!("{user}:{password}@{ip}:{port}"),
            format!("{ip}:{port}@{user}:{password}"),
            format!("{ip},{port},{user},{password}"),
            format!("ip,port,user,pass\n{ip},{port},{user},{password}"),
        ]
        .iter()
        .map(|text| url(text))
        .collect();
        urls.dedup();
        prop_assert_eq!(urls.len(), 1, "{:?}", urls);
    }
}
