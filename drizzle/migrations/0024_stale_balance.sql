ALTER TABLE "transactions" ADD COLUMN "stale_balance" boolean;--> statement-breakpoint
CREATE INDEX "sweeps_by_wallet" ON "sweeps" USING btree ("chain_id","wallet","asset");