"""LivePortrait: 21 keypoints, the expression added after the head has turned.

model  the model on its published networks (eq. 1), with those that keep shoulders in place and open eyes and lips
"""
