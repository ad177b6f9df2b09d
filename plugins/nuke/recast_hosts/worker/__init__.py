"""The worker: one process beside the hosts that renders for them, with models and looked-at shots kept warm.

    protocol.py, job.py, client.py   what a host needs: standard library only, Python 3.7, copied into the plugins
    requests.py              what may be asked, and its checking
    tasks.py, views.py       how it is answered: by the same functions as the command line
    server.py, connection.py the socket, idle time-out; one host's way in, one thread a request, cancel

A host opens a connection, says hello with the token, and sends one request at a time as a line of JSON. Events come
back as lines of JSON; the last one of a request is `end`, with the exit code that the command line would give. `cancel`
may be sent meanwhile; a connection that closes cancels what runs for it.
"""
