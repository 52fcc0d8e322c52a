CREATE TABLE "listed_tokens" (
	"chain_id" integer NOT NULL,
	"token" text NOT NULL,
	"read_to" bigint,
	CONSTRAINT "listed_tokens_chain_id_token_pk" PRIMARY KEY("chain_id","token")
);
