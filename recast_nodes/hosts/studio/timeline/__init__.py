"""The timeline: frames, playing, in and out points.

play_range  in and out point of playing: which frames are played round and round
ruler       the frames of the shot, drawn: which are ready to be shown, where keys are, the playhead, in and out points
timeline    the timeline: ruler, buttons, and the playing of frames that are ready
"""
