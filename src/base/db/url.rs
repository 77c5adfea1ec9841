//! Where a database is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::DbError;

/// Address of a database: a SQLite file or a PostgreSQL server. `Debug` and `Display` hide the password.
#[derive(Clone, PartialEq, Eq)]
pub enum DbUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A `postgres://` address as libpq reads it.
    Postgres(String),
}

impl DbUrl {
    /// A SQLite file.
    #[must_use]
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::Sqlite(path.into())
    }

    /// Reads an address: `postgres://…`, `postgresql://…`, `sqlite:PATH`, `sqlite://PATH` or a bare path.
    ///
    /// # Errors
    /// [`DbError::UnknownScheme`] for any other scheme, [`DbError::EmptyUrl`] when nothing is left.
    pub fn parse(text: &str) -> Result<Self, DbError> {
        let text = text.trim();
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        if let Some(rest) = text.strip_prefix("sqlite:") {
            return Self::file(rest.strip_prefix("//").unwrap_or(rest));
        }
        match text.split_once(':') {
            // one letter is a drive, not a scheme
            Some((scheme, _)) if is_scheme(scheme) => Err(DbError::UnknownScheme {
                scheme: scheme.to_owned(),
            }),
            _ => Self::file(text),
        }
    }

    fn file(path: &str) -> Result<Self, DbError> {
        if path.is_empty() {
            return Err(DbError::EmptyUrl);
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }

    /// The file, when it is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }
}

fn is_scheme(text: &str) -> bool {
    text.len() > 1
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

impl FromStr for DbUrl {
    type Err = DbError;

    fn from_str(text: &str) -> Result<Self, DbError> {
        Self::parse(text)
    }
}

impl fmt::Display for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            // a password may stand in the authority or among the parameters: neither is shown
            Self::Postgres(text) => match ::url::Url::parse(text) {
                Ok(url) => write!(
                    f,
                    "postgres://{}{}",
                    url.host_str().unwrap_or_default(),
                    url.path()
                ),
                Err(_) => f.write_str("postgres://…"),
            },
        }
    }
}

impl fmt::Debug for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DbUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_by_scheme() {
        let file = |p: &str| DbUrl::Sqlite(PathBuf::from(p));
        for (text, expected) in [
            ("data/vault.db", file("data/vault.db")),
            ("/srv/公示/vault.db", file("/srv/公示/vault.db")),
            ("sqlite:data/vault.db", file("data/vault.db")),
            ("sqlite:///srv/vault.db", file("/srv/vault.db")),
            ("C:/data/vault.db", file("C:/data/vault.db")),
            (
                "postgres://a@h/d",
                DbUrl::Postgres("postgres://a@h/d".to_owned()),
            ),
            (
                "postgresql://a@h/d",
                DbUrl::Postgres("postgresql://a@h/d".to_owned()),
            ),
        ] {
            assert_eq!(DbUrl::parse(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn an_unknown_scheme_is_an_error_and_no_file_name() {
        for text in ["mysql://h/d", "postgre://h/d", "http://h", "file:x.db"] {
            assert!(
                matches!(DbUrl::parse(text), Err(DbError::UnknownScheme { .. })),
                "{text}"
            );
        }
        assert!(matches!(DbUrl::parse("sqlite:"), Err(DbError::EmptyUrl)));
        assert!(matches!(DbUrl::parse("  "), Err(DbError::EmptyUrl)));
    }

    #[test]
    fn the_password_is_not_shown() {
        let url =
            DbUrl::parse("postgres://me:s3cret@db.example:5433/vault?password=s3cret").unwrap();
        let shown = format!("{url} {url:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        assert!(shown.contains("db.example"), "{shown}");
    }
}
