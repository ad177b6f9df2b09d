/* One connection to the worker: found or started, asked, heard. Every wait looks at whether the host gave up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recast.h"

#define RECAST_NO_TABLES
#include "declared.h"

enum { STEP = 25 }; /* milliseconds between looks at whether the host gave up */

static double patience(void) { /* seconds of silence after which a worker is taken for hung */
  const char *named = getenv("RECAST_OFX_TIMEOUT");
  double seconds = named ? atof(named) : 0;
  return seconds > 0 ? seconds : 30;
}

void bridge_begin(Bridge *bridge) {
  memset(bridge, 0, sizeof *bridge);
  bridge->connection = -1;
}

static void drop(Bridge *bridge) { /* the worker forgets the slots of a connection that closes, and so do we */
  if (bridge->connection != -1) socket_end(bridge->connection);
  bridge->connection = -1;
  bridge->unread.length = 0;
  for (int slot = 0; slot < MOST_SLOTS; slot++) unmap(&bridge->slots[slot]);
  unmap(&bridge->result);
}

void bridge_end(Bridge *bridge) {
  drop(bridge);
  free(bridge->unread.text);
  free(bridge->contact.text);
  bridge_begin(bridge);
}

int bridge_send(Bridge *bridge, const Buffer *message) {
  return socket_send(bridge->connection, message->text, message->length) == 0 &&
         socket_send(bridge->connection, "\n", 1) == 0;
}

static int take_line(Bridge *bridge, Buffer *line) {
  Buffer *unread = &bridge->unread;
  char *end = unread->length ? memchr(unread->text, '\n', unread->length) : NULL;
  size_t length;
  if (!end) return 0;
  length = (size_t)(end - unread->text);
  unread->text[length] = 0;
  line->length = 0;
  put(line, unread->text);
  memmove(unread->text, end + 1, unread->length - length - 1);
  unread->length -= length + 1;
  return 1;
}

typedef enum { HEARD, SILENT, CLOSED, GIVEN_UP } Hearing;

static Hearing hear(Bridge *bridge, const Listener *listener, Buffer *line, double within) {
  double until = seconds_now() + within;
  char chunk[65537];
  while (!take_line(bridge, line)) {
    long count;
    if (listener->aborted(listener->argument)) return GIVEN_UP;
    if (seconds_now() > until) return SILENT;
    if (!socket_wait(bridge->connection, STEP)) continue;
    count = socket_read(bridge->connection, chunk, sizeof chunk - 1);
    if (count <= 0) return CLOSED;
    chunk[count] = 0;
    put(&bridge->unread, chunk);
  }
  return HEARD;
}

static void tell_hung(char *why) {
  snprintf(why, LONGEST_TEXT,
           "The Recast worker has not moved for %.0f seconds and is taken for hung. End its process, and the next "
           "render starts a new one.",
           patience());
}

static Hearing greet(Bridge *bridge, const Listener *listener, const char *contact, char *why) {
  Buffer hello = {0}, answer = {0};
  char token[256], version[64], text[LONGEST_TEXT];
  Hearing hearing;
  json_text(contact, "token", token, sizeof token);
  put(&hello, "{\"request\":\"hello\",\"protocol\":1,");
  put(&hello, "\"token\":");
  put_text(&hello, token);
  put(&hello, "}");
  hearing = bridge_send(bridge, &hello) ? hear(bridge, listener, &answer, patience()) : CLOSED;
  free(hello.text);
  json_text(answer.text, "version", version, sizeof version);
  json_text(answer.text, "text", text, sizeof text);
  free(answer.text);
  if (hearing == SILENT) {
    tell_hung(why);
  } else if (hearing != HEARD) {
    snprintf(why, LONGEST_TEXT, "The Recast worker ended. The next render starts a new one.");
  } else if (*text) {
    snprintf(why, LONGEST_TEXT, "The Recast worker refuses this plugin: %.1500s", text);
  } else if (strcmp(version, RECAST_VERSION)) {
    snprintf(why, LONGEST_TEXT,
             "This plugin is of Recast Nodes " RECAST_VERSION ", and the worker of %s. Run `recast worker --stop` and "
             "`recast plugins openfx` with the Recast Nodes that you want, and start this program again.",
             version);
  } else {
    return HEARD;
  }
  return hearing == HEARD ? CLOSED : hearing;
}

static Hearing try_contact(Bridge *bridge, const Listener *listener, const char *contact, char *why) {
  const char *address = json_field(contact, "address");
  char path[LONGEST_PATH];
  double port = 0;
  Hearing hearing = CLOSED;
  json_text(contact, "address", path, sizeof path);
  if (address && *address == '[' && strchr(address, ',')) port = atof(strchr(address, ',') + 1);
  json_text(contact, "memory", bridge->folder, sizeof bridge->folder);
  bridge->connection = socket_to(path, (int)port);
  if (bridge->connection == -1)
    snprintf(why, LONGEST_TEXT, "The Recast worker cannot be reached. `recast worker --stop` ends it.");
  else
    hearing = greet(bridge, listener, contact, why);
  if (hearing != HEARD) drop(bridge);
  return hearing;
}

