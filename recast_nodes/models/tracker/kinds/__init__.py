"""Our own trackers, one a file; `recast_nodes.tracker_registry.OWN` lists them in the order of the menu."""
