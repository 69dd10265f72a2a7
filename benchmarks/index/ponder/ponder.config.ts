import { createConfig } from "ponder";
import { abi, addresses } from "./contract";

export default createConfig({
  database: { kind: "postgres", connectionString: process.env.DATABASE_URL! },
  chains: {
    local: { id: Number(process.env.CHAIN_ID), rpc: process.env.RPC_URL!, maxRequestsPerSecond: 10000, ethGetLogsBlockRange: 500 },
  },
  contracts: {
    Town: { chain: "local", abi, address: [...addresses], startBlock: 0, endBlock: Number(process.env.END_BLOCK) },
  },
});
