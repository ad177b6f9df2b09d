/* What differs from system to system: files in memory, sockets, processes, locks, time. */
#if defined(_WIN32)
#include "system_windows.c"
#else
#include "system_posix.c"
#endif
