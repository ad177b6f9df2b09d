"""The shot that is open: its document, its files on disk, and pictures of its nodes.

add_face       one more face in the shot
checker        has the worker check the shot after every change: its frames, and what is wrong with it
clipboard      nodes as text, for the clipboard
disk           the shot's own files: read and written by one thread, in the order of the calls
document       the shot that is open: changes with undo, saving, autosave
drag           whether a value of the shot is being dragged
files          the file of the open shot: opening, saving, recent files and autosaves
node_layout    where nodes are drawn that have no position yet
picture        one picture of the shot: the request, the answer, and the key that identifies it
picture_cache  pictures that came: final ones, and provisional ones until they settle
pictures       pictures of the shot's nodes: requested from the worker, cached, and keyed by what made them
recovery       where a shot that was never saved is autosaved
shot_look      the look at the whole shot while pictures are provisional
viewer_inputs  what the viewer can show of a shot: plate, driver, result, matte, difference or the selected node
"""
