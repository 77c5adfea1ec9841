//! Opens single rooms of a data directory, for commands and for nodes, and says how to mend what is missing.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::base::calendar::Calendar;
use crate::base::catalogue;
use crate::base::clock::{self, Clock};
use crate::base::crypto::{
    BlindKey, DeskPublic, DeskSecret, KeyError, KeyRing, KeyScope, SignKey, VerifyKey,
};
use crate::base::db::DbUrl;
use crate::base::files::DataDir;
use crate::config::{Role, Secret, Settings};
use crate::domain::cases::Limits;
use crate::domain::catalogue::Catalogue;
use crate::domain::rule::severity::SeverityTable;
use crate::domain::time::Moment;
use crate::domain::workdays::WorkDays;
use crate::inside::cases::{Cases, Surfaces};
use crate::inside::publish::{self, PublishError, PublishSummary, Publisher};
use crate::inside::vault::Vault;
use crate::outside::apply::{ApplyStore, Intake};
use crate::outside::hooks::guard::Reach;
use crate::outside::index::{IndexOptions, SearchIndex};
use crate::outside::store::PublicStore;

/// The rooms of a data directory under its settings; nothing is opened until it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Rooms<'a> {
    data: &'a DataDir,
    settings: &'a Settings,
}

/// What the publisher needs beside the public store.
#[derive(Clone)]
pub struct Inside {
    /// Vault.
    pub vault: Vault,
    /// Catalogue.
    pub catalogue: Arc<Catalogue>,
    /// Table of severity.
    pub severity: Arc<SeverityTable>,
    /// Calendar.
    pub work_days: Calendar,
    /// Key of blind terms.
    pub blind: Arc<BlindKey>,
}

impl Inside {
    /// What the publisher needs, with the public store.
    #[must_use]
    pub fn publisher<'a>(&'a self, store: &'a PublicStore) -> Publisher<'a> {
        Publisher {
            vault: &self.vault,
            store,
            catalogue: &self.catalogue,
            severity: &self.severity,
            calendar: &self.work_days,
            blind: &self.blind,
        }
    }

    /// Publishes what changed or fell due; waits for another publisher to end.
    ///
    /// # Errors
    /// When the lock cannot be taken, or a database refuses; what was not done is done by the next run.
    pub fn publish(
        &self,
        store: &PublicStore,
        lock: &Path,
        now: Moment,
        progress: &(dyn Fn(u64) + Sync),
    ) -> anyhow::Result<PublishSummary> {
        let _lock = Lock::wait(lock)?;
        let done: Result<_, PublishError> = publish::run(&self.publisher(store), now, progress);
        Ok(done?)
    }
}

impl<'a> Rooms<'a> {
    /// The rooms of a data directory.
    #[must_use]
    pub const fn new(data: &'a DataDir, settings: &'a Settings) -> Self {
        Self { data, settings }
    }

