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

-- Open work is counted on nearly every page: from this index alone, which holds whatever is asked of a ticket to count it and to
-- see whether it may be seen. There are few open tickets, and each row would be another page of the file.
DROP INDEX ticket_open_queue;
CREATE INDEX ticket_open_queue ON ticket (
  community_id, queue, status, holder, due_at, hold_review_at, urgency, worker_id, seen_by, confidential, building_id, id
) WHERE status <> 'done';

-- A document holds a token for each two and three words that follow one another: a door stands in few. Everything is indexed anew,
-- under another mark: a program of the version before that still runs does not find its own.
INSERT INTO search_index (search_index) VALUES ('delete-all');
DELETE FROM search_document;
UPDATE feed_mark SET name = 'search_chains', xid = 0, seq = 0 WHERE name = 'search_phrases';
