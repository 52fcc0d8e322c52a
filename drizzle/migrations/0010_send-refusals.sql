CREATE TABLE "transfer_gas" (
	"chain_id" integer PRIMARY KEY NOT NULL,
	"gas" numeric(78, 0) NOT NULL,
	"block_number" bigint NOT NULL,
	"measured_at" timestamp with time zone DEFAULT now() NOT NULL,
	"measured_by" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "gas_limit" numeric(78, 0);--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "unheld" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "transactions" ADD COLUMN "refusal_reason" text;--> statement-breakpoint
ALTER TABLE "transactions" ADD COLUMN "refusal_detail" text;