-- Most requests come from a number the register does not know, or from no home, or name no place: an index holds only those that do,
-- and a row less is written in each.
DROP INDEX ticket_reporter_resident;
CREATE INDEX ticket_reporter_resident ON ticket_reporter (community_id, resident_id, created_at DESC, ticket_id)
  WHERE resident_id IS NOT NULL;
DROP INDEX ticket_reporter_identity;
CREATE INDEX ticket_reporter_identity ON ticket_reporter (community_id, identity_id, created_at DESC) WHERE identity_id IS NOT NULL;
DROP INDEX ticket_reporter_phone;
CREATE INDEX ticket_reporter_phone ON ticket_reporter (community_id, phone_hash, created_at DESC, ticket_id)
  WHERE phone_hash IS NOT NULL;
DROP INDEX ticket_about;
CREATE INDEX ticket_about ON ticket (community_id, about_place_id, opened_at DESC) WHERE about_place_id IS NOT NULL;
DROP INDEX ticket_from;
CREATE INDEX ticket_from ON ticket (community_id, reporter_place_id, opened_at DESC, id) WHERE reporter_place_id IS NOT NULL;
DROP INDEX ticket_open_worker;
CREATE INDEX ticket_open_worker ON ticket (community_id, worker_id) WHERE status <> 'done' AND worker_id IS NOT NULL;
DROP INDEX ticket_open_building;
CREATE INDEX ticket_open_building ON ticket (community_id, building_id, opened_at)
  WHERE status <> 'done' AND building_id IS NOT NULL;
DROP INDEX text_row_ticket;
CREATE INDEX text_row_ticket ON text_row (community_id, ticket_id) WHERE ticket_id IS NOT NULL;
DROP INDEX message_ticket;
CREATE INDEX message_ticket ON message (community_id, ticket_id, at) WHERE ticket_id IS NOT NULL;

-- There is one writer, and the feed goes by `seq`, which is the table's own order.
DROP INDEX event_feed;
DROP INDEX call_change_feed;

-- Nothing asks for open tickets of all communities by when they are due.
DROP INDEX ticket_open_due;
