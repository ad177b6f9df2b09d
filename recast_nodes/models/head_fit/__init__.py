"""Heads fitted to tracked faces: which heads there are, everyone in a shot, and what their parameters mean.

chan             a head's or a camera's path for Nuke
fit_faces        a head model fitted to everyone in a shot
flame_landmarks  FLAME at MediaPipe's landmarks
head_files       a fitted head as files: which name has which form
head_usd         a fitted head as USD
landmark_heads   heads that can be fitted, by name
parameters       a frame's fit as numbers on the wires, and back to places in the picture
rest_points      where a fitted head holds its face at rest, which its pose is measured by
whole_head       all vertices of a fitted head, and how it stands before the camera
"""
