//! A table of parameters, one run a row: checked as a whole before anything is queued.

use std::collections::BTreeMap;

use serde_json::Value;

use drover_model::{schedule::CsvProblem, task::Parameter};

/// The column that names the profile.
pub const PROFILE: &str = "profile";
/// The most rows of one table.
pub const MOST_ROWS: usize = 10_000;

/// A row that is fine.
#[derive(Debug, Clone, PartialEq)]
pub struct CsvRow {
    /// Counted from 1, without the header. It is the item's key: `row:<n>`.
    pub row: usize,
    pub profile: Option<String>,
    /// The values of this row, in the types of the task; defaults are not in it.
    pub parameters: BTreeMap<String, Value>,
}

/// A table that was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CsvTable {
    /// The rows without a problem.
    pub rows: Vec<CsvRow>,
    /// Everything that is wrong. With a problem of the header there are no rows.
    pub problems: Vec<CsvProblem>,
}

impl CsvTable {
    /// How many rows have a problem.
    #[must_use]
    pub fn bad_rows(&self) -> usize {
        let mut rows: Vec<usize> = self
            .problems
            .iter()
            .filter_map(|problem| problem.row)
            .collect();
        rows.dedup();
        rows.len()
    }

    /// Reads a table (RFC 4180; `;` where the header has no comma) for a task's parameters.
    #[must_use]
    pub fn read(
        text: &str,
        parameters: &BTreeMap<String, Parameter>,
        knows_profile: impl Fn(&str) -> bool,
    ) -> Self {
        let mut table = Self::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let records = match records(text) {
            Ok(records) => records,
            Err(problem) => {
                table.problems.push(problem);
                return table;
            }
        };
        let mut records = records.into_iter();
        let Some(header) = records.next() else {
            table.problem(
                1,
                None,
                None,
                "the table is empty; its first line names the columns",
            );
            return table;
        };
        let columns: Vec<&str> = header.cells.iter().map(|cell| cell.trim()).collect();
        table.check_header(header.line, &columns, parameters);
        if records.len() > MOST_ROWS {
            let message = format!(
                "the table has {} rows, and {MOST_ROWS} are possible",
                records.len()
            );
            table.problem(1, None, None, message);
        }
        if records.len() == 0 {
            table.problem(
                header.line,
                None,
                None,
                "the table has no row beneath its header",
            );
        }
        if !table.problems.is_empty() {
            return table;
        }
        for (index, record) in records.enumerate() {
            table.read_row(index + 1, &record, &columns, parameters, &knows_profile);
        }
        table
    }

    fn problem(
        &mut self,
        line: usize,
        row: Option<usize>,
        column: Option<&str>,
        message: impl Into<String>,
    ) {
        self.problems.push(CsvProblem {
            line,
            row,
            column: column.map(str::to_owned),
            message: message.into(),
        });
    }

    fn check_header(
        &mut self,
        line: usize,
        columns: &[&str],
        parameters: &BTreeMap<String, Parameter>,
    ) {
        for (index, column) in columns.iter().enumerate() {
            if columns[..index].contains(column) {
                let message = format!("the column `{column}` is there twice");
                self.problem(line, None, Some(column), message);
            } else if *column != PROFILE && !parameters.contains_key(*column) {
                let known: Vec<&str> = parameters.keys().map(String::as_str).collect();
                let message = format!(
                    "`{column}` is no parameter of the task; it has {}",
                    if known.is_empty() {
                        "none".to_owned()
                    } else {
                        format!("`{}`", known.join("`, `"))
                    }
                );
                self.problem(line, None, Some(column), message);
            }
        }
        for (name, parameter) in parameters {
            if parameter.default.is_none() && !columns.contains(&name.as_str()) {
                let message =
                    format!("the column `{name}` is missing, and the parameter has no default");
                self.problem(line, None, Some(name), message);
            }
        }
    }

    fn read_row(
        &mut self,
        row: usize,
        record: &Record,
        columns: &[&str],
        parameters: &BTreeMap<String, Parameter>,
        knows_profile: impl Fn(&str) -> bool,
    ) {
        let before = self.problems.len();
        if record.cells.len() != columns.len() {
            let message = format!(
                "the row has {} values, and the header names {}",
                record.cells.len(),
                columns.len()
            );
            self.problem(record.line, Some(row), None, message);
            return;
        }
        let mut profile = None;
        let mut values = BTreeMap::new();
        for (column, cell) in columns.iter().zip(&record.cells) {
            if *column == PROFILE {
                let name = cell.trim();
                if name.is_empty() {
                    self.problem(record.line, Some(row), Some(column), "a profile is needed");
                } else if !knows_profile(name) {
                    let message = format!("there is no profile `{name}`");
                    self.problem(record.line, Some(row), Some(column), message);
                }
                profile = Some(name.to_owned());
                continue;
            }
            let parameter = &parameters[*column];
            if cell.is_empty() {
                if parameter.default.is_none() {
                    let message = "a value is needed, because the parameter has no default";
                    self.problem(record.line, Some(row), Some(column), message);
                }
                continue;
            }
            match parameter.read(&Value::String(cell.clone())) {
                Ok(value) => {
                    values.insert((*column).to_owned(), value);
                }
                Err(message) => self.problem(record.line, Some(row), Some(column), message),
            }
        }
        if self.problems.len() == before {
            self.rows.push(CsvRow {
                row,
                profile,
                parameters: values,
            });
        }
    }
}

