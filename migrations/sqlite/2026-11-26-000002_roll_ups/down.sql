DROP INDEX ticket_subject_user;
DELETE FROM feed_mark WHERE name = 'roll_ups';
DROP TABLE roll_up_until;
DROP TABLE roll_up;
