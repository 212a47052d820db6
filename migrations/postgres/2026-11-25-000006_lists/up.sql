-- The desk's list of messages that opened no ticket asks for waiting photos too; the condition stands word for word in
-- `store::message`.
DROP INDEX message_unfiled;
CREATE INDEX message_unfiled ON message (community_id, at DESC, id DESC) WHERE filing IN ('unfiled', 'waiting');

-- A queue's done tickets, latest first.
CREATE INDEX ticket_done_queue ON ticket (community_id, queue, since_at DESC) WHERE status = 'done';

-- Names are looked up by their beginning, ASCII letters of either case alike.
CREATE INDEX resident_name_folded ON resident (community_id, lower(name COLLATE "C"));
