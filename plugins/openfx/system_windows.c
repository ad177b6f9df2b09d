/* Windows; included by system.c. */
#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "recast.h"

struct Lock { CRITICAL_SECTION section; };

Lock *lock_new(void) {
  Lock *lock = malloc(sizeof *lock);
  if (lock) InitializeCriticalSection(&lock->section);
  return lock;
}

void lock_take(Lock *lock) { EnterCriticalSection(&lock->section); }
int lock_try(Lock *lock) { return TryEnterCriticalSection(&lock->section) != 0; }
void lock_give(Lock *lock) { LeaveCriticalSection(&lock->section); }

void lock_free(Lock *lock) {
  if (lock) DeleteCriticalSection(&lock->section);
  free(lock);
}

double seconds_now(void) { return (double)GetTickCount64() / 1000; }

void unique_name(char *target, size_t room) {
  static volatile LONG count;
  LARGE_INTEGER ticks;
  QueryPerformanceCounter(&ticks);
  snprintf(target, room, "ofx%lu-%ld-%llx", (unsigned long)GetCurrentProcessId(), (long)InterlockedIncrement(&count),
           (unsigned long long)ticks.QuadPart);
}

static void widen(const char *text, wchar_t *target, int room) {
  if (!MultiByteToWideChar(CP_UTF8, 0, text, -1, target, room)) target[0] = 0;
}

static int map_file(Mapping *mapping, HANDLE file, size_t size, DWORD page, DWORD view) {
  HANDLE section = CreateFileMappingW(file, NULL, page, (DWORD)((unsigned long long)size >> 32), (DWORD)size, NULL);
  void *memory = section ? MapViewOfFile(section, view, 0, 0, size) : NULL;
  if (section) CloseHandle(section);
  if (!memory) return (int)GetLastError();
  mapping->memory = memory;
  mapping->size = size;
  mapping->handle = file;
  return 0;
}

const char *scratch_folder(void) {
  const char *named = getenv("TEMP");
  return named && *named ? named : ".";
}

int map_new(Mapping *mapping, const char *folder, size_t size) { /* goes away with its last handle */
  char name[96];
  wchar_t path[LONGEST_PATH];
  HANDLE file;
  int problem;
  unique_name(name, sizeof name);
  snprintf(mapping->path, sizeof mapping->path, "%.900s\\view-%s", folder, name);
  widen(mapping->path, path, LONGEST_PATH);
  file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                     CREATE_NEW, FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, NULL);
  if (file == INVALID_HANDLE_VALUE) return (int)GetLastError();
  problem = map_file(mapping, file, size, PAGE_READWRITE, FILE_MAP_WRITE);
  if (problem) CloseHandle(file);
  return problem;
}

int map_existing(Mapping *mapping, const char *path) {
  wchar_t wide[LONGEST_PATH];
  LARGE_INTEGER size;
  HANDLE file;
  int problem;
  if (!is_picture(path)) return ERROR_INVALID_NAME;
  widen(path, wide, LONGEST_PATH);
  file = CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0,
                     NULL);
  if (file == INVALID_HANDLE_VALUE || !GetFileSizeEx(file, &size)) return (int)GetLastError();
  problem = map_file(mapping, file, (size_t)size.QuadPart, PAGE_READONLY, FILE_MAP_READ);
  if (problem)
    CloseHandle(file);
  else
    snprintf(mapping->path, sizeof mapping->path, "%.1000s", path);
  return problem;
}

void unmap(Mapping *mapping) {
  if (mapping->memory) UnmapViewOfFile(mapping->memory);
  if (mapping->handle) CloseHandle(mapping->handle);
  memset(mapping, 0, sizeof *mapping);
}

intptr_t socket_to(const char *path, int port) {
  struct sockaddr_in address = {0};
  WSADATA facts;
  SOCKET connection;
  (void)path; /* Python has no Unix sockets here */
  if (WSAStartup(MAKEWORD(2, 2), &facts)) return -1;
  connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connection == INVALID_SOCKET) return -1;
  address.sin_family = AF_INET;
  address.sin_port = htons((unsigned short)port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(connection, (struct sockaddr *)&address, sizeof address) == 0) return (intptr_t)connection;
  closesocket(connection);
  WSACleanup();
  return -1;
}

void socket_end(intptr_t connection) {
  closesocket((SOCKET)connection);
  WSACleanup();
}

int socket_send(intptr_t connection, const char *text, size_t length) {
  while (length) {
    int count = send((SOCKET)connection, text, (int)(length > 1 << 20 ? 1 << 20 : length), 0);
    if (count <= 0) return -1;
    text += count;
    length -= (size_t)count;
  }
  return 0;
}

int socket_wait(intptr_t connection, int milliseconds) {
  fd_set readable;
  struct timeval within = {milliseconds / 1000, milliseconds % 1000 * 1000};
  FD_ZERO(&readable);
  FD_SET((SOCKET)connection, &readable);
  return select(0, &readable, NULL, NULL, &within) > 0;
}

