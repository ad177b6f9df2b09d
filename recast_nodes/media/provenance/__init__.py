"""What can be shown of finished files later.

footage   what footage is known by: the names and sizes of its files, and what is in some of them
ledger    who rendered which edit: lines beside the output that can be added to, and not changed unseen
"""
