"""The face by name, declared once for everybody: plain numbers and words, and nothing but the standard library.

anatomy      which landmarks of MediaPipe's 478-point mesh are what
blendshapes  MediaPipe's 52 blendshape coefficients by name and number
columns      what a performance in numbers has of a frame, and what other programs call it
regions      the regions of a face, each declared once: its knob, its landmarks, its keypoints, and what reads it
published    point sets of the published models: keypoints of their networks, landmarks of their crops
"""
