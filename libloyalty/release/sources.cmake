set(sources ledger.c)
