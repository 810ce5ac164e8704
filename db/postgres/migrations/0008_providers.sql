CREATE TABLE "identities" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"user_id" text COLLATE "C" NOT NULL,
	"issuer" text COLLATE "C" NOT NULL,
	"subject" text COLLATE "C" NOT NULL,
	"email" text COLLATE "C",
	"linked_at" bigint NOT NULL,
	"last_used_at" bigint,
	CONSTRAINT "identities_of_issuer" UNIQUE("issuer","subject")
);
--> statement-breakpoint
CREATE TABLE "provider_sessions" (
	"session_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"identity_id" text COLLATE "C" NOT NULL,
	"sid" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "provider_transactions" (
	"state_hash" text COLLATE "C" PRIMARY KEY NOT NULL,
	"provider" text COLLATE "C" NOT NULL,
	"intent" text COLLATE "C" NOT NULL,
	"next" text COLLATE "C" NOT NULL,
	"persistent" boolean NOT NULL,
	"session_id" text COLLATE "C",
	"started_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"claimed_until" bigint,
	"held_issuer" text COLLATE "C",
	"held_subject" text COLLATE "C",
	"held_email" text COLLATE "C"
);
--> statement-breakpoint
ALTER TABLE "second_steps" ADD COLUMN "identity_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "second_steps" ADD COLUMN "provider" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "second_steps" ADD COLUMN "provider_sid" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "second_steps" ADD COLUMN "next" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "second_steps" ADD COLUMN "asking_session_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "method" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "by" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "email_vouched" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_sessions" ADD CONSTRAINT "provider_sessions_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_sessions" ADD CONSTRAINT "provider_sessions_identity_id_identities_id_fk" FOREIGN KEY ("identity_id") REFERENCES "public"."identities"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "identities_of_user" ON "identities" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "provider_sessions_of_identity" ON "provider_sessions" USING btree ("identity_id");--> statement-breakpoint
CREATE INDEX "provider_transactions_over" ON "provider_transactions" USING btree ("expires_at");