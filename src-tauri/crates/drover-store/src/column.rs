//! How the words of the domain stand in columns.

use std::{error::Error as StdError, fmt::Display, str::FromStr};

use jiff::Timestamp;
use rusqlite::{
    Row, ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef},
};
use serde::{
    Serialize,
    de::{
        DeserializeOwned, IntoDeserializer,
        value::{Error as ValueError, StrDeserializer},
    },
};

fn other<E: StdError + Send + Sync + 'static>(error: E) -> FromSqlError {
    FromSqlError::Other(Box::new(error))
}

/// A value that is printed and parsed: ids, names, addresses.
pub(crate) struct Text<T>(pub(crate) T);

impl<T: FromStr<Err: StdError + Send + Sync + 'static>> FromSql for Text<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(other)
    }
}

impl<T: Display> ToSql for Text<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}

/// A moment, as milliseconds since 1970.
pub(crate) struct Ms(pub(crate) Timestamp);

impl FromSql for Ms {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Timestamp::from_millisecond(value.as_i64()?)
            .map(Self)
            .map_err(other)
    }
}

impl ToSql for Ms {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

/// A size or a length of time. `SQLite` has no unsigned numbers; what does not fit is capped.
pub(crate) struct Count(pub(crate) u64);

impl FromSql for Count {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        u64::try_from(number)
            .map(Self)
            .map_err(|_| FromSqlError::OutOfRange(number))
    }
}

impl ToSql for Count {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(i64::try_from(self.0).unwrap_or(i64::MAX).into())
    }
}

/// A value as JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Self)
            .map_err(other)
    }
}

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        serde_json::to_string(&self.0)
            .map(Into::into)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
    }
}

/// A variant without fields, by the word that it has on the wire.
pub(crate) struct Word<T>(pub(crate) T);

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word: StrDeserializer<'_, ValueError> = value.as_str()?.into_deserializer();
        T::deserialize(word).map(Self).map_err(other)
    }
}

impl<T: Serialize> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match serde_json::to_value(&self.0) {
            Ok(serde_json::Value::String(word)) => Ok(word.into()),
            other => unreachable!("BUG: {other:?} is not a word"),
        }
    }
}

/// The cells of a row one after the other, in the order of the statement. To look each up by its name costs as much as to
/// read it.
pub(crate) struct Cells<'r, 'stmt> {
    row: &'r Row<'stmt>,
    next: usize,
}

impl<'r, 'stmt> Cells<'r, 'stmt> {
    pub(crate) const fn of(row: &'r Row<'stmt>) -> Self {
        Self { row, next: 0 }
    }

    pub(crate) fn next<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        let cell = self.row.get(self.next)?;
        self.next += 1;
        Ok(cell)
    }

    /// A moment that may be missing.
    pub(crate) fn time(&mut self) -> rusqlite::Result<Option<Timestamp>> {
        Ok(self.next::<Option<Ms>>()?.map(|at| at.0))
    }
}

/// A name as it is compared: names are unique without regard to case, beyond ASCII too.
pub(crate) fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}
