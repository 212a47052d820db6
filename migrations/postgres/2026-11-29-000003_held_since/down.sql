ALTER TABLE ticket DROP COLUMN held_since;
