CREATE TABLE "attempts" (
	"hash" text PRIMARY KEY NOT NULL,
	"transaction_key" text NOT NULL,
	"number" smallint NOT NULL,
	"kind" text NOT NULL,
	"max_fee_wei" numeric(78, 0) NOT NULL,
	"max_priority_fee_wei" numeric(78, 0) NOT NULL,
	"raw" "bytea" NOT NULL,
	"signed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"first_sent_at" timestamp with time zone,
	"last_sent_at" timestamp with time zone,
	"sends" integer DEFAULT 0 NOT NULL,
	"last_error" text
);
--> statement-breakpoint
CREATE TABLE "blocks" (
	"chain_id" integer NOT NULL,
	"number" bigint NOT NULL,
	"hash" text NOT NULL,
	"parent_hash" text NOT NULL,
	"mined_at" timestamp with time zone NOT NULL,
	CONSTRAINT "blocks_chain_id_number_pk" PRIMARY KEY("chain_id","number")
);
--> statement-breakpoint
CREATE TABLE "chains" (
	"id" integer PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"cold_wallet" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deposits" (
	"id" text PRIMARY KEY NOT NULL,
	"chain_id" integer NOT NULL,
	"tx_hash" text NOT NULL,
	"position" text NOT NULL,
	"asset" text NOT NULL,
	"wallet" text NOT NULL,
	"sender" text NOT NULL,
	"amount" numeric(78, 0) NOT NULL,
	"block_number" bigint NOT NULL,
	"block_hash" text NOT NULL,
	"tx_index" integer NOT NULL,
	"log_order" integer NOT NULL,
	"state" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"detail" text DEFAULT '' NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"sweep_id" uuid,
	"covered" boolean DEFAULT false NOT NULL,
	"detected_at" timestamp with time zone DEFAULT now() NOT NULL,
	"confirmed_at" timestamp with time zone,
	"last_run_at" timestamp with time zone,
	"event_seq" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "deposits_amount_positive" CHECK ("deposits"."amount" > 0)
);
--> statement-breakpoint
CREATE TABLE "foreign_transactions" (
	"chain_id" integer NOT NULL,
	"sender" text NOT NULL,
	"nonce" bigint NOT NULL,
	"hash" text,
	"block_number" bigint,
	"noticed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "foreign_transactions_chain_id_sender_nonce_pk" PRIMARY KEY("chain_id","sender","nonce")
);
--> statement-breakpoint
CREATE TABLE "keeper_refills" (
	"chain_id" integer NOT NULL,
	"tx_hash" text NOT NULL,
	"position" text NOT NULL,
	"keeper" text NOT NULL,
	"sender" text NOT NULL,
	"amount_wei" numeric(78, 0) NOT NULL,
	"block_number" bigint NOT NULL,
	"block_hash" text NOT NULL,
	CONSTRAINT "keeper_refills_chain_id_tx_hash_position_pk" PRIMARY KEY("chain_id","tx_hash","position")
);
--> statement-breakpoint
CREATE TABLE "keeper_watches" (
	"chain_id" integer PRIMARY KEY NOT NULL,
	"level" text NOT NULL,
	"balance_wei" numeric(78, 0) NOT NULL,
	"changes" integer DEFAULT 0 NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "keepers" (
	"chain_id" integer NOT NULL,
	"address" text NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"retired_at" timestamp with time zone,
	CONSTRAINT "keepers_chain_id_address_pk" PRIMARY KEY("chain_id","address")
);
--> statement-breakpoint
CREATE TABLE "lanes" (
	"chain_id" integer NOT NULL,
	"sender" text NOT NULL,
	"role" text NOT NULL,
	"entry_nonce" bigint NOT NULL,
	"next_nonce" bigint NOT NULL,
	"holder_sweep_id" uuid,
	"held_since" timestamp with time zone,
	"last_mined_block" bigint,
	"closed_reason" text,
	CONSTRAINT "lanes_chain_id_sender_pk" PRIMARY KEY("chain_id","sender")
);
--> statement-breakpoint
CREATE TABLE "operator_actions" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"done_at" timestamp with time zone DEFAULT now() NOT NULL,
	"operator" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"reason" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"route" text NOT NULL,
	"body" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "scan_cursors" (
	"chain_id" integer PRIMARY KEY NOT NULL,
	"start_height" bigint NOT NULL,
	"height" bigint NOT NULL,
	"hash" text NOT NULL,
	"final_height" bigint,
	"head_height" bigint NOT NULL,
	"wallet_seq" bigint DEFAULT 0 NOT NULL,
	"wallets_height" bigint DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sweeps" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"chain_id" integer NOT NULL,
	"wallet" text NOT NULL,
	"asset" text NOT NULL,
	"method" text DEFAULT 'fund-and-transfer' NOT NULL,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp with time zone,
	"outcome" text,
	"lease_holder" text,
	"lease_until" timestamp with time zone,
	"planned_amount" numeric(78, 0),
	"planned_block" bigint,
	"gas_limit" numeric(78, 0),
	"fee_cap_wei" numeric(78, 0),
	"gas_short_wei" numeric(78, 0),
	"tx_hash" text,
	"block_number" bigint,
	"tx_index" integer,
	"left_amount" numeric(78, 0),
	"arrived_amount" numeric(78, 0),
	"coverable_amount" numeric(78, 0),
	"emptied" boolean,
	"gas_returned_wei" numeric(78, 0),
	"gas_spent_wei" numeric(78, 0)
);
--> statement-breakpoint
CREATE TABLE "transactions" (
	"key" text PRIMARY KEY NOT NULL,
	"sweep_id" uuid NOT NULL,
	"step" text NOT NULL,
	"round" smallint NOT NULL,
	"chain_id" integer NOT NULL,
	"sender" text NOT NULL,
	"nonce" bigint NOT NULL,
	"state" text DEFAULT 'live' NOT NULL,
	"to" text NOT NULL,
	"value_wei" numeric(78, 0) NOT NULL,
	"data" text NOT NULL,
	"gas_limit" numeric(78, 0) NOT NULL,
	"fee_cap_wei" numeric(78, 0) NOT NULL,
	"l1_fee_wei" numeric(78, 0) DEFAULT 0 NOT NULL,
	"mined_hash" text,
	"mined_block" bigint,
	"mined_block_hash" text,
	"mined_tx_index" integer,
	"mined_ok" boolean,
	"gas_used" numeric(78, 0),
	"gas_price_wei" numeric(78, 0),
	"mined_l1_fee_wei" numeric(78, 0),
	"first_mined_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "wallets" (
	"address" text PRIMARY KEY NOT NULL,
	"seq" bigserial NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "wallets_seq_unique" UNIQUE("seq")
);
--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_transaction_key_transactions_key_fk" FOREIGN KEY ("transaction_key") REFERENCES "public"."transactions"("key") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deposits" ADD CONSTRAINT "deposits_sweep_id_sweeps_id_fk" FOREIGN KEY ("sweep_id") REFERENCES "public"."sweeps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lanes" ADD CONSTRAINT "lanes_holder_sweep_id_sweeps_id_fk" FOREIGN KEY ("holder_sweep_id") REFERENCES "public"."sweeps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_sweep_id_sweeps_id_fk" FOREIGN KEY ("sweep_id") REFERENCES "public"."sweeps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "attempts_numbered" ON "attempts" USING btree ("transaction_key","number");--> statement-breakpoint
CREATE INDEX "deposits_by_block" ON "deposits" USING btree ("chain_id","block_number");--> statement-breakpoint
CREATE INDEX "deposits_unfinished" ON "deposits" USING btree ("chain_id","wallet","asset") WHERE not covered and state <> 'orphaned';--> statement-breakpoint
CREATE INDEX "deposits_by_state" ON "deposits" USING btree ("state","since");--> statement-breakpoint
CREATE INDEX "deposits_by_tx" ON "deposits" USING btree ("tx_hash");--> statement-breakpoint
CREATE INDEX "deposits_by_sweep" ON "deposits" USING btree ("sweep_id");--> statement-breakpoint
CREATE INDEX "keeper_refills_by_block" ON "keeper_refills" USING btree ("chain_id","block_number");--> statement-breakpoint
CREATE INDEX "outbox_in_order" ON "outbox" USING btree ("kind","id");--> statement-breakpoint
CREATE UNIQUE INDEX "sweeps_one_open" ON "sweeps" USING btree ("chain_id","wallet","asset") WHERE closed_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_one_nonce" ON "transactions" USING btree ("chain_id","sender","nonce");--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_one_round" ON "transactions" USING btree ("sweep_id","step","round");--> statement-breakpoint
CREATE INDEX "transactions_live" ON "transactions" USING btree ("chain_id","sender","nonce") WHERE state = 'live';--> statement-breakpoint
CREATE INDEX "transactions_by_mined_block" ON "transactions" USING btree ("chain_id","sender","mined_block");--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_one_live_round" ON "transactions" USING btree ("sweep_id","step") WHERE state = 'live';--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_one_live_per_wallet" ON "transactions" USING btree ("chain_id","sender") WHERE state = 'live' and step = 'sweep' and first_mined_at is null;