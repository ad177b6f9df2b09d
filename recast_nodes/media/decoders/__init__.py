"""What opens files that may be damaged, or made to harm. These modules run in reader processes
(`media.readers.processes`) only.

Each operation takes plain arguments and returns a value that JSON can hold, and arrays. It raises MediaError for a file
that cannot be read; whatever else goes wrong, up to a crash, ends the process and not the render.
"""
