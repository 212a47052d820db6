-- What was opened on a local day that is over, counted: by channel, and by what a desk sees it by.
CREATE TABLE roll_up (
  community_id BLOB NOT NULL REFERENCES community (id),
  day TEXT NOT NULL,
  channel TEXT NOT NULL,
  seen_by TEXT NOT NULL CHECK (seen_by IN ('property', 'committee', 'both')),
  confidential INTEGER NOT NULL,
  holder TEXT NOT NULL CHECK (holder IN ('property', 'committee')),
  opened INTEGER NOT NULL,
  same_day INTEGER NOT NULL,
  PRIMARY KEY (community_id, day, channel, seen_by, confidential, holder)
) STRICT;
-- The last day that was rolled up; all before it were.
CREATE TABLE roll_up_until (
  community_id BLOB PRIMARY KEY REFERENCES community (id),
  day TEXT NOT NULL
) STRICT;
INSERT INTO feed_mark (name, xid, seq) VALUES ('roll_ups', 0, 0);

-- Whom tickets are about, found by the person.
CREATE INDEX ticket_subject_user ON ticket_subject (community_id, user_id);
