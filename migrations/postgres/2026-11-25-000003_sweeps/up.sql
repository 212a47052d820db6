-- How far each clock, hold and offer has climbed: steps told, when the next comes up (empty: when the first does), and
-- when the last was told. Written by the sweeps alone; `told` goes back to 0 when a clock's limit moves.
ALTER TABLE ticket_clock ADD COLUMN told smallint NOT NULL DEFAULT 0;
ALTER TABLE ticket_clock ADD COLUMN next_at timestamptz;
ALTER TABLE ticket_clock ADD COLUMN told_at timestamptz;
ALTER TABLE ticket_hold ADD COLUMN told smallint NOT NULL DEFAULT 0;
ALTER TABLE ticket_hold ADD COLUMN next_at timestamptz;
ALTER TABLE ticket_hold ADD COLUMN told_at timestamptz;
ALTER TABLE escalation ADD COLUMN told smallint NOT NULL DEFAULT 0;
ALTER TABLE escalation ADD COLUMN next_at timestamptz;
ALTER TABLE escalation ADD COLUMN told_at timestamptz;

-- A sweep reads what is due and nothing else. The conditions stand word for word in `store::sweep`.
CREATE INDEX ticket_clock_climb ON ticket_clock (coalesce(next_at, warn_at))
  WHERE stopped_at IS NULL AND due_at IS NOT NULL AND told < 4 AND (paused_at IS NULL OR paused_at >= due_at);
CREATE INDEX ticket_hold_climb ON ticket_hold (coalesce(next_at, review_at)) WHERE ended_at IS NULL AND told < 3;
CREATE INDEX escalation_climb ON escalation (coalesce(next_at, answer_by)) WHERE state = 'offered' AND told < 3;
