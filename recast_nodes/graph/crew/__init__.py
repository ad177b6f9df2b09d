"""The crew of a render: processes of this machine that look at its frames and make them.

Threads of one process wait for Python's lock, however many cores there are. A crew has a few threads in each of several
processes; the render itself keeps the journal, the claims, the analyses and what is reported.

count      how many processes, and how many threads in each
crew       the crew as the render sees it: a call is answered by one of its processes
looks      frames that one of its processes looks at
seat       one of its processes, and what it is asked
hire       a crew for one render
start      how processes start: forked from one that has loaded all libraries, or each by itself
member     what a process does
state      what a process must know of a shot
messages   what is said, one object behind the other
shares     which process gets which frames
"""
