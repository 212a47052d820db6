-- Lists and counts ask of every ticket on hold whether it was late before: looked up in ticket_hold, a ticket at a time, that was
-- half of what counting open work costs. It stands in the ticket beside the review now.
ALTER TABLE ticket ADD COLUMN held_since INTEGER;
UPDATE ticket SET held_since = h.began_at FROM ticket_hold h
  WHERE h.community_id = ticket.community_id AND h.ticket_id = ticket.id AND h.ended_at IS NULL;
-- Open work is counted from this index alone, so it holds this too.
DROP INDEX ticket_open_queue;
CREATE INDEX ticket_open_queue ON ticket (
  community_id, queue, status, holder, due_at, hold_review_at, urgency, worker_id, seen_by, confidential, building_id, id, held_since
) WHERE status <> 'done';
