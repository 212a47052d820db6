-- Every page asks what rings for whoever looks at it. It begins at the open emergencies, which are few: alarms nobody heard are kept
-- when their ticket is done, and would be more each year.
CREATE INDEX ticket_open_emergency ON ticket (community_id, id) WHERE status <> 'done' AND urgency = 'emergency';
