ALTER TABLE "deposits" ADD COLUMN "doubt" text;--> statement-breakpoint
ALTER TABLE "deposits" ADD COLUMN "doubt_cleared" text;--> statement-breakpoint
CREATE INDEX "deposits_doubted" ON "deposits" USING btree ("chain_id","block_number") WHERE doubt is not null and state = 'confirming';