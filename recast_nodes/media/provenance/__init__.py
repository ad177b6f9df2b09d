"""What can be shown of finished files later: who rendered them, of what, and that they are still what they were.

footage      what footage is known by: the names and sizes of its files, and the ends of some
ledger       who rendered which edit: lines beside the output that can be added to, and not changed unseen
frame_list   the frames of a sequence by their hashes, and how those that are there differ
signing_key  a studio's own key and certificates
credentials  C2PA manifests written: into review files, and beside sequences
reading      C2PA manifests read, and checked
"""
