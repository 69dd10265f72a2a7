import { ponder } from "ponder:registry";
import { transferred } from "ponder:schema";

ponder.on("Ledger:Transferred", async ({ event, context }) => {
  await context.db.insert(transferred).values({
    id: event.id, block: event.block.number, logIndex: event.log.logIndex, txIndex: event.transaction.transactionIndex,
    ...event.args,
  });
});
