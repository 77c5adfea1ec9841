//! Lays the layers over each other: defaults, file, environment, flags. Each layer is read alone first,
//! so that an error names the file or variable it stands in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use toml::{Table, Value};

use super::settings::Settings;

/// Variables that set something begin so, and name section and key with two underscores between.
const PREFIX: &str = "GONGSHI_";

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// File.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line of the file is wrong.
    #[error("{}: {problem}", .path.display())]
    File {
        /// File.
        path: PathBuf,
        /// Line, key and reason.
        problem: String,
    },
    /// A variable is wrong.
    #[error("environment variable {name}: {problem}")]
    Variable {
        /// Variable.
        name: String,
        /// Reason.
        problem: String,
    },
    /// A flag is wrong.
    #[error("flag for {key}: {problem}")]
    Flag {
        /// Key.
        key: String,
        /// Reason.
        problem: String,
    },
    /// A value is well formed and still of no use.
    #[error("{origin}: {key}: {why}")]
    Unusable {
        /// File, variable or flag that set it.
        origin: String,
        /// Key.
        key: &'static str,
        /// Why, and how to mend it.
        why: String,
    },
}

/// What was set where, gathered layer by layer.
#[derive(Debug, Default)]
pub struct Layers {
    merged: Table,
    origins: BTreeMap<String, String>,
}

impl Layers {
    /// Lays a file over what is there.
    ///
    /// # Errors
    /// [`ConfigError::Read`] or [`ConfigError::File`].
    pub fn file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.to_owned(),
            source,
        })?;
        let wrong = |problem: String| ConfigError::File {
            path: path.to_owned(),
            problem,
        };
        toml::from_str::<Settings>(&text).map_err(|e| wrong(in_file(&text, &e)))?;
        let table: Table = toml::from_str(&text).map_err(|e| wrong(e.message().to_owned()))?;
        self.lay(table, &path.display().to_string());
        Ok(())
    }

    /// Lays the variables over what is there. A variable without two underscores sets nothing here.
    ///
    /// # Errors
    /// [`ConfigError::Variable`].
    pub fn environment(
        &mut self,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        let mut sorted: Vec<(String, String)> = variables
            .filter(|(name, _)| name.starts_with(PREFIX) && name[PREFIX.len()..].contains("__"))
            .collect();
        sorted.sort();
        for (name, value) in sorted {
            let key = name[PREFIX.len()..].to_ascii_lowercase().replace("__", ".");
            let table = typed(&key, &value).map_err(|problem| ConfigError::Variable {
                name: name.clone(),
                problem,
            })?;
            self.lay(table, &format!("environment variable {name}"));
        }
        Ok(())
    }

    /// Lays one flag over what is there.
    ///
    /// # Errors
    /// [`ConfigError::Flag`].
    pub fn flag(&mut self, key: &str, value: &str) -> Result<(), ConfigError> {
        let table = typed(key, value).map_err(|problem| ConfigError::Flag {
            key: key.to_owned(),
            problem,
        })?;
        self.lay(table, "command line");
        Ok(())
    }

    /// The settings that result.
    ///
    /// # Errors
    /// [`ConfigError::Unusable`] with the layer that set the value.
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        // cannot fail for layers that were read alone, but is told rather than hidden
        let together = |problem: String| ConfigError::Flag {
            key: "all layers together".to_owned(),
            problem,
        };
        // a layer may set one value of two: the other is the default's
        let mut table =
            Table::try_from(Settings::default()).map_err(|e| together(e.to_string()))?;
        merge(&mut table, self.merged.clone(), "", &mut |_| ());
        let settings = Settings::deserialize(Value::Table(table))
            .map_err(|e| together(e.message().to_owned()))?;
        settings.validate().map_err(|bad| ConfigError::Unusable {
            origin: self.origin(bad.key).to_owned(),
            key: bad.key,
            why: bad.why,
        })?;
        Ok(settings)
    }

    /// Which layer set a key; `defaults` when none did.
    #[must_use]
    pub fn origin(&self, key: &str) -> &str {
        self.origins
            .iter()
            .find(|(k, _)| *k == key || k.strip_prefix(key).is_some_and(|r| r.starts_with('.')))
            .map_or("defaults", |(_, origin)| origin.as_str())
    }

    fn lay(&mut self, table: Table, origin: &str) {
        merge(&mut self.merged, table, "", &mut |key| {
            self.origins.insert(key, origin.to_owned());
        });
    }
}

