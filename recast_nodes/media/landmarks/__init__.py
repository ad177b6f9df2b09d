"""Landmarks and 2D tracks of other programs, in and out.

landmarks    landmarks in and out of files: CSV, JSON and NumPy, for trackers and tools that are not ours
nuke_tracks  2D tracks and a stabilising corner pin as a Nuke script (.nk)
"""
