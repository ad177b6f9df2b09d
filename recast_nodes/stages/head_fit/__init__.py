"""A head model fitted to landmarks: who it is once for a shot, then its expression and pose in every frame.

articulated  a head at the landmarks alone: blendshapes and joints, with their derivatives
calm         the whole shot's smoothness: trembling taken off, acting left as fast as it is
misreading   how a landmarker errs: in all frames of a person, and from frame to frame
problem      what a fit makes small in a frame, as equations
projection   how a head stands before the camera, and where its landmarks then lie
shot         a head model fitted to a shot
solve        Gauss-Newton steps within bounds, many frames at once
"""
