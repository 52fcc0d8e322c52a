ALTER TABLE "operator_actions" ADD COLUMN "order_id" text;--> statement-breakpoint
ALTER TABLE "operator_actions" ADD COLUMN "run_id" text;--> statement-breakpoint
ALTER TABLE "operator_actions" ADD CONSTRAINT "operator_actions_order_once" UNIQUE("order_id");