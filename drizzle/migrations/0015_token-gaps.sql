CREATE TABLE "token_gaps" (
	"chain_id" integer NOT NULL,
	"token" text NOT NULL,
	"from_block" bigint NOT NULL,
	"to_block" bigint NOT NULL,
	"noted_at" timestamp with time zone DEFAULT now() NOT NULL,
	"answered_by" text,
	"answered_reason" text,
	"answered_at" timestamp with time zone,
	CONSTRAINT "token_gaps_chain_id_token_from_block_pk" PRIMARY KEY("chain_id","token","from_block")
);
--> statement-breakpoint
ALTER TABLE "listed_tokens" ADD COLUMN "backfill_to" bigint;