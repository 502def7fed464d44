//! Tables with a header: CSV, and the same with tabs, semicolons or bars.

use std::net::Ipv6Addr;

use super::line::read_line;
use super::word::{by_parts, candidate};
use super::{BadLine, Candidate, Notation};
use crate::proxy::ProxyScheme;
use crate::proxy::address::{parse_place, parse_scheme};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Host,
    Port,
    User,
    Password,
    Scheme,
    Name,
    /// A whole notation.
    Whole,
    Unknown,
}

/// The header of a table.
pub(super) struct Header {
    mark: char,
    columns: Vec<Column>,
}

impl Header {
    /// The header that the line is, if it names a host and something beside it.
    pub(super) fn read(line: &str) -> Option<Self> {
        ['\t', ',', ';', '|'].into_iter().find_map(|mark| {
            let cells = cells(line, mark).ok()?;
            let columns: Vec<Column> = cells.iter().map(|cell| column(cell)).collect();
            let has = |wanted: Column| columns.contains(&wanted);
            let known = columns
                .iter()
                .filter(|column| **column != Column::Unknown)
                .count();
            ((has(Column::Host) || has(Column::Whole)) && known > 1)
                .then_some(Self { mark, columns })
        })
    }

    /// The proxy of a row. A line that is no row is read as any other line.
    pub(super) fn row(&self, line: &str, default: ProxyScheme) -> Result<Vec<Candidate>, BadLine> {
        let cells = cells(line, self.mark)?;
        if let [_] = cells.as_slice() {
            return read_line(line, default);
        }
        let cell = |wanted: Column| {
            let at = self.columns.iter().position(|column| *column == wanted);
            at.and_then(|at| cells.get(at))
                .map_or("", |cell| cell.trim())
        };
        let scheme = match cell(Column::Scheme) {
            "" => default,
            word => parse_scheme(word)?,
        };
        let name = Some(cell(Column::Name))
            .filter(|name| !name.is_empty())
            .map(str::to_owned);
        let mut meanings = if cell(Column::Host).is_empty() && !cell(Column::Whole).is_empty() {
            read_line(cell(Column::Whole), scheme)?
        } else {
            vec![by_cells(&cell, scheme)?]
        };
        for meaning in &mut meanings {
            meaning.entry.name = name.clone().or(meaning.entry.name.take());
        }
        Ok(meanings)
    }
}

fn by_cells<'a>(
    cell: &impl Fn(Column) -> &'a str,
    scheme: ProxyScheme,
) -> Result<Candidate, BadLine> {
    let (host, port) = (cell(Column::Host), cell(Column::Port));
    let (user, password) = (cell(Column::User), cell(Column::Password));
    let entry = if port.is_empty() {
        let bare = host.parse::<Ipv6Addr>().is_ok();
        if bare || !host.contains(':') || host.ends_with(']') {
            return Err(if host.is_empty() {
                BadLine::Host
            } else {
                BadLine::NoPort
            });
        }
        let address = parse_place(host, scheme)?;
        let port = address.port().to_string();
        by_parts(address.host(), &port, user, password, scheme)?
    } else {
        by_parts(host, port, user, password, scheme)?
    };
    Ok(candidate(Notation::HostFirst, entry))
}

fn column(title: &str) -> Column {
    let title: String = title
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    match title.as_str() {
        "ip" | "host" | "hostname" | "address" | "addr" | "server" | "ipaddress" | "proxyhost"
        | "proxyip" | "proxyaddress" => Column::Host,
        "port" | "proxyport" => Column::Port,
        "user" | "username" | "login" | "proxyuser" | "proxyusername" => Column::User,
        "pass" | "password" | "passwd" | "pwd" | "proxypass" | "proxypassword" => Column::Password,
        "type" | "protocol" | "scheme" | "kind" | "proxytype" => Column::Scheme,
        "name" | "label" | "title" | "proxyname" => Column::Name,
        "proxy" | "url" | "proxyurl" => Column::Whole,
        _ => Column::Unknown,
    }
}

/// The cells of a line as in RFC 4180: one in quotes may hold the mark, and `""` for a quote.
pub(super) fn cells(line: &str, mark: char) -> Result<Vec<String>, BadLine> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let cell = cells.last_mut().expect("BUG: there is always a cell");
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            c if c == mark && !quoted => cells.push(String::new()),
            c => cell.push(c),
        }
    }
    if quoted {
        Err(BadLine::Quotes)
    } else {
        Ok(cells)
    }
}
