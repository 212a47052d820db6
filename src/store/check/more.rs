//! More of what must hold: between tickets, and of the register, the doors and what goes out.

/// As [`super::rules::RULES`].
pub(super) const RULES: &[(&str, &str)] = &[
    (
        "the committee answers for what came by the chat, the property for what came by the hotline",
        "SELECT count(*) AS n FROM ticket WHERE (channel = 'wechat' AND lead <> 'committee') \
         OR (channel = 'hotline' AND lead <> 'property')",
    ),
    (
        "whoever holds a ticket sees it, and so does whoever answers for one that is not confidential",
        "SELECT count(*) AS n FROM ticket WHERE seen_by <> 'both' AND (seen_by <> holder OR (NOT confidential AND seen_by <> lead))",
    ),
    (
        "a ticket's words are the request that opened it",
        "SELECT count(*) AS n FROM ticket t WHERE NOT EXISTS (SELECT 1 FROM text_row x WHERE x.community_id = t.community_id \
         AND x.id = t.words_id AND x.ticket_id = t.id AND x.purpose = 'request')",
    ),
    (
        "a ticket has somebody who said it",
        "SELECT count(*) AS n FROM ticket t WHERE NOT EXISTS (SELECT 1 FROM ticket_reporter r \
         WHERE r.community_id = t.community_id AND r.ticket_id = t.id)",
    ),
    (
        "a ticket's category is one of the community's",
        "SELECT count(*) AS n FROM ticket t WHERE t.category IS NOT NULL AND NOT EXISTS (SELECT 1 FROM category c \
         WHERE c.community_id = t.community_id AND c.code = t.category)",
    ),
    (
        "whoever has a ticket has or had a seat in the community",
        "SELECT count(*) AS n FROM ticket t WHERE t.worker_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM membership m \
         WHERE m.user_id = t.worker_id AND m.community_id = t.community_id)",
    ),
    (
        "nobody has a ticket about himself",
        "SELECT count(*) AS n FROM ticket_subject s JOIN ticket t ON t.community_id = s.community_id AND t.id = s.ticket_id \
         WHERE t.worker_id = s.user_id",
    ),
    (
        "only a deferred ticket has a review date",
        "SELECT count(*) AS n FROM ticket WHERE review_on IS NOT NULL AND (outcome IS NULL OR outcome <> 'deferred')",
    ),
    (
        "a duplicate went into another ticket, and into one only",
        "SELECT count(*) AS n FROM ticket t WHERE t.outcome = 'duplicate' AND (SELECT count(*) FROM ticket_link l \
         WHERE l.community_id = t.community_id AND l.from_ticket_id = t.id AND l.kind = 'merged') <> 1",
    ),
    (
        "what went into a ticket stands in its history",
        "SELECT count(*) AS n FROM ticket_link l WHERE l.kind = 'merged' AND NOT EXISTS (SELECT 1 FROM event e \
         WHERE e.community_id = l.community_id AND e.ticket_id = l.to_ticket_id AND e.kind = 'absorbed')",
    ),
    ("no ticket is tied to itself", "SELECT count(*) AS n FROM ticket_link WHERE from_ticket_id = to_ticket_id"),
    (
        "a parent is not done before its children",
        "SELECT count(*) AS n FROM ticket_link l JOIN ticket p ON p.community_id = l.community_id AND p.id = l.to_ticket_id \
         JOIN ticket c ON c.community_id = l.community_id AND c.id = l.from_ticket_id \
         WHERE l.kind = 'parent' AND p.status = 'done' AND c.first_done_at IS NULL",
    ),
    (
        "a clock warns before it runs out, stands still only while it runs, and is met only when it is over",
        "SELECT count(*) AS n FROM ticket_clock WHERE warn_at > due_at OR due_at < started_at \
         OR (due_at IS NULL) <> (warn_at IS NULL) OR (due_at IS NULL) <> (limit_text IS NULL) \
         OR (stopped_at IS NOT NULL AND paused_at IS NOT NULL) OR (stopped_at IS NULL AND met IS NOT NULL)",
    ),
    (
        "one clock of a kind runs for a side and queue",
        "SELECT count(*) AS n FROM (SELECT 1 AS one FROM ticket_clock WHERE stopped_at IS NULL \
         GROUP BY community_id, ticket_id, kind, platform, queue HAVING count(*) > 1) doubled",
    ),
    (
        "finish clocks stand still while and only while a ticket is on hold",
        "SELECT count(*) AS n FROM ticket_clock c JOIN ticket t ON t.community_id = c.community_id AND t.id = c.ticket_id \
         WHERE c.stopped_at IS NULL AND c.kind = 'finish' AND (c.paused_at IS NULL) <> (t.hold_review_at IS NULL)",
    ),
    (
        "the time of the queue a ticket stands in runs, and of no other",
        "SELECT count(*) AS n FROM ticket_clock c JOIN ticket t ON t.community_id = c.community_id AND t.id = c.ticket_id \
         WHERE c.stopped_at IS NULL AND c.kind = 'queue_time' AND (t.queue IS NULL OR c.queue IS NULL OR c.queue <> t.queue)",
    ),
    (
        "a ticket in a queue has its time there measured",
        "SELECT count(*) AS n FROM ticket t WHERE t.status IN ('assigned', 'in_progress') AND NOT EXISTS (SELECT 1 \
         FROM ticket_clock c WHERE c.community_id = t.community_id AND c.ticket_id = t.id AND c.kind = 'queue_time' \
         AND c.queue = t.queue AND c.stopped_at IS NULL)",
    ),
    (
        "a ticket on hold shows its hold's review and since when it lasts",
        "SELECT count(*) AS n FROM ticket_hold h JOIN ticket t ON t.community_id = h.community_id AND t.id = h.ticket_id \
         WHERE h.ended_at IS NULL AND (t.hold_review_at <> h.review_at OR t.held_since IS NULL OR t.held_since <> h.began_at)",
    ),
    (
        "an escalation's times say what its state says",
        "SELECT count(*) AS n FROM escalation WHERE (state IN ('accepted', 'concluded')) <> (accepted_at IS NOT NULL) \
         OR (state IN ('returned', 'recalled', 'concluded')) <> (closed_at IS NOT NULL)",
    ),
    (
        "both sides see a ticket that crosses",
        "SELECT count(*) AS n FROM escalation e JOIN ticket t ON t.community_id = e.community_id AND t.id = e.ticket_id \
         WHERE e.state IN ('offered', 'accepted') AND t.seen_by <> 'both'",
    ),
    (
        "whoever acted is known",
        "SELECT count(*) AS n FROM event e WHERE (e.actor_kind = 'system') <> (e.actor_id IS NULL) OR (e.actor_kind = 'user' \
         AND NOT EXISTS (SELECT 1 FROM app_user u WHERE u.id = e.actor_id)) OR (e.actor_kind = 'token' \
         AND NOT EXISTS (SELECT 1 FROM api_token k WHERE k.id = e.actor_id AND k.community_id = e.community_id)) \
         OR (e.actor_kind = 'resident' AND NOT EXISTS (SELECT 1 FROM ticket_reporter r \
         WHERE r.community_id = e.community_id AND r.id = e.actor_id))",
    ),
    (
        "what was answered to a message that came in opened or changed a ticket that is there",
        "SELECT count(*) AS n FROM inbound_claim i WHERE i.ticket_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket t \
         WHERE t.community_id = i.community_id AND t.id = i.ticket_id)",
    ),
    (
        "a reply answers a message that is there",
        "SELECT count(*) AS n FROM message m WHERE (m.replies_to_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM message o \
         WHERE o.community_id = m.community_id AND o.id = m.replies_to_id AND o.direction = 'in')) \
         OR (m.direction = 'in') = (m.filing = 'reply')",
    ),
    (
        "a follower's account and the tickets of the conversation are there",
        "SELECT count(*) AS n FROM identity i WHERE NOT EXISTS (SELECT 1 FROM wechat_account a \
         WHERE a.community_id = i.community_id AND a.id = i.account_id) OR (i.asked_ticket_id IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM ticket t WHERE t.community_id = i.community_id AND t.id = i.asked_ticket_id)) \
         OR (i.recent_ticket_id IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM ticket t WHERE t.community_id = i.community_id AND t.id = i.recent_ticket_id))",
    ),
    (
        "a file that is kept has its hash and length",
        "SELECT count(*) AS n FROM attachment WHERE state = 'kept' AND kind <> 'location' AND (sha256 IS NULL OR size_bytes IS NULL)",
    ),
    (
        "a ticket was opened in one call at most",
        "SELECT count(*) AS n FROM (SELECT 1 AS one FROM call_ticket WHERE role = 'opened' \
         GROUP BY community_id, ticket_id HAVING count(*) > 1) doubled",
    ),
    (
        "a call-back that is not open was settled at some time",
        "SELECT count(*) AS n FROM call_back WHERE (state = 'open') <> (settled_at IS NULL)",
    ),
    (
        "a notice is settled when and only when it is not due, and of somebody who is there",
        "SELECT count(*) AS n FROM outbox o WHERE (o.state = 'due') <> (o.settled_at IS NULL) OR (o.actor_user_id IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM app_user u WHERE u.id = o.actor_user_id))",
    ),
    (
        "a delivery tells of its notice's ticket, and is leased by somebody until some time or not at all",
        "SELECT count(*) AS n FROM delivery d JOIN outbox o ON o.community_id = d.community_id AND o.id = d.outbox_id \
         WHERE d.ticket_id <> o.ticket_id OR d.template <> o.template OR (d.leased_by IS NULL) <> (d.leased_until IS NULL)",
    ),
    (
        "an alarm that was heard stands in the history",
        "SELECT count(*) AS n FROM alarm a WHERE a.acknowledged_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM event e \
         WHERE e.community_id = a.community_id AND e.ticket_id = a.ticket_id AND e.kind = 'alarm_heard')",
    ),
    (
        "a community has its five queues, each on its platform",
        "SELECT count(*) AS n FROM community c WHERE 5 <> (SELECT count(*) FROM queue q WHERE q.community_id = c.id \
         AND q.code IN ('maintenance', 'order', 'environment', 'steward', 'committee') \
         AND q.platform = CASE WHEN q.code = 'committee' THEN 'committee' ELSE 'property' END)",
    ),
    (
        "a community has its four urgency classes",
        "SELECT count(*) AS n FROM community c WHERE 4 <> (SELECT count(*) FROM urgency_class u WHERE u.community_id = c.id \
         AND u.code IN ('emergency', 'urgent', 'normal', 'long'))",
    ),
    (
        "a seat in a queue is on the queue's platform",
        "SELECT count(*) AS n FROM membership m JOIN queue q ON q.community_id = m.community_id AND q.code = m.queue \
         WHERE q.platform <> m.platform",
    ),
    (
        "a place stands below one that may have it, and repeats the names above it",
        "SELECT count(*) AS n FROM place c LEFT JOIN place p ON p.community_id = c.community_id AND p.id = c.parent_id \
         WHERE coalesce(p.kind, '-') || ' ' || c.kind NOT IN ('- garden', '- building', '- spot', 'garden building', 'garden spot', \
         'building unit', 'building flat', 'building spot', 'unit flat', 'unit spot', 'flat spot') \
         OR c.building_id IS DISTINCT FROM CASE WHEN c.kind = 'building' THEN c.id ELSE p.building_id END \
         OR c.building_code IS DISTINCT FROM CASE WHEN c.kind = 'building' THEN c.code ELSE p.building_code END \
         OR c.unit_code IS DISTINCT FROM CASE WHEN c.kind = 'unit' THEN c.code ELSE p.unit_code END \
         OR (c.kind <> 'garden' AND c.garden_name IS DISTINCT FROM p.garden_name)",
    ),
    (
        "nobody lives in a flat twice at once",
        "SELECT count(*) AS n FROM occupancy a JOIN occupancy b ON b.community_id = a.community_id \
         AND b.resident_id = a.resident_id AND b.flat_id = a.flat_id AND b.id > a.id \
         AND (a.to_day IS NULL OR b.from_day < a.to_day) AND (b.to_day IS NULL OR a.from_day < b.to_day)",
    ),
    ("a session ends after it began", "SELECT count(*) AS n FROM session WHERE expires_at <= created_at"),
];