fn merge(into: &mut Table, from: Table, path: &str, seen: &mut impl FnMut(String)) {
    for (key, value) in from {
        let full = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match (into.get_mut(&key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new, &full, seen),
            (_, Value::Table(new)) => {
                let mut fresh = Table::new();
                merge(&mut fresh, new, &full, seen);
                into.insert(key, Value::Table(fresh));
            }
            (_, value) => {
                seen(full);
                into.insert(key, value);
            }
        }
    }
}

/// A table with one value, read as the text it is when the key takes a text, else as TOML.
fn typed(key: &str, value: &str) -> Result<Table, String> {
    let as_text = nest(key, Value::String(value.to_owned()));
    let refusal = match fits(&as_text) {
        Ok(()) => return Ok(as_text),
        Err(refusal) => refusal,
    };
    let parsed = toml::from_str::<Table>(&format!("v = {value}"))
        .ok()
        .and_then(|mut t| t.remove("v"));
    if let Some(parsed) = parsed {
        let table = nest(key, parsed);
        return match fits(&table) {
            Ok(()) => Ok(table),
            Err(refusal) => Err(format!("{key}: {refusal}")),
        };
    }
    Err(format!("{key}: {refusal}"))
}

/// Whether a table could stand alone. An allowance has two values: the one that is not set is lent a number.
fn fits(table: &Table) -> Result<(), String> {
    let mut lent = table.clone();
    if let Some(Value::Table(limits)) = lent.get_mut("limits") {
        for (_, allowance) in limits.iter_mut() {
            if let Value::Table(t) = allowance {
                for key in ["burst", "per_minute"] {
                    t.entry(key).or_insert(Value::Integer(1));
                }
            }
        }
    }
    Settings::deserialize(Value::Table(lent))
        .map(|_| ())
        .map_err(|e| e.message().to_owned())
}

fn nest(key: &str, value: Value) -> Table {
    let mut parts = key.rsplit('.');
    let mut table = Table::new();
    table.insert(parts.next().unwrap_or_default().to_owned(), value);
    for part in parts {
        let mut outer = Table::new();
        outer.insert(part.to_owned(), Value::Table(table));
        table = outer;
    }
    table
}

