DROP INDEX "transactions_one_live_per_wallet";--> statement-breakpoint
ALTER TABLE "transactions" ADD COLUMN "first_mined_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "transactions_by_mined_block" ON "transactions" USING btree ("chain_id","sender","mined_block");--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_one_live_per_wallet" ON "transactions" USING btree ("chain_id","sender") WHERE state = 'live' and step = 'sweep' and first_mined_at is null;