DROP INDEX ticket_open_queue;
CREATE INDEX ticket_open_queue ON ticket (community_id, queue, opened_at) WHERE status <> 'done';
DROP INDEX ticket_complaint;
DROP INDEX ticket_from;
CREATE INDEX ticket_from ON ticket (community_id, reporter_place_id, opened_at DESC);
DROP INDEX ticket_reporter_phone;
CREATE INDEX ticket_reporter_phone ON ticket_reporter (community_id, phone_hash, created_at DESC);
DROP INDEX ticket_reporter_resident;
CREATE INDEX ticket_reporter_resident ON ticket_reporter (community_id, resident_id, created_at DESC);
