CREATE TABLE "sign_ups" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"secret_hash" text COLLATE "C" NOT NULL,
	"email" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C",
	"password_hash" text COLLATE "C" NOT NULL,
	"persistent" boolean NOT NULL,
	"kid" text COLLATE "C" NOT NULL,
	"nonce" "bytea" NOT NULL,
	"tries" integer NOT NULL,
	"mails" integer NOT NULL,
	"mailed_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "sign_up_id" text COLLATE "C";--> statement-breakpoint
CREATE INDEX "sign_ups_over" ON "sign_ups" USING btree ("expires_at");