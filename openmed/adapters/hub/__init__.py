"""The Hugging Face Hub: the only room that imports its client, and only when it is needed.

`HubConnection` is one endpoint with one token, for one slot: its `api` is the client's, its
`calls` are counted. `WirePolicy` bounds every wait and says what may be sent again. `answers`
turns what the client raises into our errors; `outcome_of` says what became of a write.
"""
