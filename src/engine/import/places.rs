//! The place register.

use std::collections::{HashMap, HashSet};

use super::table::Table;
use super::{Effect, Job, Prepared, Register, wrong};
use crate::domain::ids::PlaceId;
use crate::domain::import::{CellError, CellProblem, PlaceRow as Given, Step, place_key, place_row};
use crate::domain::words::PlaceKind;
use crate::engine::Failure;
use crate::engine::setup::place_row as new_row;
use crate::store::place::PlaceRow;
use crate::store::{Db, StoreError, import as rows};

type Key = (Option<PlaceId>, PlaceKind, String);

/// The tree as it is, and what the rows add.
pub(super) struct Places {
    known: HashMap<Key, PlaceRow>,
    /// Gardens are also found by their names.
    gardens: HashMap<String, String>,
    aliases: HashSet<(PlaceId, String)>,
    /// Which row named a place, and how.
    named: HashMap<PlaceId, (u64, String)>,
    new: Vec<PlaceRow>,
    new_aliases: Vec<(PlaceId, String)>,
    renamed: Vec<(PlaceRow, String)>,
    /// The first of many are written and counted.
    counted: bool,
}

impl Register for Places {
    fn load(db: &mut Db, job: &Job<'_>, _: &Table) -> Result<Self, StoreError> {
        let community = job.hand.community;
        let all = rows::places(db, community)?;
        let gardens = all.iter().filter(|row| row.kind == PlaceKind::Garden && !row.name.is_empty());
        let gardens = gardens.map(|row| (place_key(row.kind, &row.name), place_key(row.kind, &row.code))).collect();
        let key = |row: PlaceRow| ((row.parent_id, row.kind, place_key(row.kind, &row.code)), row);
        Ok(Self {
            known: all.into_iter().map(key).collect(),
            gardens,
            aliases: rows::aliases(db, community)?.into_iter().collect(),
            named: HashMap::new(),
            new: Vec::new(),
            new_aliases: Vec::new(),
            renamed: Vec::new(),
            counted: false,
        })
    }

    fn take(&mut self, job: &Job<'_>, table: &Table, row: u64, cells: &[&str]) -> Result<Effect, Vec<CellError>> {
        let given = place_row(&table.heading, row, cells)?;
        let mut at: Option<PlaceRow> = None;
        let mut effect = Effect::Unchanged;
        let last = given.steps.len();
        for (n, step) in (1..).zip(&given.steps) {
            let (found, made) =
                self.step(job, (row, step), at.as_ref(), given.name.as_deref().filter(|_| n == last))?;
            if n == last && made {
                effect = Effect::New;
            }
            at = Some(found);
        }
        match at {
            Some(place) => self.details(&given, &place, effect),
            None => Ok(effect),
        }
    }

    fn waiting(&self) -> usize {
        self.new.len() + self.new_aliases.len()
    }

    fn flush(&mut self, db: &mut Db, job: &Job<'_>, _: &Prepared) -> Result<(), Failure> {
        let full = self.waiting() >= rows::BATCH;
        rows::insert_places(db, &std::mem::take(&mut self.new))?;
        if full && !std::mem::replace(&mut self.counted, true) {
            rows::count_places(db)?;
        }
        Ok(rows::insert_aliases(db, job.hand.community, &std::mem::take(&mut self.new_aliases))?)
    }

    fn finish(&mut self, db: &mut Db, _: &Job<'_>) -> Result<(), Failure> {
        for (row, name) in std::mem::take(&mut self.renamed) {
            rows::rename_place(db, &row, &name)?;
        }
        Ok(())
    }
}

impl Places {
    /// The place one step below; made if it is not there.
    fn step(
        &mut self,
        job: &Job<'_>,
        (row, step): (u64, &Step),
        above: Option<&PlaceRow>,
        name: Option<&str>,
    ) -> Result<(PlaceRow, bool), Vec<CellError>> {
        let mut code = place_key(step.kind, &step.code);
        if step.kind == PlaceKind::Garden
            && let Some(known) = self.gardens.get(&code)
        {
            code.clone_from(known);
        }
        let key = (above.map(|above| above.id), step.kind, code);
        if let Some(found) = self.known.get(&key) {
            return Ok((found.clone(), false));
        }
        let id = job.engine.chance.id(job.engine.now());
        let own = matches!(step.kind, PlaceKind::Garden | PlaceKind::Spot).then_some(step.code.as_str());
        let name = name.or(own).unwrap_or_default();
        // The row's levels were checked where it was read, so a place that does not fit is one row's fault.
        let made = new_row((job.hand.community, id), step.kind, (&step.code, name), above)
            .map_err(|_| wrong(row, column(step.kind), CellProblem::NothingAbove))?;
        self.known.insert(key, made.clone());
        if job.write {
            self.new.push(made.clone());
        }
        Ok((made, true))
    }

    /// Name and other names of the place a row is about.
    fn details(&mut self, given: &Given, place: &PlaceRow, made: Effect) -> Result<Effect, Vec<CellError>> {
        let mut changed = false;
        if let Some(name) = &given.name {
            match self.named.get(&place.id) {
                Some((row, said)) if said != name => {
                    return Err(wrong(given.row, "name", CellProblem::Contradicts { row: *row }));
                }
                Some(_) => {}
                None => {
                    self.named.insert(place.id, (given.row, name.clone()));
                    if place.name != *name {
                        changed = true;
                        self.renamed.push((place.clone(), name.clone()));
                    }
                }
            }
        }
        for alias in &given.aliases {
            if self.aliases.insert((place.id, alias.clone())) {
                changed = true;
                self.new_aliases.push((place.id, alias.clone()));
            }
        }
        Ok(match (made, changed) {
            (Effect::Unchanged, true) => Effect::Changed,
            (effect, _) => effect,
        })
    }
}

const fn column(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Garden => "garden",
        PlaceKind::Building => "building",
        PlaceKind::Unit => "unit",
        PlaceKind::Flat => "flat",
        PlaceKind::Spot => "spot",
    }
}
