CREATE TABLE "asset_pauses" (
	"chain_id" integer NOT NULL,
	"asset" text NOT NULL,
	"reason" text NOT NULL,
	"paused_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"trials" integer DEFAULT 0 NOT NULL,
	"next_trial_at" timestamp with time zone,
	"trial_sweep_id" uuid,
	"trial_until" timestamp with time zone,
	CONSTRAINT "asset_pauses_chain_id_asset_pk" PRIMARY KEY("chain_id","asset")
);
