CREATE TABLE "acknowledged_differences" (
	"chain_id" integer NOT NULL,
	"key" text NOT NULL,
	"identity" text NOT NULL,
	"operator" text NOT NULL,
	"reason" text NOT NULL,
	"acknowledged_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "acknowledged_differences_chain_id_key_pk" PRIMARY KEY("chain_id","key")
);
