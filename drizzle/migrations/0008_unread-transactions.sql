CREATE TABLE "unread_blocks" (
	"chain_id" integer PRIMARY KEY NOT NULL,
	"from_block" bigint NOT NULL,
	"to_block" bigint NOT NULL,
	"transactions" integer NOT NULL,
	"why" text NOT NULL,
	"tries" integer DEFAULT 2 NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"next_try_at" timestamp with time zone NOT NULL,
	"alarmed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "unread_transactions" (
	"chain_id" integer NOT NULL,
	"tx_hash" text NOT NULL,
	"block_number" bigint NOT NULL,
	"block_hash" text NOT NULL,
	"sender" text,
	"nonce" bigint,
	"closes_lane" boolean NOT NULL,
	"why" text NOT NULL,
	"tries" integer DEFAULT 2 NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"tried_at" timestamp with time zone DEFAULT now() NOT NULL,
	"next_try_at" timestamp with time zone NOT NULL,
	"alarmed_at" timestamp with time zone,
	"answered_by" text,
	"answered_reason" text,
	"answered_at" timestamp with time zone,
	CONSTRAINT "unread_transactions_chain_id_tx_hash_pk" PRIMARY KEY("chain_id","tx_hash")
);
--> statement-breakpoint
CREATE INDEX "unread_transactions_due" ON "unread_transactions" USING btree ("chain_id","next_try_at") WHERE answered_at is null;--> statement-breakpoint
CREATE INDEX "unread_transactions_by_sender" ON "unread_transactions" USING btree ("chain_id","sender");--> statement-breakpoint
CREATE INDEX "unread_transactions_by_block" ON "unread_transactions" USING btree ("chain_id","block_number");