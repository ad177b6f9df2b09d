"""What is trained on: pictures of one person a clip, with the keypoints of a head model, and pairs of them.

clip       a clip as it is stored: pictures cut about the face, keypoints and landmarks
benchmark  clips of a benchmark's folder, whose truth is computed again
cut        the square about a face, cut out of a picture
humans     people rendered for training
pairs      batches of source and driving frames, the same for a step whatever happened before
sources    the clips of a run, made where they are not there
tracked    clips of real footage that were tracked by a head model
"""
