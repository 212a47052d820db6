//! Ways to break a rule of `jiban check`.

/// What is done, and the rule that then does not hold. `@(…)` is the id of the first ticket of which that is true.
pub(super) const BROKEN: &[(&str, &str)] = &[
    (
        "UPDATE ticket SET holder = 'committee' WHERE id = @(status = 'assigned' AND holder = 'property')",
        "a ticket in a queue is held by the queue's platform",
    ),
    (
        "UPDATE ticket SET queue = NULL WHERE id = @(status = 'assigned')",
        "an open ticket outside the triage list stands in a queue",
    ),
    (
        "UPDATE ticket SET worker_id = NULL WHERE id = @(status = 'in_progress')",
        "a ticket in progress has a worker, an unassigned one has none",
    ),
    ("UPDATE ticket SET outcome = NULL WHERE id = @(status = 'done')", "done and only done has an outcome"),
    ("UPDATE ticket SET first_done_at = NULL WHERE id = @(status = 'done')", "a done ticket was done at some time"),
    (
        "UPDATE ticket SET outcome = 'deferred' WHERE id = @(outcome = 'resolved')",
        "a deferred ticket has a review date",
    ),
    (
        "UPDATE ticket SET urgency = 'emergency' WHERE id = @(status = 'unassigned')",
        "an emergency is never left unassigned",
    ),
    (
        "UPDATE ticket SET confidential = (1 = 1) WHERE id = @(seen_by = 'property')",
        "the property does not see a confidential ticket",
    ),
    (
        "UPDATE escalation SET state = 'offered'; UPDATE escalation SET ticket_id = @(status = 'assigned')",
        "at most one escalation of a ticket is live",
    ),
    (
        "UPDATE escalation SET state = 'offered', ticket_id = @(status = 'done')",
        "a done ticket is under no live escalation",
    ),
    (
        "UPDATE escalation SET state = 'accepted', from_platform = 'property', to_platform = 'committee', ticket_id = @(holder = 'property')",
        "an accepted escalation is held by the accepting platform",
    ),
    (
        "UPDATE ticket_hold SET ended_at = NULL, ticket_id = @(status = 'done')",
        "a hold under way belongs to an open ticket, and the ticket says so",
    ),
    (
        "UPDATE ticket SET hold_review_at = opened_at WHERE id = @(status = 'assigned' AND hold_review_at IS NULL)",
        "a ticket that says it is on hold has a hold under way",
    ),
    (
        "UPDATE ticket_clock SET stopped_at = NULL WHERE ticket_id = @(status = 'done')",
        "no clock of a done ticket runs",
    ),
    (
        "UPDATE ticket_clock SET stopped_at = started_at WHERE ticket_id = @(status = 'assigned')",
        "a finish clock runs while a ticket is open",
    ),
    (
        "UPDATE ticket_clock SET told = 2, told_at = started_at WHERE ticket_id = @(status = 'assigned')",
        "a clock tells nothing before its time",
    ),
    (
        "DELETE FROM event WHERE kind IN ('warned', 'overdue', 'climbed'); UPDATE ticket_clock SET told = 1, told_at = due_at WHERE kind = 'finish'",
        "what a clock told stands in the history",
    ),
    ("UPDATE ticket_hold SET told = 1, told_at = began_at", "a hold is called due for review when it is"),
    ("UPDATE escalation SET told = 1, told_at = offered_at", "an offer is called unanswered after its time"),
    (
        "UPDATE ticket SET version = version + 1 WHERE id = @(status = 'done')",
        "a ticket's version is its newest event's",
    ),
    (
        "DELETE FROM event WHERE ticket_id = @(status = 'done') AND version > 1",
        "words belong to a ticket and a line of history that are there",
    ),
    (
        "INSERT INTO ticket_link SELECT community_id, id, words_id, 'merged', opened_at FROM ticket WHERE id = @(outcome = 'resolved')",
        "a merged ticket is done as a duplicate",
    ),
    (
        "UPDATE call SET result = 'answered' WHERE answered_at IS NULL",
        "an open call-back belongs to a call that nobody took",
    ),
    (
        "UPDATE call SET result = 'missed' WHERE answered_at IS NOT NULL",
        "a call that was taken is answered once it is over, and asks for no call-back",
    ),
    ("DROP INDEX call_day_serial; UPDATE call SET day_serial = 1", "calls of a day have different numbers"),
    ("UPDATE delivery SET settled_at = NULL", "a delivery has an end when and only when it is not due"),
    (
        "DELETE FROM delivery; UPDATE outbox SET state = 'sent', settled_at = created_at, last_error = NULL",
        "a notice handed on has deliveries, or says why it has none",
    ),
    ("UPDATE outbox SET state = 'dead', settled_at = created_at", "every notice can be read"),
    ("UPDATE delivery SET state = 'sent', medium = 'reply'", "only what has a medium was sent"),
    (
        "UPDATE membership SET retired_at = created_at, on_duty = (1 = 1)",
        "nobody stands in for a seat that was given up, nor is on duty in one",
    ),
    (
        "UPDATE occupancy SET to_day = '1999-01-01', from_day = '2000-01-01'",
        "nobody lives in a place that is no flat, nor moved out before moving in",
    ),
    (
        "UPDATE message SET filing = 'ticket', ticket_id = NULL WHERE direction = 'in'",
        "a message filed under a ticket names it",
    ),
    (
        "UPDATE ticket SET lead = 'property' WHERE id = @(channel = 'wechat')",
        "the committee answers for what came by the chat, the property for what came by the hotline",
    ),
    (
        "UPDATE ticket SET seen_by = 'committee' WHERE id = @(holder = 'property' AND seen_by <> 'committee')",
        "whoever holds a ticket sees it, and so does whoever answers for one that is not confidential",
    ),
    (
        "UPDATE text_row SET purpose = 'note' WHERE ticket_id = @(status = 'done')",
        "a ticket's words are the request that opened it",
    ),
    ("DELETE FROM ticket_reporter WHERE ticket_id = @(status = 'assigned')", "a ticket has somebody who said it"),
    (
        "UPDATE ticket SET category = 'nothing' WHERE id = @(status = 'done')",
        "a ticket's category is one of the community's",
    ),
    ("DELETE FROM membership", "whoever has a ticket has or had a seat in the community"),
    (
        "INSERT INTO ticket_subject SELECT community_id, id, worker_id FROM ticket WHERE id = @(worker_id IS NOT NULL)",
        "nobody has a ticket about himself",
    ),
    (
        "UPDATE ticket SET review_on = '2026-01-01' WHERE id = @(outcome = 'resolved')",
        "only a deferred ticket has a review date",
    ),
    (
        "UPDATE ticket SET outcome = 'duplicate' WHERE id = @(outcome = 'resolved')",
        "a duplicate went into another ticket, and into one only",
    ),
    (
        "INSERT INTO ticket_link SELECT a.community_id, a.id, b.id, 'merged', a.opened_at FROM ticket a, ticket b WHERE a.id = @(outcome = 'resolved') AND b.id = @(status = 'assigned')",
        "what went into a ticket stands in its history",
    ),
    (
        "INSERT INTO ticket_link SELECT community_id, id, id, 'follow_on', opened_at FROM ticket",
        "no ticket is tied to itself",
    ),
    (
        "INSERT INTO ticket_link SELECT a.community_id, a.id, b.id, 'merged', a.opened_at FROM ticket a, ticket b WHERE a.id = @(outcome = 'resolved') AND b.id = @(status = 'assigned'); INSERT INTO ticket_link SELECT community_id, to_ticket_id, from_ticket_id, kind, created_at FROM ticket_link WHERE kind = 'merged' AND to_ticket_id = @(status = 'assigned')",
        "no ticket went, over others, into itself",
    ),
    (
        "INSERT INTO ticket_link SELECT a.community_id, a.id, b.id, 'parent', a.opened_at FROM ticket a, ticket b WHERE a.id = @(status = 'assigned' AND first_done_at IS NULL) AND b.id = @(status = 'done')",
        "a parent is not done before its children",
    ),
    (
        "UPDATE ticket_clock SET met = (1 = 1) WHERE stopped_at IS NULL",
        "a clock warns before it runs out, stands still only while it runs, and is met only when it is over",
    ),
    (
        "UPDATE ticket_clock SET kind = 'finish', queue = NULL WHERE stopped_at IS NULL",
        "one clock of a kind runs for a side and queue",
    ),
    (
        "UPDATE ticket_clock SET paused_at = started_at WHERE kind = 'finish' AND stopped_at IS NULL AND ticket_id = @(status = 'assigned' AND hold_review_at IS NULL)",
        "finish clocks stand still while and only while a ticket is on hold",
    ),
    (
        "UPDATE ticket_clock SET queue = 'order' WHERE kind = 'queue_time' AND ticket_id = @(status = 'assigned' AND queue <> 'order')",
        "the time of the queue a ticket stands in runs, and of no other",
    ),
    ("DELETE FROM ticket_clock WHERE kind = 'queue_time'", "a ticket in a queue has its time there measured"),
    (
        "UPDATE ticket SET hold_review_at = opened_at WHERE hold_review_at IS NOT NULL",
        "a ticket on hold shows its hold's review and since when it lasts",
    ),
    (
        "UPDATE ticket SET held_since = opened_at WHERE hold_review_at IS NOT NULL",
        "a ticket on hold shows its hold's review and since when it lasts",
    ),
    ("UPDATE ticket SET held_since = NULL", "a ticket on hold shows its hold's review and since when it lasts"),
    (
        "UPDATE ticket SET held_since = opened_at WHERE id = @(status = 'assigned' AND hold_review_at IS NULL)",
        "a ticket stands where its history ends",
    ),
    (
        "UPDATE escalation SET accepted_at = NULL, closed_at = NULL WHERE state <> 'offered'",
        "an escalation's times say what its state says",
    ),
    ("UPDATE ticket SET seen_by = holder WHERE status <> 'done'", "both sides see a ticket that crosses"),
    ("UPDATE event SET actor_id = ticket_id WHERE actor_kind = 'user'", "whoever acted is known"),
    (
        "INSERT INTO inbound_claim SELECT community_id, 'x', token_sealed, NULL, id, updated_at FROM wechat_account",
        "what was answered to a message that came in opened or changed a ticket that is there",
    ),
    ("DELETE FROM message WHERE direction = 'in'", "a reply answers a message that is there"),
    ("UPDATE identity SET recent_ticket_id = id", "a follower's account and the tickets of the conversation are there"),
    (
        "INSERT INTO attachment SELECT community_id, id, id, NULL, 'image', NULL, NULL, NULL, NULL, NULL, 'kept', NULL, opened_at FROM ticket",
        "a file that is kept has its hash and length",
    ),
    (
        "INSERT INTO call_ticket SELECT c.community_id, c.id, t.id, 'opened' FROM call c JOIN ticket t ON t.id = @(channel = 'wechat')",
        "a ticket was opened in one call at most",
    ),
    (
        "UPDATE call_back SET settled_at = made_at, state = 'open'",
        "a call-back that is not open was settled at some time",
    ),
    (
        "UPDATE outbox SET settled_at = created_at, state = 'due'",
        "a notice is settled when and only when it is not due, and of somebody who is there",
    ),
    (
        "UPDATE delivery SET leased_by = id",
        "a delivery tells of its notice's ticket, and is leased by somebody until some time or not at all",
    ),
    (
        "UPDATE alarm SET acknowledged_at = raised_at, acknowledged_by = (SELECT id FROM app_user LIMIT 1)",
        "an alarm that was heard stands in the history",
    ),
    ("DELETE FROM queue WHERE code = 'order'", "a community has its five queues, each on its platform"),
    ("DELETE FROM urgency_class WHERE code = 'long'", "a community has its four urgency classes"),
    (
        "UPDATE membership SET platform = CASE platform WHEN 'property' THEN 'committee' ELSE 'property' END",
        "a seat in a queue is on the queue's platform",
    ),
    (
        "UPDATE place SET kind = 'flat' WHERE kind = 'unit'",
        "a place stands below one that may have it, and repeats the names above it",
    ),
    (
        "UPDATE place SET garden_name = '别处' WHERE kind = 'flat'",
        "a place stands below one that may have it, and repeats the names above it",
    ),
    (
        "UPDATE occupancy SET to_day = NULL, resident_id = (SELECT id FROM resident LIMIT 1), flat_id = (SELECT id FROM place WHERE kind = 'flat' LIMIT 1)",
        "nobody lives in a flat twice at once",
    ),
    (
        "UPDATE ticket SET number = '20200101-0001' WHERE id = @(status = 'done')",
        "a ticket's number is of the local day it was opened",
    ),
    ("DELETE FROM number_block", "a ticket's number was handed out"),
    (
        "UPDATE ticket SET due_at = opened_at, warn_at = opened_at WHERE id = @(status = 'assigned')",
        "a ticket shows when its finish clock runs out",
    ),
    (
        "UPDATE ticket_clock SET platform = 'committee' WHERE kind = 'queue_time' AND platform = 'property'",
        "the time of a queue is its platform's",
    ),
    ("UPDATE ticket_clock SET limit_text = 'soon' WHERE kind = 'finish'", "every row can be read"),
    ("UPDATE ticket SET channel = 'pigeon' WHERE id = @(status = 'done')", "every row can be read"),
    ("UPDATE outbox SET template = 'song'", "every row can be read"),
    ("UPDATE call SET direction = 'sideways'", "every row can be read"),
    ("UPDATE event SET kind = 'started' WHERE kind = 'taken'", "a line of history is of the kind it says"),
    (
        "UPDATE ticket SET nudge_count = nudge_count + 1 WHERE id = @(status = 'done')",
        "a ticket stands where its history ends",
    ),
    ("UPDATE ticket SET reopened_count = 1 WHERE id = @(reopened_count = 0)", "a ticket stands where its history ends"),
    (
        "UPDATE ticket SET since_at = opened_at WHERE id = @(status = 'done' AND since_at <> opened_at)",
        "a ticket stands where its history ends",
    ),
    ("UPDATE ticket SET kind = 'praise' WHERE id = @(kind = 'repair')", "a ticket stands where its history ends"),
    (
        "DELETE FROM event WHERE kind = 'started' AND ticket_id = @(status = 'done' AND worker_id IS NOT NULL)",
        "each line of a ticket's history follows from those before",
    ),
    (
        "DELETE FROM event WHERE kind = 'opened' AND ticket_id = @(status = 'assigned')",
        "each line of a ticket's history follows from those before",
    ),
    (
        "UPDATE event SET version = version + 5 WHERE kind = 'finished'",
        "each line of a ticket's history follows from those before",
    ),
    ("DELETE FROM escalation WHERE state = 'concluded'", "an escalation stands where the ticket's history left it"),
    ("DELETE FROM ticket_hold", "a hold lasts as long as the ticket's history says"),
    (
        "UPDATE ticket_reporter SET left_at = created_at WHERE ticket_id = @(status = 'assigned')",
        "who took a request back stands in its history",
    ),
    ("DELETE FROM text_row WHERE purpose = 'reason'", "a line of history that needs words has them"),
    (
        "DELETE FROM delivery; DELETE FROM outbox WHERE template = 'finished'",
        "a change that must be told was put down with it",
    ),
    ("DELETE FROM alarm", "an emergency rang"),
];
