"""Expressions and head poses: taken apart, carried over, mixed, calibrated.

blend           the edit: how much of a driver's expression takes the place of the plate's, or is added to it
brow_numbers    how far brows are lowered and raised, in numbers: by coefficients and by where brows are
calibration     what an edit of this shot would miss of its driver
eyeballs        eyeballs in the head: where they are, which way they look, how far they turn
find_blinks     blinks in a performance: how far eyes are shut in them, and the face without them
head_pose       keypoints to parameters and back: x = s ((x_c + delta) R) + t (PerformRecast, eq. 3)
landmark_gain   what was acted, from what a landmarker read of it
liveportrait    LivePortrait's edits: which numbers are expression, motion relative to a first frame
lids            lids that go with the gaze, and lids that are shut by hand
look_at         what eyes look at, and the angles at which they find it
neutral         the face at rest, x_c: what is left of a performance when its expression is taken away
numbers         a performance in numbers as shapes of a face, and back
performrecast   PerformRecast's edits of the expression: the paper's equations 6
pose_blend      the head's part of an edit: the pose between two, no further than a plate can follow
published_pose  keypoints of the published networks: angles out of bins, rotations out of angles
shapes          ARKit's 52 shapes set by hand, added to an expression
sliders         expressions set by hand: six movements of the head frame, made from the basis of blendshape movements
turned_rest     what a resting face is read as while the head turns
"""
