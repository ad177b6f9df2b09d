"""The timeline: frames, playing, in and out points.

play_range  in and out point of playback: which frames loop
playback    the playhead, in and out point, and a clock that plays; the widgets listen to it
ruler       the frames of the shot, drawn: which are ready to be shown, where keys are, the playhead, in and out points
timeline    the panel: ruler, buttons, fields for frame and rate
"""
