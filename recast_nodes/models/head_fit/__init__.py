"""Heads fitted to tracked faces: which heads there are, everyone in a shot, and what their parameters mean.

fit_faces        a head model fitted to everyone in a shot
flame_landmarks  FLAME at MediaPipe's landmarks
landmark_heads   heads that can be fitted, by name
parameters       a frame's fit as numbers on the wires, and back to places in the picture
rest_points      where a fitted head holds its face at rest, which its pose is measured by
"""
