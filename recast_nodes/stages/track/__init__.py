"""One face followed through a shot: who it is, where it lies, its crop and its boundary.

association  which face is whose: faces of single frames are linked to trails over the shot, and one trail is followed
crop         the square crop about a face, as the published code of LivePortrait and PerformRecast has it
crop203      the published crop from the 203 landmarks of LivePortrait's landmark network
crowd        several faces in a shot: how many run through it, which of them is followed
depth        which of two faces stands before the other where they meet
follow       one face through a whole shot: picked, followed, bridged where it was not seen, and steadied over time
hidden       frames in which another face hides one: how far it can be read, and edited, there
hull         the boundary hull: a convex polygon about a face, outside which no pixel may change
identity     who is who: faces told apart by what they look like, in numbers that a network gives of each
kalman       a scalar random-walk Kalman filter run forward and back (Rauch, Tung and Striebel)
pick         which of several faces is meant, and who else is in the shot
smoothing    pick         which of several faces is meant, and who else is in the shot
smoothing over time without delay: every result looks as far ahead as back
"""
