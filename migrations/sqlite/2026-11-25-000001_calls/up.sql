-- When the extension was told, so that an older event does not take the call back to an earlier telephone; and when a
-- resident whom nobody answered is to be rung back.
ALTER TABLE call ADD COLUMN extension_told_at INTEGER;
ALTER TABLE call ADD COLUMN call_back_due_at INTEGER;
CREATE UNIQUE INDEX call_day_serial ON call (community_id, day, day_serial);
CREATE INDEX call_call_back_due ON call (call_back_due_at) WHERE call_back_due_at IS NOT NULL;

-- A call on an agent's screen: once per call and agent, until it is put into the form, put away or over.
CREATE TABLE call_pop (
  community_id BLOB NOT NULL,
  call_id BLOB NOT NULL,
  user_id BLOB NOT NULL REFERENCES app_user (id),
  at INTEGER NOT NULL,
  closed_at INTEGER,
  PRIMARY KEY (community_id, call_id, user_id),
  FOREIGN KEY (community_id, call_id) REFERENCES call (community_id, id)
) STRICT;
CREATE INDEX call_pop_open ON call_pop (community_id, user_id, at) WHERE closed_at IS NULL;

-- The live feed of calls; with a user it is for that agent alone. Kept for a day.
CREATE TABLE call_change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  community_id BLOB NOT NULL,
  id BLOB NOT NULL,
  call_id BLOB NOT NULL,
  user_id BLOB,
  kind TEXT NOT NULL CHECK (kind IN ('ringing', 'changed')),
  at INTEGER NOT NULL,
  xid INTEGER NOT NULL DEFAULT 0,
  UNIQUE (community_id, id),
  FOREIGN KEY (community_id, call_id) REFERENCES call (community_id, id)
) STRICT;
CREATE INDEX call_change_feed ON call_change (xid, seq);
CREATE INDEX call_change_age ON call_change (at);

-- Someone to ring back: a task, not a ticket. One per call.
CREATE TABLE call_back (
  community_id BLOB NOT NULL,
  id BLOB NOT NULL,
  call_id BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'done', 'cancelled')),
  made_at INTEGER NOT NULL,
  settled_at INTEGER,
  settled_by BLOB REFERENCES app_user (id),
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, call_id) REFERENCES call (community_id, id)
) STRICT;
CREATE UNIQUE INDEX call_back_one ON call_back (community_id, call_id);
CREATE INDEX call_back_open ON call_back (community_id, made_at) WHERE state = 'open';
