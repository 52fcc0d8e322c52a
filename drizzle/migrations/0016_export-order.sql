CREATE INDEX "deposits_by_credit" ON "deposits" USING btree ("confirmed_at","id") WHERE confirmed_at is not null;--> statement-breakpoint
CREATE INDEX "transactions_by_end" ON "transactions" USING btree ("ended_at","key") WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "sweeps_by_close" ON "sweeps" USING btree ("closed_at","id") WHERE closed_at is not null;