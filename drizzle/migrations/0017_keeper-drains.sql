CREATE TABLE "keeper_drains" (
	"sweep_id" uuid PRIMARY KEY NOT NULL,
	"chain_id" integer NOT NULL,
	"keeper" text NOT NULL,
	"destination" text NOT NULL,
	"operator" text NOT NULL,
	"reason" text NOT NULL,
	"ordered_at" timestamp with time zone DEFAULT now() NOT NULL,
	"waiting_for" text,
	"rest_wei" numeric(78, 0)
);
--> statement-breakpoint
ALTER TABLE "keeper_drains" ADD CONSTRAINT "keeper_drains_sweep_id_sweeps_id_fk" FOREIGN KEY ("sweep_id") REFERENCES "public"."sweeps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "keeper_drains_by_keeper" ON "keeper_drains" USING btree ("chain_id","keeper");