static int connect_to(Bridge *bridge, const Listener *listener, char *why) {
  Buffer contact = {0};
  Hearing hearing = bridge->contact.length ? try_contact(bridge, listener, bridge->contact.text, why) : CLOSED;
  if (hearing == CLOSED) { /* there is none, or another one by now */
    bridge->contact.length = 0;
    if (run_contact(&contact, why, LONGEST_TEXT, listener->aborted, listener->argument) == 0)
      hearing = try_contact(bridge, listener, contact.text, why);
    if (hearing == HEARD) put(&bridge->contact, contact.text); /* to be reached at once when it is cut short */
  }
  free(contact.text);
  return hearing == HEARD;
}

Mapping *bridge_slot(Bridge *bridge, int slot, size_t size) {
  Mapping *mapping;
  if (slot < 0 || slot >= MOST_SLOTS) return NULL;
  mapping = &bridge->slots[slot];
  if (mapping->memory && mapping->size >= size) return mapping;
  unmap(mapping);
  if (map_new(mapping, bridge->folder, size) == 0) return mapping;
  unmap(mapping); /* memory is full, as in a container that has little of it */
  return map_new(mapping, scratch_folder(), size) == 0 ? mapping : NULL;
}

static void keep_error(const char *event, char *why) {
  char text[LONGEST_TEXT];
  if (json_text(event, "text", text, sizeof text)) snprintf(why, LONGEST_TEXT, "%.2000s", text);
}

static void cancel(Bridge *bridge) {
  static const char words[] = "{\"request\":\"cancel\"}\n";
  socket_send(bridge->connection, words, sizeof words - 1);
}

/* Listens until the request ends. `heard` says whether anything came. */
static Ending listen_to(Bridge *bridge, const Listener *listener, Buffer *result, char *why, int *heard) {
  Buffer line = {0};
  Ending ending = ENDED_BADLY;
  for (;;) {
    char kind[32], text[LONGEST_TEXT];
    Hearing hearing = hear(bridge, listener, &line, patience());
    if (hearing == GIVEN_UP) {
      cancel(bridge);
      ending = ENDED_BY_USER;
    } else if (hearing == SILENT) {
      tell_hung(why);
      *heard = 1; /* it is there: another try would only wait again */
    } else if (hearing == CLOSED) {
      snprintf(why, LONGEST_TEXT, "The Recast worker ended while it worked. The next render starts a new one.");
    }
    if (hearing != HEARD) {
      drop(bridge);
      break;
    }
    *heard = 1;
    json_text(line.text, "event", kind, sizeof kind);
    if (!strcmp(kind, "want") && listener->want) {
      listener->want(listener->argument, bridge, line.text);
    } else if (!strcmp(kind, "progress") && listener->progress) {
      listener->progress(listener->argument,
                         json_number(line.text, "done", 0) / json_number(line.text, "total", 1));
    } else if (!strcmp(kind, "notice") && listener->notice) {
      json_text(line.text, "text", text, sizeof text);
      listener->notice(listener->argument, text);
    } else if (!strcmp(kind, "error")) {
      keep_error(line.text, why);
    } else if (!strcmp(kind, "result")) {
      result->length = 0;
      put(result, line.text);
    } else if (!strcmp(kind, "end")) {
      int code = (int)json_number(line.text, "code", 1);
      ending = code == 0 ? ENDED_WELL : code == 130 ? ENDED_BY_USER : ENDED_BADLY;
      break;
    }
  }
  free(line.text);
  return ending;
}

Ending bridge_ask(Bridge *bridge, const Buffer *request, const Listener *listener, Buffer *result, char *why) {
  Ending ending = ENDED_BADLY;
  why[0] = 0;
  for (int attempt = 0; attempt < 2; attempt++) {
    int heard = 0, old = bridge->connection != -1;
    if (!old && !connect_to(bridge, listener, why)) {
      ending = listener->aborted(listener->argument) ? ENDED_BY_USER : ENDED_BADLY;
      break;
    }
    why[0] = 0;
    if (bridge_send(bridge, request)) {
      ending = listen_to(bridge, listener, result, why, &heard);
    } else {
      snprintf(why, LONGEST_TEXT, "The Recast worker ended. The next render starts a new one.");
      drop(bridge);
    }
    if (ending != ENDED_BADLY || heard || !old || bridge->connection != -1) break; /* an idle worker may have ended */
  }
  if (ending == ENDED_BADLY && !why[0]) snprintf(why, LONGEST_TEXT, "The Recast worker failed and did not say why.");
  return ending;
}
