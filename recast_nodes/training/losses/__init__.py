"""The losses of training, each a function or a small module. Pictures are (B, 3, H, W), display-referred, 0..1.

adversarial   discriminators that look at patches, hinge losses and feature matching
flame         the FLAME loss (eq. 4): keypoints held to three sets of them
identity      who a face is, by a face network, as a loss
onnx_torch    the user's ONNX face networks as modules that gradients flow through
perceptual    how far pictures lie apart in the features of VGG16 or AlexNet
regions       the face, the lips and the facial hull: cropped, and as masks
wing          the Wing loss
"""
