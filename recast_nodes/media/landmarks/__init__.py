"""Landmarks and 2D tracks of other programs, in and out.

landmarks    landmarks in and out of files, for trackers and tools that are not ours: the form is the name's ending
csv_files    landmarks as CSV
json_files   landmarks as JSON, with coefficients and confidence
numpy_files  landmarks as NumPy's arrays
one_face     one face as a file has it: numbers that were checked
point_track  a tracked point, as trackers export it: a table of frame, x and y
nuke_tracks  2D tracks and a stabilising corner pin as a Nuke script (.nk)
"""
