"""Pure tensor functions. No paths, knobs or devices.

membership  how much each keypoint belongs to each region of the face
thresholds  numbers that decide something, with their unit and their reason
grid        pixels and grids, without faces: filters, resampling, distances, similarities
track       one face followed through a shot: who it is, its crop, its boundary
head_fit    a head model fitted to landmarks: who it is, its expression and pose
expression  expressions and head poses: taken apart, carried over, mixed, calibrated
field       from moved keypoints to the dense field
folds       folds and shading that an expression makes, as ratios of light
features    eyelids, brows, lips, the mouth
occlusion   what lies before or behind a face; glasses
lenders     other frames of the same actor that lend what the edited one lacks
performer   a face finished from own frames of the actor: which fit, how they are laid and blended
finish      detail, grain, colour, and the way back into the plate
"""
