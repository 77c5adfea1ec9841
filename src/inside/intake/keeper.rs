//! Where accepted records go: the vault, or nowhere in a dry run.

use std::sync::{Mutex, PoisonError};

use super::import::{BatchInfo, Keeper, Put};
use super::summary::{ImportError, ImportSummary};
use crate::domain::time::Moment;
use crate::inside::raw::RawRecord;
use crate::inside::vault::{
    self, Batch, BatchCounts, BatchMode, NewBatch, Prepared, Vault, VaultError,
};

/// Puts records into the vault.
#[derive(Debug)]
pub(in crate::inside) struct IntoVault<'a> {
    /// The vault.
    pub vault: &'a Vault,
    /// Instant of the import.
    pub at: Moment,
    /// Who imports.
    pub actor: &'a str,
}

impl From<VaultError> for ImportError {
    fn from(e: VaultError) -> Self {
        Self::Vault(e.to_string())
    }
}

impl Keeper for IntoVault<'_> {
    type Ready = Prepared;
    type Batch = Batch;

    fn begin(&self, info: &BatchInfo) -> Result<Batch, ImportError> {
        let new = NewBatch {
            list: info.list.clone(),
            provider_code: info.provider_code.clone(),
            file_name: info.file_name.clone(),
            file_sha256: info.file_sha256.clone(),
            mode: if info.replace {
                BatchMode::Replace
            } else {
                BatchMode::Append
            },
        };
        Ok(self.vault.begin_batch(&new, self.at)?)
    }

    fn id(&self, batch: &Batch) -> String {
        batch.id.clone()
    }

    fn prepare(&self, record: RawRecord) -> Result<Prepared, ImportError> {
        Ok(self.vault.prepare(&record)?)
    }

    fn put(
        &self,
        batch: &Batch,
        next: &mut dyn FnMut() -> Option<Vec<Prepared>>,
    ) -> Result<Vec<Put>, ImportError> {
        let done = self.vault.put_each(batch, next, self.at)?;
        Ok(done
            .into_iter()
            .map(|put| match put {
                vault::Put::Added => Put::Added,
                vault::Put::Changed => Put::Changed,
                vault::Put::Unchanged => Put::Unchanged,
            })
            .collect())
    }

    fn withdraw_missing(
        &self,
        batch: &Batch,
        list: &str,
        provider: &str,
    ) -> Result<u64, ImportError> {
        Ok(self.vault.withdraw_missing(list, provider, batch)?)
    }

    fn finish(&self, batch: &Batch, summary: &ImportSummary) -> Result<(), ImportError> {
        let counts = BatchCounts {
            rows_read: summary.rows_read,
            added: summary.added,
            changed: summary.changed,
            unchanged: summary.unchanged,
            rejected: summary.rejected,
            withdrawn: summary.withdrawn,
        };
        self.vault.finish_batch(batch, counts, self.at)?;
        let detail = format!(
            "list {}, file {}, sha256 {}, added {}, changed {}, unchanged {}, rejected {}, withdrawn {}",
            summary.list,
            summary.file,
            summary.sha256,
            summary.added,
            summary.changed,
            summary.unchanged,
            summary.rejected,
            summary.withdrawn
        );
        self.vault
            .audit(self.at, self.actor, "import", &batch.id, &detail)?;
        Ok(())
    }
}

/// Keeps the first records of a file, in the order of its rows, and writes nothing: for a preview.
#[derive(Debug)]
pub(in crate::inside) struct First {
    most: usize,
    /// Records of another authority or provider than this are counted.
    of: Option<String>,
    kept: Mutex<(Vec<RawRecord>, u64)>,
}

impl First {
    /// So many at most; `of` is the authority whose records the file may hold.
    pub fn new(most: usize, of: Option<&str>) -> Self {
        Self {
            most,
            of: of.map(str::to_owned),
            kept: Mutex::default(),
        }
    }

    /// The records, and how many are another authority's and another provider's.
    pub fn into_parts(self) -> (Vec<RawRecord>, u64) {
        self.kept
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keeper for First {
    type Ready = RawRecord;
    type Batch = ();

    fn begin(&self, _: &BatchInfo) -> Result<(), ImportError> {
        Ok(())
    }

    fn id(&self, (): &()) -> String {
        String::new()
    }

    fn prepare(&self, record: RawRecord) -> Result<RawRecord, ImportError> {
        Ok(record)
    }

    fn put(
        &self,
        (): &(),
        next: &mut dyn FnMut() -> Option<Vec<RawRecord>>,
    ) -> Result<Vec<Put>, ImportError> {
        let mut done = Vec::new();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for record in std::iter::from_fn(next).flatten() {
            done.push(Put::Unchanged);
            let ours = self
                .of
                .as_ref()
                .is_none_or(|own| *own == record.provider_code || *own == record.authority_code);
            kept.1 += u64::from(!ours);
            if kept.0.len() < self.most {
                kept.0.push(record);
            }
        }
        Ok(done)
    }

    fn withdraw_missing(&self, (): &(), _: &str, _: &str) -> Result<u64, ImportError> {
        Ok(0)
    }

    fn finish(&self, (): &(), _: &ImportSummary) -> Result<(), ImportError> {
        Ok(())
    }
}

/// Keeps nothing: for a dry run.
#[derive(Debug)]
pub(in crate::inside) struct Nowhere;

impl Keeper for Nowhere {
    type Ready = ();
    type Batch = ();

    fn begin(&self, _: &BatchInfo) -> Result<(), ImportError> {
        Ok(())
    }

    fn id(&self, (): &()) -> String {
        String::new()
    }

    fn prepare(&self, _: RawRecord) -> Result<(), ImportError> {
        Ok(())
    }

    fn put(
        &self,
        (): &(),
        next: &mut dyn FnMut() -> Option<Vec<()>>,
    ) -> Result<Vec<Put>, ImportError> {
        let ready = std::iter::from_fn(next).flatten();
        Ok(ready.map(|()| Put::Unchanged).collect())
    }

    fn withdraw_missing(&self, (): &(), _: &str, _: &str) -> Result<u64, ImportError> {
        Ok(0)
    }

    fn finish(&self, (): &(), _: &ImportSummary) -> Result<(), ImportError> {
        Ok(())
    }
}
