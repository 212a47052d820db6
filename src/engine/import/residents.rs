//! The resident register. A row is somebody already known when name and any number are theirs; where one of the two sides
//! has no number, or another one, when the name lives in that very flat.

use std::collections::HashMap;

use super::houses::Houses;
use super::table::Table;
use super::{Effect, Job, Prepared, Register, wrong};
use crate::domain::ids::{OccupancyId, PlaceId, ResidentId};
use crate::domain::import::{CellError, CellProblem, ResidentRow as Given, resident_row};
use crate::domain::phone::Phone;
use crate::engine::Failure;
use crate::engine::setup::phone_row;
use crate::store::people::{OccupancyRow, PhoneRow, ResidentRow};
use crate::store::types::Time;
use crate::store::{Db, StoreError, import as rows};

/// What a row says of a home when it does not say what the person is there.
const UNSAID: &str = "other";

struct Person {
    id: ResidentId,
    note: Option<String>,
    numbers: Vec<Vec<u8>>,
    homes: Vec<OccupancyRow>,
    /// The row that said what to look out for.
    noted_in: Option<u64>,
}

/// What a row said of a home, to notice a later one that says otherwise.
type Said = (u64, Option<&'static str>, Option<chrono::NaiveDate>, Option<chrono::NaiveDate>);

/// The people as they are, and what the rows add.
pub(super) struct Residents {
    houses: Houses,
    people: Vec<Person>,
    by_name: HashMap<String, Vec<usize>>,
    said: HashMap<(usize, PlaceId), Said>,
    new: Vec<ResidentRow>,
    new_numbers: Vec<PhoneRow>,
    new_homes: Vec<OccupancyRow>,
    notes: Vec<(ResidentId, String)>,
    moved: HashMap<OccupancyId, OccupancyRow>,
}

impl Register for Residents {
    fn load(db: &mut Db, job: &Job<'_>, _: &Table) -> Result<Self, StoreError> {
        let community = job.hand.community;
        let mut all = Self {
            houses: Houses::load(db, community)?,
            people: Vec::new(),
            by_name: HashMap::new(),
            said: HashMap::new(),
            new: Vec::new(),
            new_numbers: Vec::new(),
            new_homes: Vec::new(),
            notes: Vec::new(),
            moved: HashMap::new(),
        };
        let mut at = HashMap::new();
        for (id, name, note) in rows::residents(db, community)? {
            at.insert(id, all.people.len());
            all.by_name.entry(name).or_default().push(all.people.len());
            all.people.push(Person { id, note, numbers: Vec::new(), homes: Vec::new(), noted_in: None });
        }
        for (id, hash) in rows::numbers(db, community)? {
            if let Some(n) = at.get(&id) {
                all.people[*n].numbers.push(hash);
            }
        }
        for home in rows::homes(db, community)? {
            if let Some(n) = at.get(&home.resident_id) {
                all.people[*n].homes.push(home);
            }
        }
        Ok(all)
    }

    fn take(&mut self, job: &Job<'_>, table: &Table, row: u64, cells: &[&str]) -> Result<Effect, Vec<CellError>> {
        let given = resident_row(&table.heading, row, cells)?;
        let flat = match &given.home {
            Some(path) => Some(self.houses.flat(path).map_err(|(column, problem)| wrong(row, column, problem))?),
            None => None,
        };
        let numbers: Vec<(&Phone, Vec<Vec<u8>>)> =
            given.phones.iter().map(|phone| (phone, hashes(job, phone))).collect();
        let (at, made) = match self.find(&given.name, &numbers, flat) {
            Some(at) => (at, false),
            None => (self.add(job, &given), true),
        };
        let mut changed = self.note(at, &given)?;
        for (phone, hashes) in &numbers {
            changed |= self.number(job, at, phone, hashes);
        }
        if let Some(flat) = flat {
            changed |= self.home(job, at, flat, &given)?;
        }
        Ok(match (made, changed) {
            (true, _) => Effect::New,
            (false, true) => Effect::Changed,
            (false, false) => Effect::Unchanged,
        })
    }

    fn waiting(&self) -> usize {
        self.new.len() + self.new_numbers.len() + self.new_homes.len()
    }

    fn flush(&mut self, db: &mut Db, _: &Job<'_>, _: &Prepared) -> Result<(), Failure> {
        rows::insert_people(db, &self.new, &self.new_numbers, &self.new_homes)?;
        self.new.clear();
        self.new_numbers.clear();
        self.new_homes.clear();
        Ok(())
    }

    fn finish(&mut self, db: &mut Db, job: &Job<'_>) -> Result<(), Failure> {
        for (id, note) in std::mem::take(&mut self.notes) {
            rows::set_note(db, job.hand.community, id, &note)?;
        }
        for home in std::mem::take(&mut self.moved).into_values() {
            rows::update_home(db, &home)?;
        }
        Ok(())
    }
}

/// A number's keyed hashes, the current key's first.
fn hashes(job: &Job<'_>, phone: &Phone) -> Vec<Vec<u8>> {
    job.engine.keys.blinds("phone", phone.as_str()).into_iter().map(|hash| hash.to_vec()).collect()
}

impl Residents {
    fn find(&self, name: &str, numbers: &[(&Phone, Vec<Vec<u8>>)], flat: Option<PlaceId>) -> Option<usize> {
        let same = self.by_name.get(name)?;
        let has = |at: usize| {
            numbers.iter().flat_map(|(_, hashes)| hashes).any(|hash| self.people[at].numbers.contains(hash))
        };
        let lives = |at: usize| self.people[at].homes.iter().any(|home| Some(home.flat_id) == flat);
        let both = same.iter().copied().find(|at| has(*at) && lives(*at));
        both.or_else(|| same.iter().copied().find(|at| has(*at))).or_else(|| same.iter().copied().find(|at| lives(*at)))
    }

    fn add(&mut self, job: &Job<'_>, given: &Given) -> usize {
        let now = job.engine.now();
        let id: ResidentId = job.engine.chance.id(now);
        let at = self.people.len();
        self.by_name.entry(given.name.clone()).or_default().push(at);
        let note = given.note.clone();
        self.people.push(Person { id, note, numbers: Vec::new(), homes: Vec::new(), noted_in: None });
        if job.write {
            self.new.push(ResidentRow {
                community_id: job.hand.community,
                id,
                name: given.name.clone(),
                care_note: given.note.clone(),
                created_at: Time::from(now),
            });
        }
        at
    }

    fn note(&mut self, at: usize, given: &Given) -> Result<bool, Vec<CellError>> {
        let Some(note) = &given.note else { return Ok(false) };
        let person = &mut self.people[at];
        let same = person.note.as_ref() == Some(note);
        match person.noted_in {
            Some(row) if !same => return Err(wrong(given.row, "note", CellProblem::Contradicts { row })),
            _ => person.noted_in = Some(given.row),
        }
        if !same {
            person.note = Some(note.clone());
            self.notes.push((person.id, note.clone()));
        }
        Ok(!same)
    }

    fn number(&mut self, job: &Job<'_>, at: usize, phone: &Phone, hashes: &[Vec<u8>]) -> bool {
        let person = &mut self.people[at];
        if hashes.iter().any(|hash| person.numbers.contains(hash)) {
            return false;
        }
        person.numbers.extend(hashes.first().cloned());
        if job.write {
            self.new_numbers.push(phone_row(job.engine, (job.hand.community, person.id), phone));
        }
        true
    }

    fn home(&mut self, job: &Job<'_>, at: usize, flat: PlaceId, given: &Given) -> Result<bool, Vec<CellError>> {
        let says: Said = (given.row, given.relation, given.from, given.to);
        match self.said.get(&(at, flat)) {
            Some((row, relation, from, to)) if (*relation, *from, *to) != (says.1, says.2, says.3) => {
                // Somebody who left and came back has two rows for one flat, with days of their own.
                let another = matches!((from, given.from), (Some(a), Some(b)) if *a != b);
                if !another {
                    return Err(wrong(given.row, "", CellProblem::Contradicts { row: *row }));
                }
            }
            _ => {}
        }
        let again = self.said.insert((at, flat), says).is_some();
        let person = &mut self.people[at];
        let stay =
            |fits: &dyn Fn(&OccupancyRow) -> bool| person.homes.iter().position(|h| h.flat_id == flat && fits(h));
        let by_day = stay(&|home| Some(home.from_day) == given.from);
        // A day that fits none corrects the stay that lasts, unless it speaks of an earlier one, or an earlier row did.
        let lasting = stay(&|home| home.to_day.is_none() && given.to.is_none_or(|to| to >= home.from_day));
        let lasting = lasting.filter(|_| !again || given.from.is_none());
        let ended = stay(&|home| given.from.is_none() && home.to_day == given.to);
        if let Some(home) = by_day.or(lasting).or(ended).and_then(|n| person.homes.get_mut(n)) {
            let relation = given.relation.unwrap_or(&home.relation).to_owned();
            let (from, to) = (given.from.unwrap_or(home.from_day), given.to.or(home.to_day));
            if home.relation == relation && home.from_day == from && home.to_day == to {
                return Ok(false);
            }
            (home.relation, home.from_day, home.to_day) = (relation, from, to);
            let home = home.clone();
            // One still waiting to be added is written as it is now.
            match self.new_homes.iter_mut().find(|new| new.id == home.id) {
                Some(new) => *new = home,
                None => drop(self.moved.insert(home.id, home)),
            }
            return Ok(true);
        }
        let home = OccupancyRow {
            community_id: job.hand.community,
            id: job.engine.chance.id(job.engine.now()),
            resident_id: person.id,
            flat_id: flat,
            relation: given.relation.unwrap_or(UNSAID).to_owned(),
            from_day: given.from.or(given.to).unwrap_or(job.today),
            to_day: given.to,
        };
        person.homes.push(home.clone());
        if job.write {
            self.new_homes.push(home);
        }
        Ok(true)
    }
}
