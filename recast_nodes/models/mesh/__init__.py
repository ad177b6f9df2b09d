"""The built-in mesh model: the plate's own pixels are moved, without weights.

analysis    what a shot shows of a performer, and one frame's parameters by it
blinks      blinks of a shot taken out, kept, or put in
complexion  what a face looks like over a shot: by it the occlusion guard knows what lies before it
decode      the new face from the moved pixels, a mouth where the lips open, and the plate's grain
eyes        eyes that look where the director wants, with their lids, within what eyes can do
folds       the folds of an edit: the driver's and the plate's own, exchanged, and drawn over the new face
glasses     the glasses of a shot's actor, which keep their place on the head whatever the face does behind them
keypoints   tracked landmarks as the mesh model's keypoints, and pictures that a face is borrowed from
lenders     whose mouth a shot shows where its own frame lacks it
model       the model: its verbs, and the edit of a frame's parameters
performer   a decoded face finished by a model of its performer, and whether that is of this person
retarget    the mesh model's edit: a driver's expression carried over to the plate's face
skin        a performer's skin at rest, from what every frame of a shot shows of it
warp        the plate moved to the edited keypoints, within what holds still before the face
"""

from ...face.anatomy import LANDMARKS
from ...face.blendshapes import SHAPES
from ...model_registry import ModelTraits

MESH = ModelTraits(
    name="mesh",
    summary="built in, without weights; moves the plate's own pixels at plate resolution.",
    implementation="recast_nodes.models.mesh.model:MeshModel",
    source_type="compositeCapture",  # captured pixels, moved; a mouth may come from another capture
    keypoints=LANDMARKS,
    rests_over_shot=True,
    calibrates=True,
    directs_eyes=True,
    follows_numbers="all",
    sliders=("smile", "jaw_open", "blink", "brow_raise", "gaze_x", "gaze_y"),
    shapes=tuple(name for name in SHAPES if name != "tongueOut"),
)
