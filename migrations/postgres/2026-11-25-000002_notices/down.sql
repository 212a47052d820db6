DROP INDEX session_idle;
DROP INDEX sign_in_limit_age;
DROP INDEX wechat_nonce_age;
DROP TABLE alarm;
DROP TABLE delivery;
ALTER TABLE outbox DROP COLUMN actor_user_id;
ALTER TABLE app_user DROP COLUMN email;
