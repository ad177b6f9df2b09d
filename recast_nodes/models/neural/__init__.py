"""What models of published networks share, from a plate's patch and back.

engine      a model's networks at work: each loaded when first used, prepared for its device
export      the whole edit written as one file that other programs run: TorchScript, or ONNX. Checked after writing
model       what PerformRecast and LivePortrait share: a patch of the plate through F, M, W and G
patches     between a plate and the square patch that a network sees of it: the crop, the picture in it
resting     a driver's face at rest, as a network sees it
runtime     how networks are run: on which device, in which precision, how many frames at once
whole_edit  the whole edit as one network, for hosts that run a network and nothing else: two pictures in
"""

from typing import Any

NEURAL: dict[str, Any] = {  # traits of every model of published networks
    "source_type": "compositeWithTrainedAlgorithmicMedia",
    "works_in": "patch",
    "sees_pixels": True,
    "paints": True,
    "batches": True,
    "uses_gpu": True,
    "reads_templates": True,
    "weights": "recast_nodes.models.weights.installed:fingerprint",
}
NEURAL_EDIT: dict[str, dict[str, Any]] = {  # what their published code sets otherwise than our nodes do
    "DrivingMotion": {"sampling": "direct"},
    "Warp": {"open_eyes": "plate"},
    "Decode": {"inner_mouth": "plate"},
}
INSIGHTFACE = (
    "The authors' own pipeline finds faces by InsightFace's models, which are for non-commercial research only; Recast "
    "Nodes needs none of those."
)
