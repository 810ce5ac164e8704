CREATE TABLE `sign_ups` (
	`id` text PRIMARY KEY NOT NULL,
	`secret_hash` text NOT NULL,
	`email` text NOT NULL,
	`name` text,
	`password_hash` text NOT NULL,
	`persistent` integer NOT NULL,
	`kid` text NOT NULL,
	`nonce` blob NOT NULL,
	`tries` integer NOT NULL,
	`mails` integer NOT NULL,
	`mailed_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sign_ups_over` ON `sign_ups` (`expires_at`);--> statement-breakpoint
ALTER TABLE `mails` ADD `sign_up_id` text;