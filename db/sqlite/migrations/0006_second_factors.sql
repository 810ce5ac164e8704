CREATE TABLE `recovery_codes` (
	`user_id` text NOT NULL,
	`hash` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `hash`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `second_steps` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`secret_hash` text NOT NULL,
	`credential_version` integer NOT NULL,
	`epoch` integer NOT NULL,
	`persistent` integer NOT NULL,
	`tries` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `second_steps_of_user` ON `second_steps` (`user_id`);--> statement-breakpoint
CREATE INDEX `second_steps_over` ON `second_steps` (`expires_at`);--> statement-breakpoint
CREATE TABLE `totp_enrolments` (
	`user_id` text PRIMARY KEY NOT NULL,
	`session_id` text NOT NULL,
	`kid` text NOT NULL,
	`sealed` blob NOT NULL,
	`tries` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `totp_enrolments_over` ON `totp_enrolments` (`expires_at`);--> statement-breakpoint
CREATE TABLE `totps` (
	`user_id` text PRIMARY KEY NOT NULL,
	`kid` text NOT NULL,
	`sealed` blob NOT NULL,
	`last_step` integer NOT NULL,
	`failures` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `trusted_devices` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`hash` text NOT NULL,
	`user_epoch` integer NOT NULL,
	`user_agent` text,
	`ip` text,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `trusted_devices_hash_unique` ON `trusted_devices` (`hash`);--> statement-breakpoint
CREATE INDEX `trusted_devices_of_user` ON `trusted_devices` (`user_id`);--> statement-breakpoint
CREATE INDEX `trusted_devices_over` ON `trusted_devices` (`expires_at`);--> statement-breakpoint
ALTER TABLE `users` ADD `two_step` integer DEFAULT false NOT NULL;