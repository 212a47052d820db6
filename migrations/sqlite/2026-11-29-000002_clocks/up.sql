-- Clocks are asked for by their ticket: the key that begins with it is the index for that, and one less is written for each of the
-- three or four of a ticket. Nothing asks for running clocks by when they are due since the sweeps have an index of their own.
CREATE TABLE ticket_clock_new (
  community_id BLOB NOT NULL,
  id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('contact', 'on_site', 'finish', 'queue_time')),
  platform TEXT NOT NULL,
  queue TEXT,
  limit_text TEXT,
  started_at INTEGER NOT NULL,
  due_at INTEGER,
  warn_at INTEGER,
  paused_at INTEGER,
  paused_us INTEGER NOT NULL,
  stopped_at INTEGER,
  met INTEGER,
  told INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER,
  told_at INTEGER,
  PRIMARY KEY (community_id, ticket_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
) STRICT;
INSERT INTO ticket_clock_new SELECT community_id, id, ticket_id, kind, platform, queue, limit_text, started_at, due_at, warn_at,
  paused_at, paused_us, stopped_at, met, told, next_at, told_at FROM ticket_clock ORDER BY rowid;
DROP TABLE ticket_clock;
ALTER TABLE ticket_clock_new RENAME TO ticket_clock;
CREATE INDEX ticket_clock_climb ON ticket_clock (coalesce(next_at, warn_at))
  WHERE stopped_at IS NULL AND due_at IS NOT NULL AND told < 4 AND (paused_at IS NULL OR paused_at >= due_at);
