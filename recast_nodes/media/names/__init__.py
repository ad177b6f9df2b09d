"""Names of files: patterns, frames, what lies beside them, what kind of file they are.

containers  which single files are pictures and which may be movies: by what they begin with, since endings lie
patterns    names of files that stand for many frames, and ranges of frames
siblings    what else lies in a file's folder: the sequence that it is a frame of, and what may have been meant instead
"""
