"""PerformRecast: 49 keypoints, the expression added before the head turns.

model  the model on its published networks (eq. 3)
"""
