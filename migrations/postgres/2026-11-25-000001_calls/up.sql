-- When the extension was told, so that an older event does not take the call back to an earlier telephone; and when a
-- resident whom nobody answered is to be rung back.
ALTER TABLE call ADD COLUMN extension_told_at timestamptz;
ALTER TABLE call ADD COLUMN call_back_due_at timestamptz;
CREATE UNIQUE INDEX call_day_serial ON call (community_id, day, day_serial);
CREATE INDEX call_call_back_due ON call (call_back_due_at) WHERE call_back_due_at IS NOT NULL;

-- A call on an agent's screen: once per call and agent, until it is put into the form, put away or over.
CREATE TABLE call_pop (
  community_id uuid NOT NULL,
  call_id uuid NOT NULL,
  user_id uuid NOT NULL REFERENCES app_user (id),
  at timestamptz NOT NULL,
  closed_at timestamptz,
  PRIMARY KEY (community_id, call_id, user_id),
  FOREIGN KEY (community_id, call_id) REFERENCES call (community_id, id)
);
CREATE INDEX call_pop_open ON call_pop (community_id, user_id, at) WHERE closed_at IS NULL;

-- The live feed of calls; with a user it is for that agent alone. Kept for a day.
CREATE TABLE call_change (
  seq bigint GENERATED ALWAYS AS IDENTITY,
  community_id uuid NOT NULL,
  id uuid NOT NULL,
  call_id uuid NOT NULL,
  user_id uuid,
  kind text NOT NULL CHECK (kind IN ('ringing', 'changed')),
  at timestamptz NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, call_id) REFERENCES call (community_id, id)
);
CREATE INDEX call_change_feed ON call_change (xid, seq);
CREATE INDEX call_change_age ON call_change (at);

-- Someone to ring back: a task, not a ticket. One per call.
CREATE TABLE call_back (
  community_id uuid NOT NULL,
  id uuid NOT NULL,
  call_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'done', 'cancelled')),
  made_at timestamptz NOT NULL,
  settled_at timestamptz,
  settled_by uuid REFERENCES app_user (id),
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, call_id) REFERENCES call (community_id, id)
);
CREATE UNIQUE INDEX call_back_one ON call_back (community_id, call_id);
CREATE INDEX call_back_open ON call_back (community_id, made_at) WHERE state = 'open';
