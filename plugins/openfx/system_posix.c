/* Linux and macOS; included by system.c. */
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
#include <sys/stat.h>
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
int lock_try(Lock *lock) { return pthread_mutex_trylock(&lock->mutex) == 0; }
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

const char *scratch_folder(void) {
  const char *named = getenv("TMPDIR");
  return named && *named ? named : "/tmp";
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
  struct stat found;
  int file, problem = 0;
  if (!is_picture(path)) return EINVAL;
  file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return errno;
  if (fstat(file, &found) || !S_ISREG(found.st_mode) || found.st_uid != getuid() || found.st_size <= 0) problem = EINVAL;
  if (!problem) problem = map_file(mapping, file, (size_t)found.st_size, PROT_READ);
  close(file);
  if (problem) return problem;
  snprintf(mapping->path, sizeof mapping->path, "%.1000s", path);
  unlink(path); /* both sides have it now */
  return 0;
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
