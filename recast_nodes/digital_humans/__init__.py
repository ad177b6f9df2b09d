"""Digital humans: parametric heads, people by chance, what they act, and pictures of them with their true answers.

Only `renderer` and the kernels need `warp-lang` (the extra `heads`). Lengths are centimetres, colours linear Rec. 709.

anny_head     Anny's head, a second topology, for cross-checks
bumps         smooth noise in the kernels
canopy        how much light gets through hair: its density on a coarse grid
environment   light from everywhere: spherical harmonics and lamps, as directions that rays follow
flame         FLAME: blendshapes and joints, of the user's own file
folds         folds that follow strain: where an expression presses skin together
hair          locks grown from the scalp as ribbons
head_motion   how heads turn in a shot: motions that are set beforehand
human         a person ready to be filmed: head, hair, clothes and glasses as one surface, posed frame by frame
ict           ICT-FaceKit's head, whole or as the small one that ships
interface     what every head is: topology, neutral face, posed form
kernels       light: how much reaches each vertex, by rays, and what of it a camera sees
keypoints     the 49 places on a face that a network is taught, as vertices of a head
looks         what a person looks like beside the shape of the head
mesh_landmarks  where MediaPipe's 478 landmarks lie on a head
noise         smooth steps, value noise and distances to lines, in numpy
paint         a face painted on its vertices at rest
panorama      light from a picture of all that is around
people        made-up people and the rooms they stand in, each from one number
performance   curves of the 52 ARKit coefficients, authored here or read from an ARKit recording
renderer      pictures and passes of an actor
rotations     rotations by degrees and by axis
scene         a camera, and how a head stands before it
skin          skin per pixel: pores, stubble, brows and folds
substances    everything but skin, per pixel: eyes, teeth, hair, cloth, frames of glasses
surface       what the kernels share
teeth         teeth that stand side by side, and gums about their roots
upload        what the kernels are given: people, lamps, cameras and walls as their structures
visibility    what a camera sees: the nearest triangle under each sample of a pixel
wear          a shirt and glasses
"""
