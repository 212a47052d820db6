-- What was opened on a local day that is over, counted: by channel, and by what a desk sees it by.
CREATE TABLE roll_up (
  community_id uuid NOT NULL REFERENCES community (id),
  day date NOT NULL,
  channel text NOT NULL,
  seen_by text NOT NULL CHECK (seen_by IN ('property', 'committee', 'both')),
  confidential boolean NOT NULL,
  holder text NOT NULL CHECK (holder IN ('property', 'committee')),
  opened bigint NOT NULL,
  same_day bigint NOT NULL,
  PRIMARY KEY (community_id, day, channel, seen_by, confidential, holder)
);
-- The last day that was rolled up; all before it were.
CREATE TABLE roll_up_until (
  community_id uuid PRIMARY KEY REFERENCES community (id),
  day date NOT NULL
);
INSERT INTO feed_mark (name, xid, seq) VALUES ('roll_ups', 0, 0);

-- Whom tickets are about, found by the person.
CREATE INDEX ticket_subject_user ON ticket_subject (community_id, user_id);
