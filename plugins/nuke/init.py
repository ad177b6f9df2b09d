"""Put this folder on NUKE_PATH. Nuke runs this file everywhere, in the interface, in a terminal and on a farm."""

import os

from recast_hosts.nuke import start

start.init(os.path.dirname(os.path.abspath(__file__)))
