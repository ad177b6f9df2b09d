/* The command that finds or starts the worker, on Linux and macOS; included by system.c. */
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
  double started = seconds_now();
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
    if (aborted(argument) || seconds_now() - started > 10) break; /* it ran, and waited in vain for its worker */
    if (!getenv("LD_LIBRARY_PATH") && !getenv("DYLD_LIBRARY_PATH")) break;
  }
  tell_not_started(printed->text, *python ? python : "recast", why, room);
  return -1;
}
