CREATE TABLE `identities` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text NOT NULL,
	`email` text,
	`linked_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `identities_of_user` ON `identities` (`user_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `identities_of_issuer` ON `identities` (`issuer`,`subject`);--> statement-breakpoint
CREATE TABLE `provider_sessions` (
	`session_id` text PRIMARY KEY NOT NULL,
	`identity_id` text NOT NULL,
	`sid` text,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`identity_id`) REFERENCES `identities`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `provider_sessions_of_identity` ON `provider_sessions` (`identity_id`);--> statement-breakpoint
CREATE TABLE `provider_transactions` (
	`state_hash` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`intent` text NOT NULL,
	`next` text NOT NULL,
	`persistent` integer NOT NULL,
	`session_id` text,
	`started_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`claimed_until` integer,
	`held_issuer` text,
	`held_subject` text,
	`held_email` text
);
--> statement-breakpoint
CREATE INDEX `provider_transactions_over` ON `provider_transactions` (`expires_at`);--> statement-breakpoint
ALTER TABLE `second_steps` ADD `identity_id` text;--> statement-breakpoint
ALTER TABLE `second_steps` ADD `provider` text;--> statement-breakpoint
ALTER TABLE `second_steps` ADD `provider_sid` text;--> statement-breakpoint
ALTER TABLE `second_steps` ADD `next` text;--> statement-breakpoint
ALTER TABLE `second_steps` ADD `asking_session_id` text;--> statement-breakpoint
ALTER TABLE `events` ADD `method` text;--> statement-breakpoint
ALTER TABLE `events` ADD `by` text;--> statement-breakpoint
ALTER TABLE `users` ADD `email_vouched` integer DEFAULT false NOT NULL;