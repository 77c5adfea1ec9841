//! Configuration: defaults < file < `GONGSHI_SECTION__KEY` < flags, merged once at start into plain values.

mod desk;
mod layers;
mod notify;
mod secret;
mod settings;

pub use desk::{Desk, SecondOfficer};
pub use layers::{ConfigError, Layers};
pub use notify::{Notify, OutgoingTarget, SmtpTls};
pub use secret::Secret;
pub use settings::{
    Allowance, CatalogueFiles, ClockFile, Database, Index, Limits, Log, LogFormat, Role, Server,
    Settings, Site, Unusable,
};

/// A configuration file in which everything is said and nothing is changed: what `init` writes.
pub const TEMPLATE: &str = include_str!("template.toml");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_changes_nothing_and_shows_every_key() {
        let plain: Settings = toml::from_str(TEMPLATE).unwrap();
        assert_eq!(plain, Settings::default());
        // with the comment signs before its keys taken away, it names every key with its default
        let all: String = TEMPLATE
            .lines()
            .map(|l| match l.strip_prefix("#") {
                Some(rest) if !rest.starts_with(' ') => rest,
                _ => l,
            })
            .collect::<Vec<_>>()
            .join("\n");
        let full: toml::Table = toml::from_str(&all).unwrap();
        let settings: Settings = toml::from_str(&all).unwrap();
        let known = toml::Table::try_from(&settings).unwrap();
        for (section, keys) in &known {
            for key in keys.as_table().unwrap().keys() {
                assert!(full[section].get(key).is_some(), "{section}.{key}");
            }
        }
    }

    #[test]
    fn secrets_are_hidden_when_shown() {
        let settings = Settings {
            database: Database {
                vault_url: Secret::new("postgres://me:hunter2@db/vault"),
                ..Database::default()
            },
            ..Settings::default()
        };
        let shown = toml::to_string(&settings).unwrap() + &format!("{settings:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("(hidden)"));
    }
}
