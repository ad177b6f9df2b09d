/* What differs from system to system: files in memory, sockets, processes, locks, time. */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include <stdio.h>
#include <string.h>

static void tell_not_started(const char *printed, const char *command, char *why, size_t room) {
  const char *own = strstr(printed, "Error: "); /* Recast's own words, which say what to do */
  size_t length = strlen(printed);
  if (own)
    snprintf(why, room, "%.900s", own + 7);
  else
    snprintf(why, room,
             "Recast cannot be started (%.300s): %.900s Set the environment variable RECAST_PYTHON to the Python that "
             "Recast Nodes is installed in.",
             command, printed + (length > 900 ? length - 900 : 0));
}

static int is_picture(const char *path) { /* what is no picture of a worker is neither read nor removed */
  const char *name = path;
  for (const char *at = path; *at; at++)
    if (*at == '/' || *at == '\\') name = at + 1;
  return !strncmp(name, "view-", 5);
}

#if defined(_WIN32)
#include "system_windows.c"
#else
#include "system_posix.c"
#include "process_posix.c"
#endif
