"""The shot that is open: its document, its files on disk, and pictures of its nodes.

checker        checks the shot after every change, by the worker: its frames, and what is wrong with it
clipboard      nodes as text, for the clipboard
disk           the shot's own files: read and written by one thread, in the order in which that was asked for
document       the shot that is open: changes with undo, saving, autosave
files          which file the open shot is in: opening, saving, files that were open, and what was autosaved
node_layout    where nodes are drawn when nobody has said so
picture        one picture of the shot: what it is asked for by, what comes back, and what it is known by
pictures       pictures of the shot's nodes: asked of the worker, kept, and known by what made them
recovery       where a shot that was never saved is autosaved
viewer_inputs  what the viewer can show of a shot: plate, driver, result, matte, difference or the selected node
"""
