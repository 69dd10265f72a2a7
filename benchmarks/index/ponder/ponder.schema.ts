import { onchainTable } from "ponder";

export const transferred = onchainTable("transferred", (t) => ({
  id: t.text().primaryKey(), block: t.bigint().notNull(), logIndex: t.integer().notNull(), txIndex: t.integer().notNull(),
  sequence: t.bigint().notNull(), payer: t.hex().notNull(), payee: t.hex().notNull(), unit: t.integer().notNull(),
  amount: t.bigint().notNull(), reason: t.integer().notNull(), cause: t.hex().notNull(), document: t.hex().notNull(),
}));