/// `line 3, key server.bind: …`: where in the file, without the value, which may be a secret.
fn in_file(text: &str, error: &toml::de::Error) -> String {
    let Some(span) = error.span() else {
        return error.message().to_owned();
    };
    let before = text.get(..span.start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let so_far: Vec<&str> = text.lines().take(line).collect();
    let section = so_far
        .iter()
        .rev()
        .find_map(|l| l.trim().strip_prefix('[')?.split(']').next())
        .unwrap_or_default();
    let key = so_far
        .last()
        .and_then(|l| l.split_once('='))
        .map_or("", |(k, _)| k.trim());
    let name = match (section.is_empty(), key.is_empty()) {
        (false, false) => format!("{section}.{key}"),
        _ => format!("{section}{key}"),
    };
    format!("line {line}, key {name}: {}", error.message())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Role;

    fn env(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect::<Vec<_>>()
            .into_iter()
    }

    #[test]
    fn later_layers_win() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        std::fs::write(
            &path,
            "[server]\nbind = \"127.0.0.1:1\"\nworkers = 3\nrole = \"desk\"\n[limits]\nread = { burst = 5, per_minute = 7 }\n",
        )
        .unwrap();
        let mut layers = Layers::default();
        layers.file(&path).unwrap();
        layers
            .environment(env(&[
                ("GONGSHI_SERVER__BIND", "127.0.0.1:2"),
                ("GONGSHI_SERVER__WORKERS", "4"),
                ("GONGSHI_LIMITS__READ__BURST", "9"),
                ("GONGSHI_SERVER__TRUSTED_PROXIES", "[\"10.0.0.0/8\"]"),
                ("GONGSHI_SITE__DEMO", "true"),
                ("GONGSHI_SITE__BASE_URL", "https://example.cn"),
                ("GONGSHI_TEST_POSTGRES", "not ours"),
                ("HOME", "/root"),
            ]))
            .unwrap();
        layers.flag("server.bind", "127.0.0.1:3").unwrap();
        let s = layers.settings().unwrap();
        assert_eq!(s.server.bind.port(), 3);
        assert_eq!(s.server.workers, 4);
        assert_eq!(s.server.role, Role::Desk);
        assert_eq!((s.limits.read.burst, s.limits.read.per_minute), (9, 7));
        assert_eq!(s.server.trusted_proxies, ["10.0.0.0/8"]);
        assert!(s.site.demo);
        assert_eq!(s.site.base_url, "https://example.cn");
        assert_eq!(layers.origin("server.bind"), "command line");
        assert_eq!(layers.origin("log.level"), "defaults");
    }

    #[test]
    fn one_value_of_an_allowance_can_be_set_alone() {
        let mut layers = Layers::default();
        layers
            .environment(env(&[("GONGSHI_LIMITS__PERSON__PER_MINUTE", "0")]))
            .unwrap();
        let person = layers.settings().unwrap().limits.person;
        assert_eq!(person.per_minute, 0);
        assert_eq!(person.burst, Settings::default().limits.person.burst);
    }

    #[test]
    fn errors_name_the_file_and_the_key() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        for (text, expected) in [
            (
                "[server]\nbnid = 1\n",
                "config.toml: line 2, key server.bnid: unknown field `bnid`",
            ),
            (
                "[server]\nworkers = \"many\"\n",
                "config.toml: line 2, key server.workers: invalid type",
            ),
            (
                "[serve]\nworkers = 1\n",
                "config.toml: line 1, key serve: unknown field `serve`",
            ),
            (
                "[server]\nrole = \"king\"\n",
                "config.toml: line 2, key server.role: unknown variant `king`",
            ),
            (
                "[limits]\nread = { burst = 1 }\n",
                "config.toml: line 2, key limits.read: missing field `per_minute`",
            ),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = Layers::default().file(&path).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let missing = Layers::default()
            .file(&dir.path().join("none.toml"))
            .unwrap_err()
            .to_string();
        assert!(missing.contains("none.toml"), "{missing}");
    }

    #[test]
    fn errors_name_the_variable() {
        for (name, value, expected) in [
            (
                "GONGSHI_SERVER__WORKERS",
                "x",
                "environment variable GONGSHI_SERVER__WORKERS: server.workers: invalid type",
            ),
            (
                "GONGSHI_SERVER__PORT",
                "1",
                "environment variable GONGSHI_SERVER__PORT: server.port: unknown field `port`",
            ),
            (
                "GONGSHI_NO__SUCH",
                "1",
                "environment variable GONGSHI_NO__SUCH: no.such: unknown field `no`",
            ),
        ] {
            let error = Layers::default()
                .environment(env(&[(name, value)]))
                .unwrap_err()
                .to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn an_unusable_value_names_who_set_it() {
        let mut layers = Layers::default();
        layers
            .environment(env(&[
                ("GONGSHI_SERVER__BIND", "0.0.0.0:80"),
                ("GONGSHI_CLOCK__TEST_FILE", "/tmp/now"),
            ]))
            .unwrap();
        let error = layers.settings().unwrap_err().to_string();
        assert!(
            error.starts_with("environment variable GONGSHI_CLOCK__TEST_FILE: clock.test_file: "),
            "{error}"
        );
    }

    #[test]
    fn a_wrong_secret_is_not_repeated() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        std::fs::write(
            &path,
            "[database]\nvault_url = [\"postgres://me:hunter2@db/vault\"]\n",
        )
        .unwrap();
        let error = Layers::default().file(&path).unwrap_err().to_string();
        assert!(error.contains("database.vault_url"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}
