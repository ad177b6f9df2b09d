/* Linux and macOS; included by system.c. */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "recast.h"

extern char **environ;

struct Lock { pthread_mutex_t mutex; };

Lock *lock_new(void) {
  Lock *lock = malloc(sizeof *lock);
  if (lock) pthread_mutex_init(&lock->mutex, NULL);
  return lock;
}

void lock_take(Lock *lock) { pthread_mutex_lock(&lock->mutex); }
void lock_give(Lock *lock) { pthread_mutex_unlock(&lock->mutex); }

void lock_free(Lock *lock) {
  if (lock) pthread_mutex_destroy(&lock->mutex);
  free(lock);
}

double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

void unique_name(char *target, size_t room) { /* none that another process, or an earlier one, has */
  static unsigned count;
  unsigned char random[8] = {0};
  int file = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    if (read(file, random, sizeof random) < 0) random[0] = 0;
    close(file);
  }
  snprintf(target, room, "ofx%ld-%u-%02x%02x%02x%02x%02x%02x%02x%02x", (long)getpid(),
           __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED), random[0], random[1], random[2], random[3], random[4],
           random[5], random[6], random[7]);
}

static int map_file(Mapping *mapping, int file, size_t size, int protection) {
  void *memory = mmap(NULL, size, protection, MAP_SHARED, file, 0);
  if (memory == MAP_FAILED) return errno;
  mapping->memory = memory;
  mapping->size = size;
  return 0;
}

int map_new(Mapping *mapping, const char *folder, size_t size) {
  char name[96];
  int file, problem;
  unique_name(name, sizeof name);
  snprintf(mapping->path, sizeof mapping->path, "%.900s/view-%s", folder, name);
  file = open(mapping->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return errno;
  problem = ftruncate(file, (off_t)size) ? errno : 0;
#if defined(__linux__)
  if (!problem) problem = posix_fallocate(file, 0, (off_t)size); /* full memory is then told here, and kills nobody later */
#endif
  if (!problem) problem = map_file(mapping, file, size, PROT_READ | PROT_WRITE);
  close(file);
  if (problem) unlink(mapping->path);
  return problem;
}

int map_existing(Mapping *mapping, const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC), problem;
  off_t size;
  if (file < 0) return errno;
  size = lseek(file, 0, SEEK_END);
  problem = size > 0 ? map_file(mapping, file, (size_t)size, PROT_READ) : EINVAL;
  close(file);
  if (!problem) snprintf(mapping->path, sizeof mapping->path, "%.1000s", path);
  unlink(path); /* both sides have it now */
  return problem;
}

void unmap(Mapping *mapping) {
  if (mapping->memory) munmap(mapping->memory, mapping->size);
  if (mapping->path[0]) unlink(mapping->path); /* mostly gone: the worker removes it once it has it */
  memset(mapping, 0, sizeof *mapping);
}

intptr_t socket_to(const char *path, int port) {
  struct sockaddr_un address = {0};
  int connection = -1;
  (void)port; /* there are Unix sockets here, always */
  if (strlen(path) >= sizeof address.sun_path) return -1;
  connection = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connection < 0) return -1;
  fcntl(connection, F_SETFD, FD_CLOEXEC);
  address.sun_family = AF_UNIX;
  strcpy(address.sun_path, path);
#if defined(__APPLE__)
  setsockopt(connection, SOL_SOCKET, SO_NOSIGPIPE, &(int){1}, sizeof(int));
#endif
  if (connect(connection, (struct sockaddr *)&address, sizeof address) == 0) return connection;
  close(connection);
  return -1;
}

void socket_end(intptr_t connection) { close((int)connection); }

int socket_send(intptr_t connection, const char *text, size_t length) {
#if defined(MSG_NOSIGNAL)
  const int flags = MSG_NOSIGNAL; /* a worker that is gone must not end the host */
#else
  const int flags = 0;
#endif
  while (length) {
    ssize_t count = send((int)connection, text, length, flags);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return -1;
    text += count;
    length -= (size_t)count;
  }
  return 0;
}

int socket_wait(intptr_t connection, int milliseconds) {
  struct pollfd one = {(int)connection, POLLIN, 0};
  return poll(&one, 1, milliseconds) > 0;
}

long socket_read(intptr_t connection, char *target, size_t room) {
  ssize_t count;
  do count = recv((int)connection, target, room, 0);
  while (count < 0 && errno == EINTR);
  return (long)count;
}

