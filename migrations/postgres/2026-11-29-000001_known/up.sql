-- Most requests come from a number the register does not know, or from no home, or name no place: an index holds only those that do,
-- and a row less is written in each. New ones first, and the old ones dropped at the end: what is dropped shuts readers out until
-- the commit.
CREATE INDEX ticket_reporter_resident_known ON ticket_reporter (community_id, resident_id, created_at DESC, ticket_id)
  WHERE resident_id IS NOT NULL;
CREATE INDEX ticket_reporter_identity_known ON ticket_reporter (community_id, identity_id, created_at DESC)
  WHERE identity_id IS NOT NULL;
CREATE INDEX ticket_reporter_phone_known ON ticket_reporter (community_id, phone_hash, created_at DESC, ticket_id)
  WHERE phone_hash IS NOT NULL;
CREATE INDEX ticket_about_known ON ticket (community_id, about_place_id, opened_at DESC) WHERE about_place_id IS NOT NULL;
CREATE INDEX ticket_from_known ON ticket (community_id, reporter_place_id, opened_at DESC, id) WHERE reporter_place_id IS NOT NULL;
CREATE INDEX ticket_open_worker_known ON ticket (community_id, worker_id) WHERE status <> 'done' AND worker_id IS NOT NULL;
CREATE INDEX ticket_open_building_known ON ticket (community_id, building_id, opened_at)
  WHERE status <> 'done' AND building_id IS NOT NULL;
CREATE INDEX text_row_ticket_known ON text_row (community_id, ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX message_ticket_known ON message (community_id, ticket_id, at) WHERE ticket_id IS NOT NULL;

DROP INDEX ticket_reporter_resident;
ALTER INDEX ticket_reporter_resident_known RENAME TO ticket_reporter_resident;
DROP INDEX ticket_reporter_identity;
ALTER INDEX ticket_reporter_identity_known RENAME TO ticket_reporter_identity;
DROP INDEX ticket_reporter_phone;
ALTER INDEX ticket_reporter_phone_known RENAME TO ticket_reporter_phone;
DROP INDEX ticket_about;
ALTER INDEX ticket_about_known RENAME TO ticket_about;
DROP INDEX ticket_from;
ALTER INDEX ticket_from_known RENAME TO ticket_from;
DROP INDEX ticket_open_worker;
ALTER INDEX ticket_open_worker_known RENAME TO ticket_open_worker;
DROP INDEX ticket_open_building;
ALTER INDEX ticket_open_building_known RENAME TO ticket_open_building;
DROP INDEX text_row_ticket;
ALTER INDEX text_row_ticket_known RENAME TO text_row_ticket;
DROP INDEX message_ticket;
ALTER INDEX message_ticket_known RENAME TO message_ticket;

-- Nothing asks for open tickets of all communities by when they are due, and PostgreSQL took it for the cheapest way to any of them.
DROP INDEX ticket_open_due;
