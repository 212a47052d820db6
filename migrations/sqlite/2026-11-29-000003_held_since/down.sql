DROP INDEX ticket_open_queue;
CREATE INDEX ticket_open_queue ON ticket (
  community_id, queue, status, holder, due_at, hold_review_at, urgency, worker_id, seen_by, confidential, building_id, id
) WHERE status <> 'done';
ALTER TABLE ticket DROP COLUMN held_since;
