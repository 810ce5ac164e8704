CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`credential_id` text NOT NULL,
	`public_key` blob NOT NULL,
	`rp_id` text NOT NULL,
	`counter` integer NOT NULL,
	`synced` integer NOT NULL,
	`backed_up` integer NOT NULL,
	`transports` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `passkeys_credential_id` ON `passkeys` (`credential_id`);--> statement-breakpoint
CREATE INDEX `passkeys_of_user` ON `passkeys` (`user_id`);--> statement-breakpoint
CREATE TABLE `used_ceremonies` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `used_ceremonies_over` ON `used_ceremonies` (`expires_at`);--> statement-breakpoint
ALTER TABLE `second_steps` ADD `is_strange` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `second_steps` ADD `user_agent` text;--> statement-breakpoint
ALTER TABLE `second_steps` ADD `ip` text;