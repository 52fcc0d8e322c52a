CREATE TABLE "dust_orders" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"chain_id" integer NOT NULL,
	"asset" text NOT NULL,
	"min_amount" numeric(78, 0) NOT NULL,
	"max_cost_wei" numeric(78, 0) NOT NULL,
	"factor" integer NOT NULL,
	"operator" text NOT NULL,
	"reason" text NOT NULL,
	"ordered_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "deposits" ADD COLUMN "dust_order_id" uuid;