"""Nuke runs this file in its interface only."""

from recast_hosts.nuke import start

start.menu()
