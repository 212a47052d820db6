-- Whoever answers the telephone asks for what a household said before: each index now holds the ticket too, so that of the rows
-- it leads to only those that are shown are read. With years of requests each row read is another page of the file.
-- New ones first, and the old ones dropped at the end: what is dropped shuts readers out until the commit.
CREATE INDEX ticket_reporter_resident_ticket ON ticket_reporter (community_id, resident_id, created_at DESC, ticket_id);
CREATE INDEX ticket_reporter_phone_ticket ON ticket_reporter (community_id, phone_hash, created_at DESC, ticket_id);
CREATE INDEX ticket_from_id ON ticket (community_id, reporter_place_id, opened_at DESC, id);

-- What others complained of: the condition stands word for word in `store::lists::caller`.
CREATE INDEX ticket_complaint ON ticket (community_id, about_place_id, opened_at DESC, id) WHERE kind = 'complaint';

DROP INDEX ticket_reporter_resident;
ALTER INDEX ticket_reporter_resident_ticket RENAME TO ticket_reporter_resident;
DROP INDEX ticket_reporter_phone;
ALTER INDEX ticket_reporter_phone_ticket RENAME TO ticket_reporter_phone;
DROP INDEX ticket_from;
ALTER INDEX ticket_from_id RENAME TO ticket_from;

-- A document holds a token for each two and three words that follow one another: a door stands in few. Everything is indexed anew,
-- under another mark: a program of the version before that still runs does not find its own.
TRUNCATE search_document;
UPDATE feed_mark SET name = 'search_chains', xid = 0, seq = 0 WHERE name = 'search_phrases';
