-- SQL cannot do it: db/queries/ascii-domains.ts does, in the same transaction, while nobody makes an account.
LOCK TABLE "users" IN SHARE ROW EXCLUSIVE MODE;
