"""Keyed knobs as curves and as a dope sheet, and edits of their keys.

curve_editor  the curves of the selected nodes with a list of them, and their keys by hand or by number
curve_plot    curves over frames: their lines, keys and handles
dope_sheet    a row for each keyed knob, its keys as diamonds over the frames
key_drag      what a drag does to the selected keys: it moves or scales them
key_edits     edits of many keys at once, over several curves
key_menu      the context menu of keys
key_model     the keys that are shown and those that are selected, for every panel that draws keys
key_mouse     the mouse over a plot of keys: presses, drags and clicks, passed on to the plot
key_plot      keys drawn by pyqtgraph, selected, moved and scaled by the mouse
"""
