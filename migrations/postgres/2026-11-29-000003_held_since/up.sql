-- Lists and counts ask of every ticket on hold whether it was late before: looked up in ticket_hold, a ticket at a time, that was
-- half of what counting open work costs. It stands in the ticket beside the review now.
ALTER TABLE ticket ADD COLUMN held_since timestamptz;
UPDATE ticket SET held_since = h.began_at FROM ticket_hold h
  WHERE h.community_id = ticket.community_id AND h.ticket_id = ticket.id AND h.ended_at IS NULL;