    /// The settings.
    #[must_use]
    pub const fn settings(&self) -> &'a Settings {
        self.settings
    }

    /// Fails unless what a role needs is there.
    ///
    /// # Errors
    /// Says which command makes what is missing.
    pub fn require(&self, role: Role) -> anyhow::Result<()> {
        let scope = if role.opens_vault() {
            KeyScope::Inside
        } else {
            KeyScope::Public
        };
        if !KeyRing::exists(&self.data.keys(), scope) {
            bail!(
                "{}: no data directory of a node with role {}: make one with `gongshi --data {} init`",
                self.data.root().display(),
                role.name(),
                self.data.root().display()
            );
        }
        Ok(())
    }

    /// The clock: the system's, or a test's file.
    ///
    /// # Errors
    /// When a test clock's file is no good.
    pub fn clock(&self) -> anyhow::Result<Arc<dyn Clock>> {
        let file = self.settings.clock.test_file.as_deref();
        Ok(clock::configured(
            file.filter(|f| !f.as_os_str().is_empty()),
        )?)
    }

    /// The catalogue: the built-in one, or a directory's.
    ///
    /// # Errors
    /// When the directory holds no valid catalogue.
    pub fn catalogue(&self) -> anyhow::Result<Catalogue> {
        let dir = self.settings.catalogue.dir.as_deref();
        Ok(catalogue::load(dir.filter(|d| !d.as_os_str().is_empty()))?)
    }

    /// The public store; only those who publish open it to write.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn store(&self, writes: bool) -> anyhow::Result<PublicStore> {
        let url = self.public_url()?;
        let store = if writes {
            PublicStore::open(&url)
        } else {
            PublicStore::open_read_only(&url)
        };
        store.with_context(|| format!("public store {url}"))
    }

    /// What takes applications in; none without the public half of the desk's key.
    ///
    /// # Errors
    /// When the key is damaged, or the database cannot be opened.
    pub fn apply(&self, calendar: &Calendar) -> anyhow::Result<Option<Intake>> {
        let desk = match DeskPublic::load(&self.data.keys()) {
            Ok(desk) => desk,
            Err(KeyError::Missing { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let url = url(&self.settings.database.apply_url, self.data.apply_db())
            .context("database.apply_url")?;
        let store = ApplyStore::open(&url).with_context(|| format!("applications {url}"))?;
        Ok(Some(Intake {
            store,
            desk,
            calendar: calendar.clone(),
            limits: Limits::embedded()?,
        }))
    }

    /// Vault, keys, catalogue and calendar.
    ///
    /// # Errors
    /// When one of them is missing or cannot be opened.
    pub fn inside(&self) -> anyhow::Result<Inside> {
        self.require(Role::All)?;
        let url = self.vault_url()?;
        let (keys, blind) = KeyRing::load(&self.data.keys(), KeyScope::Inside)?.into_inside()?;
        let vault = Vault::open(&url, keys).with_context(|| format!("vault {url}"))?;
        Ok(Inside {
            work_days: Calendar::new(work_days(&vault.calendar_text()?)?),
            vault,
            catalogue: Arc::new(self.catalogue()?),
            severity: Arc::new(SeverityTable::embedded()?),
            blind: Arc::new(blind),
        })
    }

    /// Cases on a vault that is open; they can be read without the key of the desk, and taken in with it alone.
    ///
    /// # Errors
    /// When the table of limits is wrong, or the key is damaged or readable by others.
    pub fn cases(
        &self,
        inside: &Inside,
        store: &PublicStore,
        apply: Option<ApplyStore>,
        surfaces: Arc<dyn Surfaces>,
    ) -> anyhow::Result<Cases> {
        let desk = match DeskSecret::load(&self.data.keys()) {
            Ok(desk) => Some(Arc::new(desk)),
            Err(KeyError::Missing { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(Cases {
            vault: inside.vault.clone(),
            store: store.clone(),
            apply,
            desk,
            catalogue: Arc::clone(&inside.catalogue),
            severity: Arc::clone(&inside.severity),
            limits: Arc::new(Limits::embedded()?),
            calendar: inside.work_days.clone(),
            surfaces,
            tells: Arc::new(super::notify::tells(&self.settings.notify)),
        })
    }

    /// The calendar of a node without a vault: the one that comes with the program, and over it the days that officers have
    /// set, which the public store carries.
    ///
    /// # Errors
    /// When the store cannot be read; the text names the line that is none of a calendar.
    pub fn calendar(&self, store: &PublicStore) -> anyhow::Result<Calendar> {
        let text = store.calendar()?.unwrap_or_default();
        Ok(Calendar::new(work_days(&text)?))
    }

    /// The keys of a public node: that of blind terms, and that of verification where it is.
    ///
    /// # Errors
    /// When the first is missing, or one is damaged or readable by others.
    pub fn public_keys(&self) -> anyhow::Result<(BlindKey, Option<VerifyKey>)> {
        Ok(KeyRing::load(&self.data.keys(), KeyScope::Public)?.into_public())
    }

    /// Gives a data directory that was made before there were verification codes the key that they need.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn complete_keys(&self) -> anyhow::Result<()> {
        Ok(KeyRing::complete(&self.data.keys())?)
    }

    /// The search index.
    ///
    /// # Errors
    /// When its directory cannot be used.
    pub fn index(&self) -> anyhow::Result<SearchIndex> {
        Ok(SearchIndex::open_or_create(
            self.index_dir(),
            self.index_options(),
        )?)
    }

    /// The search index, to be brought up to the public store and for nothing else.
    ///
    /// # Errors
    /// When its directory cannot be used.
    pub fn index_to_follow(&self) -> anyhow::Result<SearchIndex> {
        Ok(SearchIndex::open_to_follow(
            self.index_dir(),
            self.index_options(),
        )?)
    }

    const fn index_options(&self) -> IndexOptions {
        IndexOptions {
            threads: self.settings.index.threads,
            memory_per_thread: self.settings.index.memory_mb << 20,
        }
    }

    /// The right to write the index, for one process at a time.
    ///
    /// # Errors
    /// When another process has it.
    pub fn index_lock(&self) -> anyhow::Result<Lock> {
        let path = self.index_dir().join("process.lock");
        Lock::attempt(&path)?.with_context(|| {
            format!(
                "{}: another node serves from this index: give this one its own (index.dir)",
                self.index_dir().display()
            )
        })
    }

    /// As [`Self::index_lock`]; `None` when a running node has it, which then keeps the index itself.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn index_lock_if_free(&self) -> anyhow::Result<Option<Lock>> {
        Lock::attempt(&self.index_dir().join("process.lock"))
    }

    /// Directory of the files of open data.
    #[must_use]
    pub fn exports_dir(&self) -> PathBuf {
        let dir = self.settings.exports.dir.as_deref();
        dir.filter(|d| !d.as_os_str().is_empty())
            .map_or_else(|| self.data.exports(), Path::to_path_buf)
    }

    /// The right to keep those files; `None` when a running node has it, which then keeps them itself.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn exports_lock_if_free(&self) -> anyhow::Result<Option<Lock>> {
        Lock::attempt(&self.exports_dir().join("process.lock"))
    }

    /// Directory of the keys.
    #[must_use]
    pub fn keys_dir(&self) -> PathBuf {
        self.data.keys()
    }

    /// The signing key, where this node has one.
    ///
    /// # Errors
    /// When its file is damaged or readable by others.
    pub fn sign_key(&self) -> anyhow::Result<Option<SignKey>> {
        Ok(SignKey::load(&self.data.keys())?)
    }

    /// The file that lets one node tell webhooks.
    #[must_use]
    pub fn hooks_lock_path(&self) -> PathBuf {
        self.data.root().join("hooks.lock")
    }

    /// Where webhooks may lead.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        if self.settings.hooks.local {
            Reach::Local
        } else {
            Reach::Public
        }
    }

    /// The file that lets one publisher work at a time.
    #[must_use]
    pub fn publish_lock_path(&self) -> PathBuf {
        self.data.root().join("publish.lock")
    }

    /// Directory of the index.
    #[must_use]
    pub fn index_dir(&self) -> PathBuf {
        let dir = self.settings.index.dir.as_deref();
        dir.filter(|d| !d.as_os_str().is_empty())
            .map_or_else(|| self.data.index(), Path::to_path_buf)
    }

    /// Address of the vault.
    ///
    /// # Errors
    /// When the configured one cannot be read.
    pub fn vault_url(&self) -> anyhow::Result<DbUrl> {
        url(&self.settings.database.vault_url, self.data.vault_db()).context("database.vault_url")
    }

    /// Address of the public store.
    ///
    /// # Errors
    /// When the configured one cannot be read.
    pub fn public_url(&self) -> anyhow::Result<DbUrl> {
        url(&self.settings.database.public_url, self.data.public_db())
            .context("database.public_url")
    }
}

/// The calendar of the program with the days that officers have set.
///
/// # Errors
/// The first line that is none of a calendar.
pub(super) fn work_days(set: &str) -> anyhow::Result<WorkDays> {
    Ok(WorkDays::embedded().amended("days set at the desk", set)?)
}

fn url(configured: &Secret, file: PathBuf) -> anyhow::Result<DbUrl> {
    if configured.is_empty() {
        return Ok(DbUrl::sqlite(file));
    }
    Ok(DbUrl::parse(configured.expose())?)
}

/// A locked file; free again when dropped, also by a crash.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock if it is free.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn attempt(path: &Path) -> anyhow::Result<Option<Self>> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => {
                Err(source).with_context(|| path.display().to_string())
            }
        }
    }

    /// Waits for the lock.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn wait(path: &Path) -> anyhow::Result<Self> {
        let file = open(path)?;
        file.lock().with_context(|| path.display().to_string())?;
        Ok(Self { _file: file })
    }
}

fn open(path: &Path) -> anyhow::Result<File> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).with_context(|| dir.display().to_string())?;
    }
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .with_context(|| path.display().to_string())
}
