ALTER TABLE "deposits" ADD COLUMN "backing" text;--> statement-breakpoint
ALTER TABLE "deposits" ADD COLUMN "balance_change" numeric(78, 0);--> statement-breakpoint
ALTER TABLE "deposits" ADD COLUMN "logged_out" numeric(78, 0);--> statement-breakpoint
CREATE INDEX "deposits_unjudged" ON "deposits" USING btree ("chain_id","wallet","asset") WHERE backing in ('unread', 'short') and state in ('detected', 'confirming');