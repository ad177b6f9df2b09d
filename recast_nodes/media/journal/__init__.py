"""What renders know of each other and of earlier ones, kept beside the frames.

claims         who renders which frame: claim files that other processes and machines see, beside the output
journal        what a render has done, kept beside its output
kept_analyses  what nodes learned of a whole shot, kept beside its frames and signed
record_bytes   a record (what was seen in one frame) as bytes, and back: its fields in JSON, then its tensors
records        what was seen in each frame of a shot (landmarks and the like), kept in one file
side_lines     lines of JSON in files of ours that others append to, and that anybody with the folder could have changed
value_bytes    what a node learned of a shot as bytes, and back
"""
