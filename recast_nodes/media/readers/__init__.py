"""Reader processes: what may crash, hang or take all memory happens in them.

exchange   what a render and its reader processes say to each other: messages in JSON, arrays in shared memory
processes  reader processes: what may crash, hang or take all memory happens in them, and not in the render
"""
