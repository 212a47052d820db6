-- What was changed in a community's settings and people, by whom. No user: on the terminal. `about` names the thing by
-- what everybody may read (a login, a queue's code, a token's name), never a resident or a secret.
CREATE TABLE admin_change (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  user_id uuid REFERENCES app_user (id),
  deed text NOT NULL,
  about text NOT NULL,
  made_at timestamptz NOT NULL,
  PRIMARY KEY (community_id, id)
);
CREATE INDEX admin_change_newest ON admin_change (community_id, made_at);
