CREATE TABLE "mail_links" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"user_id" text COLLATE "C" NOT NULL,
	"kid" text COLLATE "C" NOT NULL,
	"nonce" "bytea" NOT NULL,
	"email" text COLLATE "C",
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"user_id" text COLLATE "C",
	"recipient" text COLLATE "C" NOT NULL,
	"link_id" text COLLATE "C",
	"event_type" text COLLATE "C",
	"at" bigint NOT NULL,
	"user_agent" text COLLATE "C",
	"ip" text COLLATE "C",
	"state" text COLLATE "C" NOT NULL,
	"attempts" integer NOT NULL,
	"due_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"smtp_code" text COLLATE "C",
	"purge_at" bigint NOT NULL
);
--> statement-breakpoint
DROP TABLE "one_time_links" CASCADE;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "email_verified_at" bigint;--> statement-breakpoint
ALTER TABLE "mail_links" ADD CONSTRAINT "mail_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mail_links_of_user" ON "mail_links" USING btree ("user_id","kind","expires_at");--> statement-breakpoint
CREATE INDEX "mail_links_over" ON "mail_links" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "mails_due" ON "mails" USING btree ("state","due_at");--> statement-breakpoint
CREATE INDEX "mails_of_user" ON "mails" USING btree ("user_id","event_type","at");--> statement-breakpoint
CREATE INDEX "mails_over" ON "mails" USING btree ("purge_at");