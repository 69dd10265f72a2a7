"""The product on a permissioned network: QBFT seals, blocks on a timer, a node that is not ours."""
