"""The node graph: drawn by NodeGraphQt, edited, searched.

drawn_nodes  the nodes and wires that NodeGraphQt draws: made to agree with a shot, and read back
node_edits   edits of whole nodes: add, delete, copy, cut, paste, duplicate
node_graph   the panel: follows the document, and turns edits made in it into changes of the document
node_menus   the context menus of the node graph: of a node, a wire, the empty canvas
node_search  the search by a part of a node's name: Tab in the node graph, as in Nuke
node_tools   what the node graph offers besides drawing: edits of nodes, the search, the context menus
node_view    NodeGraphQt as we need it: it draws and takes events, and changes no document by itself
"""
