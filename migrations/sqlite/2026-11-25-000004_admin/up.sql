-- What was changed in a community's settings and people, by whom. No user: on the terminal. `about` names the thing by
-- what everybody may read (a login, a queue's code, a token's name), never a resident or a secret.
CREATE TABLE admin_change (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  user_id BLOB REFERENCES app_user (id),
  deed TEXT NOT NULL,
  about TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  PRIMARY KEY (community_id, id)
) STRICT;
CREATE INDEX admin_change_newest ON admin_change (community_id, made_at);
