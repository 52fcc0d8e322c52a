ALTER TABLE "keeper_watches" ADD COLUMN "uncommitted_wei" numeric(78, 0);--> statement-breakpoint
ALTER TABLE "keeper_watches" ADD COLUMN "empty_below_wei" numeric(78, 0);--> statement-breakpoint
CREATE INDEX "lanes_closed" ON "lanes" USING btree ("chain_id","role") WHERE closed_reason is not null;--> statement-breakpoint
CREATE INDEX "transactions_gas_mined" ON "transactions" USING btree ("chain_id","first_mined_at") WHERE step = 'gas';