-- IF NOT EXISTS: before 0.1.0 these tables stood among the app's own, and keep what is in them.
CREATE TABLE IF NOT EXISTS `idempotency_keys` (
	`user_id` text NOT NULL,
	`key` text NOT NULL,
	`hash` text NOT NULL,
	`task_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `key`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS `idempotency_keys_oldest` ON `idempotency_keys` (`user_id`,`created_at`);--> statement-breakpoint
CREATE INDEX IF NOT EXISTS `idempotency_keys_age` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE TABLE IF NOT EXISTS `tasks` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`title` text NOT NULL,
	`description` text NOT NULL,
	`deadline` text,
	`completed` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS `tasks_newest` ON `tasks` (`user_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX IF NOT EXISTS `tasks_newest_by_state` ON `tasks` (`user_id`,`completed`,`created_at`,`id`);