long socket_read(intptr_t connection, char *target, size_t room) {
  return recv((SOCKET)connection, target, (int)room, 0);
}

static int is_passed_on(const wchar_t *entry) { /* the host's Python and Qt are none of the worker's */
  static const wchar_t *const names[] = {L"PYTHONHOME=", L"PYTHONPATH=", L"PYTHONSTARTUP=", L"PYTHONEXECUTABLE=",
                                         L"PYTHONUSERBASE=", L"PYTHONPLATLIBDIR=", L"QT_"};
  for (size_t at = 0; at < sizeof names / sizeof *names; at++)
    if (!_wcsnicmp(entry, names[at], wcslen(names[at]))) return 0;
  return 1;
}

static wchar_t *clean_environment(void) {
  wchar_t *whole = GetEnvironmentStringsW(), *clean, *target;
  const wchar_t *at;
  if (!whole) return NULL;
  for (at = whole; *at; at += wcslen(at) + 1) continue;
  target = clean = malloc(((size_t)(at - whole) + 2) * sizeof *clean);
  for (at = whole; clean && *at; at += wcslen(at) + 1) {
    if (!is_passed_on(at)) continue;
    wcscpy(target, at);
    target += wcslen(at) + 1;
  }
  if (clean) target[0] = target[1] = 0;
  FreeEnvironmentStringsW(whole);
  return clean;
}

static void find_note(char *python, size_t room) { /* the Python that built this bundle, as the bundle has it */
  wchar_t path[LONGEST_PATH];
  HMODULE module;
  FILE *file;
  python[0] = 0;
  if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                          (const wchar_t *)(const void *)find_note, &module) ||
      !GetModuleFileNameW(module, path, LONGEST_PATH - 64))
    return;
  for (int up = 0; up < 2; up++) {
    wchar_t *end = wcsrchr(path, L'\\');
    if (!end) return;
    *end = 0;
  }
  wcscat(path, L"\\Resources\\python.txt");
  file = _wfopen(path, L"rb");
  if (!file) return;
  if (!fgets(python, (int)room, file)) python[0] = 0;
  fclose(file);
  python[strcspn(python, "\r\n")] = 0;
}

static int start(PROCESS_INFORMATION *child, HANDLE *output, const char *python) {
  wchar_t words[LONGEST_PATH + 64], wide[LONGEST_PATH], *clean = clean_environment();
  STARTUPINFOW how = {0};
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  HANDLE write_end;
  int good;
  if (!clean || !CreatePipe(output, &write_end, &inherited, 0)) {
    free(clean);
    return 0;
  }
  SetHandleInformation(*output, HANDLE_FLAG_INHERIT, 0);
  widen(python, wide, LONGEST_PATH);
  if (*wide)
    swprintf(words, LONGEST_PATH + 64, L"\"%ls\" -m recast_nodes.hosts.cli worker --contact", wide);
  else
    wcscpy(words, L"recast worker --contact");
  how.cb = sizeof how;
  how.dwFlags = STARTF_USESTDHANDLES;
  how.hStdOutput = how.hStdError = write_end;
  good = CreateProcessW(NULL, words, NULL, NULL, TRUE, CREATE_UNICODE_ENVIRONMENT | CREATE_NO_WINDOW, clean, NULL, &how,
                        child);
  CloseHandle(write_end);
  if (!good) CloseHandle(*output);
  free(clean);
  return good;
}

static int read_all(HANDLE output, Buffer *printed, int (*aborted)(void *), void *argument) {
  double until = seconds_now() + 90;
  char chunk[4097];
  for (;;) {
    DWORD waiting = 0, count = 0;
    if (aborted(argument) || seconds_now() > until) return 0;
    if (!PeekNamedPipe(output, NULL, 0, NULL, &waiting, NULL)) return 1; /* the other side has closed */
    if (!waiting) {
      Sleep(20);
      continue;
    }
    if (!ReadFile(output, chunk, sizeof chunk - 1, &count, NULL) || !count) return 1;
    chunk[count] = 0;
    put(printed, chunk);
  }
}

int run_contact(Buffer *printed, char *why, size_t room, int (*aborted)(void *), void *argument) {
  PROCESS_INFORMATION child;
  HANDLE output;
  const char *named = getenv("RECAST_PYTHON"), *object;
  char python[LONGEST_PATH];
  snprintf(python, sizeof python, "%.1000s", named ? named : "");
  if (!*python) find_note(python, sizeof python);
  put(printed, "");
  if (start(&child, &output, python)) {
    if (!read_all(output, printed, aborted, argument)) TerminateProcess(child.hProcess, 1);
    CloseHandle(output);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    object = strchr(printed->text, '{');
    if (object) {
      memmove(printed->text, object, strlen(object) + 1);
      return 0;
    }
  }
  tell_not_started(printed->text, *python ? python : "recast", why, room);
  return -1;
}
