"""The built-in mesh model: the plate's own pixels are moved, without weights.

canonical   two small tables: the average face at rest, which defines the head frame, and how expressions move it
complexion  what a face looks like over a shot: by it the occlusion guard knows what lies before it
glasses     the glasses of a shot's actor, which keep their place on the head whatever the face does behind them
keypoints   tracked landmarks as the mesh model's keypoints, and pictures that a face is borrowed from
model       the built-in mesh model: keypoints are the tracked landmarks themselves
retarget    the mesh model's edit: a driver's expression carried over to the plate's face
"""
