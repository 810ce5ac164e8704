CREATE TABLE "email_changes" (
	"user_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"email" text COLLATE "C" NOT NULL,
	"kid" text COLLATE "C" NOT NULL,
	"nonce" "bytea" NOT NULL,
	"tries" integer NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "email_change_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "detail" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "auth_time" bigint;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "amr" text COLLATE "C" DEFAULT 'pwd' NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "replaces" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "deletes_at" bigint;--> statement-breakpoint
ALTER TABLE "email_changes" ADD CONSTRAINT "email_changes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "email_changes_over" ON "email_changes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "mail_links_of_email" ON "mail_links" USING btree ("email") WHERE "mail_links"."email" is not null;--> statement-breakpoint
CREATE INDEX "sessions_successors" ON "sessions" USING btree ("replaces") WHERE "sessions"."replaces" is not null;--> statement-breakpoint
CREATE INDEX "users_leaving" ON "users" USING btree ("deletes_at") WHERE "users"."deletes_at" is not null;