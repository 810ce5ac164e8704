DROP INDEX `sessions_open`;--> statement-breakpoint
CREATE INDEX `sessions_ended` ON `sessions` (`ended_at`) WHERE "sessions"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE INDEX `sessions_open` ON `sessions` (`user_id`,`last_used_at`,`idle_expires_at`,`expires_at`,`app_epoch`,`ended_at`) WHERE "sessions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `events_age` ON `events` (`at`);--> statement-breakpoint
CREATE INDEX `idempotency_keys_age` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE INDEX `rate_limits_over` ON `rate_limits` (`reset_at`);