CREATE TABLE `email_changes` (
	`user_id` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`email` text NOT NULL,
	`kid` text NOT NULL,
	`nonce` blob NOT NULL,
	`tries` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `email_changes_over` ON `email_changes` (`expires_at`);--> statement-breakpoint
ALTER TABLE `mails` ADD `email_change_id` text;--> statement-breakpoint
ALTER TABLE `mails` ADD `detail` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `auth_time` integer;--> statement-breakpoint
ALTER TABLE `sessions` ADD `amr` text DEFAULT 'pwd' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `replaces` text;--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_successors` ON `sessions` (`replaces`) WHERE "sessions"."replaces" is not null;--> statement-breakpoint
ALTER TABLE `users` ADD `deletes_at` integer;--> statement-breakpoint
CREATE INDEX `users_leaving` ON `users` (`deletes_at`) WHERE "users"."deletes_at" is not null;--> statement-breakpoint
CREATE INDEX `mail_links_of_email` ON `mail_links` (`email`) WHERE "mail_links"."email" is not null;