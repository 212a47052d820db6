DROP INDEX resident_name_folded;
DROP INDEX ticket_done_queue;
DROP INDEX message_unfiled;
CREATE INDEX message_unfiled ON message (community_id, at DESC) WHERE filing = 'unfiled';
