"""The clock is one more caller of the ledger: `tick` does what has fallen due, `worker` ticks and delivers for ever.

Nothing is lost while it is down: what is due is a question to the record, never a job kept in memory.
"""
