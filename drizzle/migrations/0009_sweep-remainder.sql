ALTER TABLE "sweeps" ADD COLUMN "remaining_amount" numeric(78, 0);--> statement-breakpoint
ALTER TABLE "sweeps" ADD COLUMN "log_order" integer;