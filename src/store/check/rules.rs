//! What must hold, each as a query that counts where it does not; the same SQL on both databases. The schema holds most of it
//! already; it is asked all the same, for a database may have been written by hand.

/// Of tickets and what stands beside them.
pub(super) const RULES: &[(&str, &str)] = &[
    (
        "a ticket in a queue is held by the queue's platform",
        "SELECT count(*) AS n FROM ticket t JOIN queue q ON q.community_id = t.community_id AND q.code = t.queue \
         WHERE t.status IN ('assigned', 'in_progress') AND t.holder <> q.platform",
    ),
    (
        "an open ticket outside the triage list stands in a queue",
        "SELECT count(*) AS n FROM ticket WHERE status IN ('assigned', 'in_progress') AND queue IS NULL",
    ),
    (
        "a ticket in progress has a worker, an unassigned one has none",
        "SELECT count(*) AS n FROM ticket WHERE (status = 'in_progress' AND worker_id IS NULL) \
         OR (status = 'unassigned' AND worker_id IS NOT NULL)",
    ),
    (
        "done and only done has an outcome",
        "SELECT count(*) AS n FROM ticket WHERE (status = 'done') <> (outcome IS NOT NULL)",
    ),
    (
        "a done ticket was done at some time",
        "SELECT count(*) AS n FROM ticket WHERE status = 'done' AND first_done_at IS NULL",
    ),
    (
        "a deferred ticket has a review date",
        "SELECT count(*) AS n FROM ticket WHERE outcome = 'deferred' AND review_on IS NULL",
    ),
    (
        "an emergency is never left unassigned",
        "SELECT count(*) AS n FROM ticket WHERE urgency = 'emergency' AND status = 'unassigned'",
    ),
    (
        "the property does not see a confidential ticket",
        "SELECT count(*) AS n FROM ticket WHERE confidential AND seen_by <> 'committee'",
    ),
    (
        "at most one escalation of a ticket is live",
        "SELECT count(*) AS n FROM (SELECT 1 FROM escalation WHERE state IN ('offered', 'accepted') \
         GROUP BY community_id, ticket_id HAVING count(*) > 1) AS doubled",
    ),
    (
        "a done ticket is under no live escalation",
        "SELECT count(*) AS n FROM escalation e JOIN ticket t ON t.community_id = e.community_id AND t.id = e.ticket_id \
         WHERE e.state IN ('offered', 'accepted') AND t.status = 'done'",
    ),
    (
        "an accepted escalation is held by the accepting platform",
        "SELECT count(*) AS n FROM escalation e JOIN ticket t ON t.community_id = e.community_id AND t.id = e.ticket_id \
         WHERE e.state = 'accepted' AND t.holder <> e.to_platform",
    ),
    (
        "a hold under way belongs to an open ticket, and the ticket says so",
        "SELECT count(*) AS n FROM ticket_hold h JOIN ticket t ON t.community_id = h.community_id AND t.id = h.ticket_id \
         WHERE h.ended_at IS NULL AND (t.status NOT IN ('assigned', 'in_progress') OR t.hold_review_at IS NULL)",
    ),
    (
        "a ticket that says it is on hold has a hold under way",
        "SELECT count(*) AS n FROM ticket t WHERE t.hold_review_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket_hold h \
         WHERE h.community_id = t.community_id AND h.ticket_id = t.id AND h.ended_at IS NULL)",
    ),
    (
        "no clock of a done ticket runs",
        "SELECT count(*) AS n FROM ticket_clock c JOIN ticket t ON t.community_id = c.community_id AND t.id = c.ticket_id \
         WHERE c.stopped_at IS NULL AND t.status = 'done'",
    ),
    (
        "a finish clock runs while a ticket is open",
        "SELECT count(*) AS n FROM ticket t WHERE t.status <> 'done' AND NOT EXISTS (SELECT 1 FROM ticket_clock c \
         WHERE c.community_id = t.community_id AND c.ticket_id = t.id AND c.kind = 'finish' AND c.stopped_at IS NULL)",
    ),
    (
        "a clock tells nothing before its time",
        "SELECT count(*) AS n FROM ticket_clock WHERE told > 4 OR told < 0 OR (told >= 1 AND (told_at IS NULL \
         OR warn_at IS NULL OR told_at < warn_at)) OR (told >= 2 AND (due_at IS NULL OR told_at <= due_at))",
    ),
    (
        "what a clock told stands in the history",
        "SELECT count(*) AS n FROM ticket_clock c WHERE c.told >= 1 AND NOT EXISTS (SELECT 1 FROM event e \
         WHERE e.community_id = c.community_id AND e.ticket_id = c.ticket_id AND (e.kind = 'overdue' \
         OR (e.kind = 'warned' AND c.told < 2)))",
    ),
    (
        "a hold is called due for review when it is",
        "SELECT count(*) AS n FROM ticket_hold WHERE told > 3 OR told < 0 \
         OR (told >= 1 AND (told_at IS NULL OR told_at < review_at))",
    ),
    (
        "an offer is called unanswered after its time",
        "SELECT count(*) AS n FROM escalation WHERE told > 3 OR told < 0 \
         OR (told >= 1 AND (told_at IS NULL OR answer_by IS NULL OR told_at <= answer_by))",
    ),
    (
        "a ticket's version is its newest event's",
        "SELECT count(*) AS n FROM ticket t WHERE t.version <> coalesce((SELECT max(e.version) FROM event e \
         WHERE e.community_id = t.community_id AND e.ticket_id = t.id), 0)",
    ),
    (
        "words belong to a ticket and a line of history that are there",
        "SELECT count(*) AS n FROM text_row x WHERE (x.ticket_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket t \
         WHERE t.community_id = x.community_id AND t.id = x.ticket_id)) OR (x.event_id IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM event e WHERE e.community_id = x.community_id AND e.id = x.event_id))",
    ),
    (
        "a merged ticket is done as a duplicate",
        "SELECT count(*) AS n FROM ticket_link l JOIN ticket t ON t.community_id = l.community_id AND t.id = l.from_ticket_id \
         WHERE l.kind = 'merged' AND (t.outcome IS NULL OR t.outcome <> 'duplicate')",
    ),
    (
        "an open call-back belongs to a call that nobody took",
        "SELECT count(*) AS n FROM call_back b JOIN call c ON c.community_id = b.community_id AND c.id = b.call_id \
         WHERE b.state = 'open' AND (c.ended_at IS NULL OR c.result NOT IN ('missed', 'abandoned', 'voicemail'))",
    ),
    (
        "a call that was taken is answered once it is over, and asks for no call-back",
        "SELECT count(*) AS n FROM call WHERE answered_at IS NOT NULL AND (call_back_due_at IS NOT NULL \
         OR (ended_at IS NOT NULL AND result <> 'answered'))",
    ),
    (
        "calls of a day have different numbers",
        "SELECT count(*) AS n FROM (SELECT 1 AS one FROM call WHERE day_serial IS NOT NULL \
         GROUP BY community_id, day, day_serial HAVING count(*) > 1) doubled",
    ),
    (
        "a delivery has an end when and only when it is not due",
        "SELECT count(*) AS n FROM delivery WHERE (state = 'due') <> (settled_at IS NULL)",
    ),
    (
        "a notice handed on has deliveries, or says why it has none",
        "SELECT count(*) AS n FROM outbox o WHERE o.state = 'sent' AND o.last_error IS NULL AND NOT EXISTS \
         (SELECT 1 FROM delivery d WHERE d.community_id = o.community_id AND d.outbox_id = o.id)",
    ),
    ("every notice can be read", "SELECT count(*) AS n FROM outbox WHERE state = 'dead'"),
    (
        "only what has a medium was sent",
        "SELECT count(*) AS n FROM delivery WHERE state = 'sent' AND medium <> 'email'",
    ),
    (
        "a disabled account is signed in nowhere",
        "SELECT count(*) AS n FROM session s JOIN app_user u ON u.id = s.user_id WHERE u.disabled_at IS NOT NULL",
    ),
    (
        "nobody stands in for a seat that was given up, nor is on duty in one",
        "SELECT count(*) AS n FROM membership m LEFT JOIN membership d ON d.community_id = m.community_id \
         AND d.id = m.deputy_for_id WHERE (m.retired_at IS NULL AND d.retired_at IS NOT NULL) \
         OR (m.retired_at IS NOT NULL AND m.on_duty)",
    ),
    (
        "nobody lives in a place that is no flat, nor moved out before moving in",
        "SELECT count(*) AS n FROM occupancy o JOIN place p ON p.community_id = o.community_id AND p.id = o.flat_id \
         WHERE p.kind <> 'flat' OR o.to_day < o.from_day",
    ),
    (
        "a message filed under a ticket names it",
        "SELECT count(*) AS n FROM message WHERE filing = 'ticket' AND ticket_id IS NULL",
    ),
];
