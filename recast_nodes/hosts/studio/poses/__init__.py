"""Poses: a strip of faces that sets and keys them.

pose_menu    the context menu of a pose
pose_model   the poses of the shot, and what is done with them; the strip listens
pose_strip   the panel: a face for each pose, how much of it, keys, saving
thumbnails   small pictures of the plate's own face in each pose, made when the worker has nothing else to do
"""
