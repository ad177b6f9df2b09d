"""The node graph: drawn by NodeGraphQt, edited, searched.

node_edits   what hands do to nodes as a whole: add, delete, copy, cut, paste, duplicate
node_graph   the node graph, drawn by NodeGraphQt
node_menus   the menus under the right mouse button in the node graph: of a node, of a wire, of the empty canvas
node_search  finding a node by typing a part of its name: Tab in the node graph, as in Nuke
node_tools   what the node graph offers beside drawing: edits of nodes, the search, and the menus under the right button
node_view    NodeGraphQt as we need it: what it draws and hears, without what it would do to a document by itself
"""
