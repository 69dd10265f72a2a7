import { createConfig } from "ponder";
import { abi, address } from "./contract";

export default createConfig({
  database: { kind: "postgres", connectionString: process.env.DATABASE_URL! },
  chains: {
    local: { id: Number(process.env.CHAIN_ID), rpc: process.env.RPC_URL!, maxRequestsPerSecond: 10000, ethGetLogsBlockRange: 500 },
  },
  contracts: { Ledger: { chain: "local", abi, address, startBlock: 0, endBlock: Number(process.env.END_BLOCK) } },
});
