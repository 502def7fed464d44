//! The cookies that were read, what they are narrowed to, and which domains stand open.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use drover_model::request::CookieList;
use drover_model::{CookieCount, CookieRow};
use yew::Reducible;

/// Domains shown at once; more than this need the filter.
const AT_MOST: usize = 300;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct CookieBook {
    /// None until they are read.
    list: Option<Rc<CookieList>>,
    pub filter: String,
    open: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum BookAction {
    Read(Rc<CookieList>),
    Filter(String),
    /// Opens a domain, or closes it.
    Toggle(String),
}

/// One domain with its cookies.
#[derive(Debug, PartialEq)]
pub struct DomainRows<'a> {
    pub count: &'a CookieCount,
    /// None while it is closed.
    pub cookies: Option<Vec<&'a CookieRow>>,
}

impl CookieBook {
    pub fn list(&self) -> Option<&Rc<CookieList>> {
        self.list.as_ref()
    }

    /// The domains that the filter lets through, and how many of those are left out for their number.
    /// A domain fits when its name or the name of one of its cookies holds every word.
    pub fn shown(&self) -> (Vec<DomainRows<'_>>, usize) {
        let Some(list) = &self.list else {
            return (Vec::new(), 0);
        };
        let mut by_domain: BTreeMap<&str, Vec<&CookieRow>> = BTreeMap::new();
        for cookie in &list.cookies {
            by_domain.entry(host(cookie)).or_default().push(cookie);
        }
        let words: Vec<String> = self
            .filter
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let none = Vec::new();
        let fits = |count: &&CookieCount| {
            let cookies = by_domain.get(count.domain.as_str()).unwrap_or(&none);
            words.iter().all(|word| {
                count.domain.to_lowercase().contains(word)
                    || cookies
                        .iter()
                        .any(|cookie| cookie.key.name.to_lowercase().contains(word))
            })
        };
        let all: Vec<&CookieCount> = list.domains.iter().filter(fits).collect();
        let left_out = all.len().saturating_sub(AT_MOST);
        let rows = all.into_iter().take(AT_MOST).map(|count| DomainRows {
            count,
            cookies: self.open.contains(&count.domain).then(|| {
                by_domain
                    .get(count.domain.as_str())
                    .cloned()
                    .unwrap_or_default()
            }),
        });
        (rows.collect(), left_out)
    }
}

/// The domain as it is counted: without the dot that stands for subdomains.
fn host(cookie: &CookieRow) -> &str {
    let domain = &cookie.key.domain;
    domain.strip_prefix('.').unwrap_or(domain)
}

impl Reducible for CookieBook {
    type Action = BookAction;

    fn reduce(self: Rc<Self>, action: BookAction) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            BookAction::Read(list) => {
                next.open
                    .retain(|open| list.domains.iter().any(|count| count.domain == *open));
                next.list = Some(list);
            }
            BookAction::Filter(filter) => next.filter = filter,
            BookAction::Toggle(domain) => {
                if !next.open.remove(&domain) {
                    next.open.insert(domain);
                }
            }
        }
        Rc::new(next)
    }
}

#[cfg(test)]
mod tests {
    use drover_model::CookieKey;

    use super::*;

    fn cookie(domain: &str, name: &str) -> CookieRow {
        CookieRow {
            key: CookieKey {
                domain: domain.into(),
                path: "/".into(),
                name: name.into(),
                partition: None,
            },
            expires: None,
            secure: true,
            http_only: true,
            same_site: None,
            size: 40,
        }
    }

    fn count(domain: &str, cookies: u64) -> CookieCount {
        CookieCount {
            domain: domain.into(),
            cookies,
            session: cookies,
            partitioned: 0,
        }
    }

    fn read() -> BookAction {
        BookAction::Read(Rc::new(CookieList {
            domains: vec![count("shop.example", 2), count("ads.example", 1)],
            cookies: vec![
                cookie(".shop.example", "sid"),
                cookie("shop.example", "cart"),
                cookie("ads.example", "uid"),
            ],
        }))
    }

    fn domains(book: &CookieBook) -> Vec<&str> {
        book.shown()
            .0
            .iter()
            .map(|row| row.count.domain.as_str())
            .collect()
    }

    fn after(actions: impl IntoIterator<Item = BookAction>) -> Rc<CookieBook> {
        actions.into_iter().fold(Rc::default(), CookieBook::reduce)
    }

    #[test]
    fn nothing_is_shown_before_it_is_read() {
        let book = after([BookAction::Filter("shop".into())]);
        assert!(book.list().is_none());
        assert_eq!(domains(&book), Vec::<&str>::new());
    }

    #[test]
    fn the_filter_looks_at_domains_and_names() {
        let check = |filter: &str, expected: &[&str]| {
            let book = after([read(), BookAction::Filter(filter.into())]);
            assert_eq!(domains(&book), expected, "`{filter}`");
        };
        check("", &["shop.example", "ads.example"]);
        check("SHOP", &["shop.example"]);
        check("uid", &["ads.example"]);
        check("example cart", &["shop.example"]);
        check("shop uid", &[]);
    }

    #[test]
    fn an_open_domain_shows_cookies_for_it_and_for_its_subdomains() {
        let book = after([read(), BookAction::Toggle("shop.example".into())]);
        let (rows, left_out) = book.shown();
        assert_eq!(left_out, 0);
        let names: Vec<&str> = rows[0]
            .cookies
            .iter()
            .flatten()
            .map(|cookie| cookie.key.name.as_str())
            .collect();
        assert_eq!(names, ["sid", "cart"]);
        assert_eq!(rows[1].cookies, None, "the other stays closed");
        let closed = book.reduce(BookAction::Toggle("shop.example".into()));
        assert_eq!(closed.shown().0[0].cookies, None);
    }

    #[test]
    fn a_domain_that_is_gone_does_not_open_by_itself_later() {
        let empty = BookAction::Read(Rc::new(CookieList {
            domains: Vec::new(),
            cookies: Vec::new(),
        }));
        let book = after([
            read(),
            BookAction::Toggle("ads.example".into()),
            empty,
            read(),
        ]);
        assert_eq!(book.shown().0[1].cookies, None);
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let list = CookieList {
            domains: (0..AT_MOST + 7)
                .map(|number| count(&format!("d{number}.example"), 1))
                .collect(),
            cookies: Vec::new(),
        };
        let book = after([BookAction::Read(Rc::new(list))]);
        let (rows, left_out) = book.shown();
        assert_eq!((rows.len(), left_out), (AT_MOST, 7));
    }
}
