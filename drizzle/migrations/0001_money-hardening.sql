CREATE TABLE "reconciliations" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"chain_id" integer NOT NULL,
	"done_at" timestamp with time zone DEFAULT now() NOT NULL,
	"block_number" bigint NOT NULL,
	"block_hash" text NOT NULL,
	"balanced" boolean NOT NULL,
	"report" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cold_wallet_changes" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"chain_id" integer NOT NULL,
	"from" text NOT NULL,
	"to" text NOT NULL,
	"operator" text NOT NULL,
	"reason" text NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"effective_at" timestamp with time zone NOT NULL,
	"applied_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "value_wei" numeric(78, 0);--> statement-breakpoint
UPDATE "attempts" SET "value_wei" = "transactions"."value_wei" FROM "transactions" WHERE "transactions"."key" = "attempts"."transaction_key";--> statement-breakpoint
ALTER TABLE "attempts" ALTER COLUMN "value_wei" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "signed_block" bigint;--> statement-breakpoint
ALTER TABLE "deposits" ADD COLUMN "held_reason" text;--> statement-breakpoint
ALTER TABLE "deposits" ADD COLUMN "held_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "deposits" ADD COLUMN "released_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "foreign_transactions" ADD COLUMN "block_hash" text;--> statement-breakpoint
ALTER TABLE "foreign_transactions" ADD COLUMN "to" text;--> statement-breakpoint
ALTER TABLE "foreign_transactions" ADD COLUMN "value_wei" numeric(78, 0);--> statement-breakpoint
ALTER TABLE "foreign_transactions" ADD COLUMN "fee_wei" numeric(78, 0);--> statement-breakpoint
ALTER TABLE "foreign_transactions" ADD COLUMN "ok" boolean;--> statement-breakpoint
ALTER TABLE "foreign_transactions" ADD COLUMN "explanation" text;--> statement-breakpoint
ALTER TABLE "foreign_transactions" ADD COLUMN "adopted_by" text;--> statement-breakpoint
ALTER TABLE "foreign_transactions" ADD COLUMN "adopted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "keepers" ADD COLUMN "opening_wei" numeric(78, 0);--> statement-breakpoint
ALTER TABLE "keepers" ADD COLUMN "opening_block" bigint;--> statement-breakpoint
ALTER TABLE "lanes" ADD COLUMN "closed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "operator_actions" ADD COLUMN "previous_hash" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "operator_actions" ADD COLUMN "hash" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "transactions" ADD COLUMN "balance_block" bigint;--> statement-breakpoint
ALTER TABLE "transactions" ADD COLUMN "cancel_reason" text;--> statement-breakpoint
CREATE INDEX "reconciliations_newest" ON "reconciliations" USING btree ("chain_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "cold_wallet_changes_one_pending" ON "cold_wallet_changes" USING btree ("chain_id") WHERE applied_at is null and cancelled_at is null;--> statement-breakpoint
-- Fields as netstrings, so that no two rows have the same text. domain/operators/audit-chain.ts computes the same.
CREATE FUNCTION "operator_action_hash"("previous" text, "id" bigint, "done_at" timestamp with time zone, "operator" text, "action" text, "subject" text, "reason" text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT encode(sha256(convert_to(string_agg(octet_length(convert_to(field, 'UTF8')) || ':' || field || ',', '' ORDER BY place), 'UTF8')), 'hex')
	FROM unnest(ARRAY[previous, id::text, to_char(done_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), operator, action, subject, reason]) WITH ORDINALITY AS fields(field, place)
$$;--> statement-breakpoint
CREATE FUNCTION "operator_action_chain"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	newest text;
BEGIN
	-- One writer at a time: two rows must not follow the same one. Ids are drawn under the lock, so that they grow along the chain.
	PERFORM pg_advisory_xact_lock(hashtext('operator_actions'));
	NEW.id := nextval('operator_actions_id_seq');
	SELECT hash INTO newest FROM operator_actions ORDER BY id DESC LIMIT 1;
	NEW.previous_hash := coalesce(newest, repeat('0', 64));
	NEW.hash := operator_action_hash(NEW.previous_hash, NEW.id, NEW.done_at, NEW.operator, NEW.action, NEW.subject, NEW.reason);
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE FUNCTION "operator_actions_only_grow"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'operator_actions is append-only: % refused', TG_OP;
END $$;--> statement-breakpoint
DO $$
DECLARE
	action record;
	newest text := repeat('0', 64);
BEGIN
	FOR action IN SELECT * FROM operator_actions ORDER BY id LOOP
		UPDATE operator_actions SET previous_hash = newest, hash = operator_action_hash(newest, action.id, action.done_at, action.operator, action.action, action.subject, action.reason) WHERE id = action.id RETURNING hash INTO newest;
	END LOOP;
END $$;--> statement-breakpoint
CREATE TRIGGER "operator_actions_chain" BEFORE INSERT ON "operator_actions" FOR EACH ROW EXECUTE FUNCTION operator_action_chain();--> statement-breakpoint
CREATE TRIGGER "operator_actions_keep" BEFORE UPDATE OR DELETE ON "operator_actions" FOR EACH ROW EXECUTE FUNCTION operator_actions_only_grow();--> statement-breakpoint
CREATE TRIGGER "operator_actions_keep_all" BEFORE TRUNCATE ON "operator_actions" FOR EACH STATEMENT EXECUTE FUNCTION operator_actions_only_grow();
