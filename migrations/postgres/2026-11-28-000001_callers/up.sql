-- Whoever answers the telephone asks for what a household said before: each index now holds the ticket too, so that of the rows
-- it leads to only those that are shown are read. With years of requests each row read is another page of the file.
DROP INDEX ticket_reporter_resident;
CREATE INDEX ticket_reporter_resident ON ticket_reporter (community_id, resident_id, created_at DESC, ticket_id);
DROP INDEX ticket_reporter_phone;
CREATE INDEX ticket_reporter_phone ON ticket_reporter (community_id, phone_hash, created_at DESC, ticket_id);
DROP INDEX ticket_from;
CREATE INDEX ticket_from ON ticket (community_id, reporter_place_id, opened_at DESC, id);

-- What others complained of: the condition stands word for word in `store::lists::caller`.
CREATE INDEX ticket_complaint ON ticket (community_id, about_place_id, opened_at DESC, id) WHERE kind = 'complaint';
