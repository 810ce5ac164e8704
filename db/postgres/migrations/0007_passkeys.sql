CREATE TABLE "passkeys" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"user_id" text COLLATE "C" NOT NULL,
	"credential_id" text COLLATE "C" NOT NULL,
	"public_key" "bytea" NOT NULL,
	"rp_id" text COLLATE "C" NOT NULL,
	"counter" bigint NOT NULL,
	"synced" boolean NOT NULL,
	"backed_up" boolean NOT NULL,
	"transports" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint,
	CONSTRAINT "passkeys_credential_id" UNIQUE("credential_id")
);
--> statement-breakpoint
CREATE TABLE "used_ceremonies" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "second_steps" ADD COLUMN "is_strange" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "second_steps" ADD COLUMN "user_agent" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "second_steps" ADD COLUMN "ip" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "passkeys_of_user" ON "passkeys" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "used_ceremonies_over" ON "used_ceremonies" USING btree ("expires_at");