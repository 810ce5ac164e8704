-- IF NOT EXISTS: before 0.1.0 these were three migrations, and a file may have stopped at any of them.
CREATE TABLE IF NOT EXISTS `events` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`session_id` text,
	`type` text NOT NULL,
	`at` integer NOT NULL,
	`user_agent` text,
	`ip` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS `events_newest` ON `events` (`user_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX IF NOT EXISTS `events_age` ON `events` (`at`);--> statement-breakpoint
CREATE TABLE IF NOT EXISTS `password_resets` (
	`user_id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS `password_resets_tokenHash_unique` ON `password_resets` (`token_hash`);--> statement-breakpoint
CREATE TABLE IF NOT EXISTS `rate_limits` (
	`key` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`reset_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS `rate_limits_over` ON `rate_limits` (`reset_at`);--> statement-breakpoint
CREATE TABLE IF NOT EXISTS `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`seed` blob NOT NULL,
	`head_kid` text NOT NULL,
	`head` integer NOT NULL,
	`parent` integer,
	`exchanged_at` integer NOT NULL,
	`confirmed_at` integer,
	`grace` text NOT NULL,
	`version` integer NOT NULL,
	`persistent` integer NOT NULL,
	`user_epoch` integer NOT NULL,
	`app_epoch` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	`idle_expires_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`end_reason` text,
	`rate_started_at` integer NOT NULL,
	`rate_count` integer NOT NULL,
	`user_agent` text,
	`ip` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
DROP INDEX IF EXISTS `sessions_open`;--> statement-breakpoint
CREATE INDEX `sessions_open` ON `sessions` (`user_id`,`last_used_at`,`idle_expires_at`,`expires_at`,`app_epoch`,`ended_at`) WHERE "sessions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS `sessions_ended` ON `sessions` (`ended_at`) WHERE "sessions"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE IF NOT EXISTS `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`name` text,
	`password_hash` text NOT NULL,
	`epoch` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS `users_email_unique` ON `users` (`email`);