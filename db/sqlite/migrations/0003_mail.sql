CREATE TABLE `mail_links` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`user_id` text NOT NULL,
	`kid` text NOT NULL,
	`nonce` blob NOT NULL,
	`email` text,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `mail_links_of_user` ON `mail_links` (`user_id`,`kind`,`expires_at`);--> statement-breakpoint
CREATE INDEX `mail_links_over` ON `mail_links` (`expires_at`);--> statement-breakpoint
CREATE TABLE `mails` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`user_id` text,
	`recipient` text NOT NULL,
	`link_id` text,
	`event_type` text,
	`at` integer NOT NULL,
	`user_agent` text,
	`ip` text,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`due_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`smtp_code` text,
	`purge_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `mails_due` ON `mails` (`state`,`due_at`);--> statement-breakpoint
CREATE INDEX `mails_of_user` ON `mails` (`user_id`,`event_type`,`at`);--> statement-breakpoint
CREATE INDEX `mails_over` ON `mails` (`purge_at`);--> statement-breakpoint
DROP TABLE `one_time_links`;--> statement-breakpoint
ALTER TABLE `users` ADD `email_verified_at` integer;