static int is_passed_on(const char *entry, int plain) { /* the host's Python, Qt and preloads are none of the worker's */
  static const char *const names[] = {"PYTHONHOME=", "PYTHONPATH=", "PYTHONSTARTUP=", "PYTHONEXECUTABLE=",
                                      "PYTHONUSERBASE=", "PYTHONPLATLIBDIR=", "__PYVENV_LAUNCHER__=", "QT_",
                                      "LD_PRELOAD=", "DYLD_INSERT_LIBRARIES="};
  for (size_t at = 0; at < sizeof names / sizeof *names; at++)
    if (!strncmp(entry, names[at], strlen(names[at]))) return 0;
  return !plain || (strncmp(entry, "LD_LIBRARY_PATH=", 16) && strncmp(entry, "DYLD_LIBRARY_PATH=", 18));
}

static char **clean_environment(int plain) {
  size_t count = 0, kept = 0;
  char **clean;
  while (environ[count]) count++;
  clean = calloc(count + 1, sizeof *clean);
  for (size_t at = 0; clean && at < count; at++)
    if (is_passed_on(environ[at], plain)) clean[kept++] = environ[at];
  return clean;
}

static void find_note(char *python, size_t room) { /* the Python that built this bundle, as the bundle has it */
  Dl_info place;
  char path[LONGEST_PATH];
  FILE *file;
  char *end;
  python[0] = 0;
  if (!dladdr((void *)find_note, &place) || !place.dli_fname) return;
  snprintf(path, sizeof path, "%.900s", place.dli_fname);
  for (int up = 0; up < 2; up++) {
    end = strrchr(path, '/');
    if (!end) return;
    *end = 0;
  }
  strncat(path, "/Resources/python.txt", sizeof path - strlen(path) - 1);
  file = fopen(path, "r");
  if (!file) return;
  if (!fgets(python, (int)room, file)) python[0] = 0;
  fclose(file);
  python[strcspn(python, "\r\n")] = 0;
}

typedef struct { int output; pid_t process; } Child;

static int start(Child *child, char *python, int plain) {
  char *own[] = {python, "-m", "recast_nodes.hosts.cli", "worker", "--contact", NULL};
  char *found[] = {"recast", "worker", "--contact", NULL};
  char **words = *python ? own : found, **clean = clean_environment(plain);
  posix_spawn_file_actions_t actions;
  int ends[2], problem;
  if (!clean || pipe(ends)) {
    free(clean);
    return ENOMEM;
  }
  for (int end = 0; end < 2; end++) fcntl(ends[end], F_SETFD, FD_CLOEXEC);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  problem = posix_spawnp(&child->process, words[0], &actions, NULL, words, clean);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  free(clean);
  child->output = ends[0];
  if (problem) close(ends[0]);
  return problem;
}

static int read_all(const Child *child, Buffer *printed, int (*aborted)(void *), void *argument) {
  struct pollfd one = {child->output, POLLIN, 0};
  double until = seconds_now() + 90;
  char chunk[4097];
  for (;;) {
    ssize_t count;
    if (aborted(argument) || seconds_now() > until) return 0;
    if (poll(&one, 1, 50) <= 0) continue;
    count = read(child->output, chunk, sizeof chunk - 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return 1;
    chunk[count] = 0;
    put(printed, chunk);
  }
}

static int run_once(Buffer *printed, char *python, int plain, int (*aborted)(void *), void *argument) {
  Child child;
  int status = 0, whole, problem = start(&child, python, plain);
  if (problem) {
    put(printed, strerror(problem));
    return -1;
  }
  whole = read_all(&child, printed, aborted, argument);
  if (!whole) kill(child.process, SIGKILL);
  close(child.output);
  while (waitpid(child.process, &status, 0) < 0 && errno == EINTR) continue;
  return whole && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

int run_contact(Buffer *printed, char *why, size_t room, int (*aborted)(void *), void *argument) {
  const char *named = getenv("RECAST_PYTHON");
  char python[LONGEST_PATH];
  snprintf(python, sizeof python, "%.1000s", named ? named : "");
  if (!*python) find_note(python, sizeof python);
  for (int plain = 0; plain < 2; plain++) { /* again without the host's library path, which may be what is wrong */
    printed->length = 0;
    put(printed, "");
    if (run_once(printed, python, plain, aborted, argument) == 0 && strchr(printed->text, '{')) {
      memmove(printed->text, strchr(printed->text, '{'), strlen(strchr(printed->text, '{')) + 1);
      return 0;
    }
    if (aborted(argument) || !(getenv("LD_LIBRARY_PATH") || getenv("DYLD_LIBRARY_PATH"))) break;
  }
  size_t length = strlen(printed->text);
  snprintf(why, room,
           "Recast cannot be started (%.300s): %.900s Set the environment variable RECAST_PYTHON to the Python that "
           "Recast Nodes is installed in.",
           *python ? python : "recast", printed->text + (length > 900 ? length - 900 : 0));
  return -1;
}