struct Record {
    /// Where it begins, counted from 1.
    line: usize,
    cells: Vec<String>,
}

/// The records of a table; lines without anything are left out.
fn records(text: &str) -> Result<Vec<Record>, CsvProblem> {
    let first = text.lines().next().unwrap_or_default();
    let separator = if first.contains(',') || !first.contains(';') {
        ','
    } else {
        ';'
    };
    let mut records = Vec::new();
    let mut line = 1;
    let mut chars = text.chars().peekable();
    while chars.peek().is_some() {
        let mut record = Record {
            line,
            cells: Vec::new(),
        };
        let mut cell = String::new();
        let mut was_quoted = false;
        loop {
            match chars.next() {
                Some('"') if cell.is_empty() && !was_quoted => {
                    was_quoted = true;
                    loop {
                        match chars.next() {
                            Some('"') if chars.peek() == Some(&'"') => {
                                chars.next();
                                cell.push('"');
                            }
                            Some('"') => break,
                            Some(c) => {
                                line += usize::from(c == '\n');
                                cell.push(c);
                            }
                            None => {
                                return Err(CsvProblem {
                                    line: record.line,
                                    row: None,
                                    column: None,
                                    message: "a quoted value has no closing `\"`".to_owned(),
                                });
                            }
                        }
                    }
                }
                Some(c) if c == separator => {
                    record.cells.push(std::mem::take(&mut cell));
                    was_quoted = false;
                }
                Some('\r') if chars.peek() == Some(&'\n') => {}
                None | Some('\n') => break,
                Some(c) => cell.push(c),
            }
        }
        line += 1;
        let is_blank = record.cells.is_empty() && cell.trim().is_empty() && !was_quoted;
        record.cells.push(cell);
        if !is_blank {
            records.push(record);
        }
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn parameters() -> BTreeMap<String, Parameter> {
        let text = r#"{"url":{"type":"string"},"amount":{"type":"number","default":1},"dry":{"type":"boolean","default":false}}"#;
        serde_json::from_str(text).unwrap()
    }

    fn read(text: &str) -> CsvTable {
        CsvTable::read(text, &parameters(), |name| name != "ghost")
    }

    #[test]
    fn rows_get_the_types_of_the_task() {
        let table = read(
            "\u{feff}profile,url,amount\r\nanna,\"https://a/?q=1,2\",3\r\n\r\nben,\"say \"\"hi\"\"\nthere\",\r\n",
        );
        assert_eq!(table.problems, []);
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.rows[0].profile.as_deref(), Some("anna"));
        assert_eq!(table.rows[0].parameters["amount"], json!(3));
        assert_eq!(table.rows[1].parameters["url"], json!("say \"hi\"\nthere"));
        assert!(
            !table.rows[1].parameters.contains_key("amount"),
            "the default stands"
        );
    }

    #[test]
    fn every_mistake_names_row_and_column() {
        let table =
            read("profile,url,amount,dry\nanna,a,many,yes\nghost,,2,maybe\nben,b,2\ncarl,c,2,no\n");
        let found: Vec<String> = table
            .problems
            .iter()
            .map(|p| {
                format!(
                    "{} {:?} {}",
                    p.line,
                    p.column.as_deref().unwrap_or("-"),
                    p.message
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                "2 \"amount\" `many` is not a number",
                "3 \"profile\" there is no profile `ghost`",
                "3 \"url\" a value is needed, because the parameter has no default",
                "3 \"dry\" `maybe` is not `true` or `false`",
                "4 \"-\" the row has 3 values, and the header names 4",
            ]
        );
        assert_eq!(table.bad_rows(), 3);
        assert_eq!(table.rows.len(), 1, "the good row can still be run");
    }

    #[test]
    fn a_wrong_header_lets_no_row_through() {
        let table = read("profile,link,link\nanna,a,b\n");
        let columns: Vec<_> = table
            .problems
            .iter()
            .filter_map(|p| p.column.as_deref())
            .collect();
        assert_eq!(columns, ["link", "link", "url"]);
        assert!(table.rows.is_empty());
        assert_eq!(read("").problems.len(), 1);
        assert_eq!(
            read("url\n\"a").problems[0].message,
            "a quoted value has no closing `\"`"
        );
        assert_eq!(
            read("profile;url\nanna;a\n").rows.len(),
            1,
            "a semicolon separates too"
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a-z,;\"\r\n0-9ü]{0,80}") {
            let table = read(&text);
            prop_assert!(!table.rows.is_empty() || !table.problems.is_empty());
        }
    }
}
