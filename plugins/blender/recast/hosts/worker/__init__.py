"""The worker: one process beside the hosts that renders for them, with models and looked-at shots kept warm.

What a host needs (standard library only, Python 3.7, copied into the plugins):
protocol    how host and worker find and understand each other
client      the worker as a host sees it: started, asked, started again
job         one request on its way: sent, heard, cancelled, lost

The worker itself:
server      the socket, one worker a name, the idle time-out
connection  one host's way in, one request at a time, cancel
requests    what may be asked, and its checking
tasks       how it is answered: by the functions of the command line
warm        what outlives a request: results, what was seen of shots, what is urgent
exchange    frames from a host in the middle of its request
effects     effects of a host that holds its frames in memory
events      what is said meanwhile
views       one node's result for looking at
rendered    what renders have seen of a shot, read from beside its output

A host opens a connection, says hello with the token, and sends one request at a time as a line of JSON. Events come
back as lines of JSON; the last one of a request is `end`, with the exit code that the command line would give. `cancel`
may be sent meanwhile; a connection that closes cancels what runs for it.
"""
