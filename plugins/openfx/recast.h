/* What the files of the plugin share. */
#ifndef RECAST_H
#define RECAST_H

#include <stdint.h>

#include "ofx.h"

enum { MOST_CLIPS = 4, LONGEST_TEXT = 2048, LONGEST_PATH = 1024, MOST_SLOTS = 64 };

/* ---- what `declared.h` declares, made from the nodes ---- */
typedef enum { KIND_DOUBLE, KIND_INTEGER, KIND_BOOLEAN, KIND_CHOICE, KIND_STRING, KIND_FILE, KIND_BUTTON } Kind;

typedef struct {
  Kind kind;
  const char *name, *label, *tip, *text, *group;
  double fallback, low, high, soft_low, soft_high;
  const char *const *options;
  int animates, weight; /* weight: nothing is edited where all of these are 0 */
} Parameter;

typedef struct { const char *name, *label; } Group;
typedef struct { const char *name, *tip; int optional, mask; } Clip;

typedef struct {
  const char *identifier, *name, *label, *tip;
  const Parameter *parameters;
  int parameter_count;
  const Group *groups;
  int group_count;
  const Clip *clips;
  int clip_count;
  int edits; /* leaves the source alone where no weight is set */
} Effect;

/* ---- suites.c: the host ---- */
typedef struct {
  OfxHost *host;
  const OfxPropertySuiteV1 *properties;
  const OfxImageEffectSuiteV1 *effects;
  const OfxParameterSuiteV1 *parameters;
  const OfxMessageSuiteV2 *messages; /* NULL where the host has none */
  const OfxProgressSuiteV1 *progress;
  const OfxMultiThreadSuiteV1 *threads;
  int persistent; /* whether `messages` is version 2 */
  int recent;     /* whether the host knows of version 1.5 */
  int colour;     /* whether it manages colour */
  int resolve;    /* every clip is connected there */
  int aspects;    /* clips may have pixels of different shapes */
} Suites;

extern Suites suites;
OfxStatus suites_load(OfxHost *host);
void set_text(OfxPropertySetHandle set, const char *name, const char *value);
void set_whole(OfxPropertySetHandle set, const char *name, int value);
void set_number(OfxPropertySetHandle set, const char *name, double value);
const char *get_text(OfxPropertySetHandle set, const char *name);
int get_whole(OfxPropertySetHandle set, const char *name, int fallback);
double get_number(OfxPropertySetHandle set, const char *name, double fallback);
void for_rows(int rows, void (*work)(void *argument, int row), void *argument);

/* ---- json.c ---- */
typedef struct { char *text; size_t length, room; } Buffer;
void put(Buffer *buffer, const char *text);
void put_text(Buffer *buffer, const char *text); /* quoted */
void put_number(Buffer *buffer, double value);
void put_name(Buffer *buffer, const char *name); /* a comma where one is needed, the quoted name, a colon */
const char *json_field(const char *object, const char *name); /* where its value begins, or NULL */
int json_text(const char *object, const char *name, char *target, size_t room);
double json_number(const char *object, const char *name, double fallback);
int json_numbers(const char *object, const char *name, double *target, int count);

/* ---- system.c ---- */
typedef struct { void *memory; size_t size; char path[LONGEST_PATH]; void *handle; } Mapping;
typedef struct Lock Lock;
Lock *lock_new(void);
void lock_take(Lock *lock);
int lock_try(Lock *lock); /* whether it is ours now */
void lock_give(Lock *lock);
void lock_free(Lock *lock);
double seconds_now(void);
void unique_name(char *target, size_t room);
const char *scratch_folder(void); /* where there is more room than in memory */
int map_new(Mapping *mapping, const char *folder, size_t size); /* 0, or what errno says */
int map_existing(Mapping *mapping, const char *path);
void unmap(Mapping *mapping);
intptr_t socket_to(const char *path, int port); /* a Unix socket, or a local port where `path` is empty; -1 */
void socket_end(intptr_t connection);
int socket_send(intptr_t connection, const char *text, size_t length);
int socket_wait(intptr_t connection, int milliseconds); /* 1: there is something to read */
long socket_read(intptr_t connection, char *target, size_t room);
/* Runs `recast worker --contact`; waits until `aborted`. 0, and what it printed; or -1, and why not. */
int run_contact(Buffer *printed, char *why, size_t room, int (*aborted)(void *), void *argument);

/* ---- bridge.c: one connection to the worker ---- */
typedef enum { ENDED_WELL, ENDED_BADLY, ENDED_BY_USER } Ending;
typedef struct {
  intptr_t connection;
  char folder[LONGEST_PATH];
  Buffer unread, contact; /* contact: how the last worker was reached */
  Mapping slots[MOST_SLOTS], result;
} Bridge;

typedef struct { /* what is called while a request is on; all but `aborted` may be NULL */
  void *argument;
  int (*aborted)(void *argument);
  void (*want)(void *argument, Bridge *bridge, const char *event);
  void (*progress)(void *argument, double done);
  void (*notice)(void *argument, const char *text);
} Listener;

void bridge_begin(Bridge *bridge);
void bridge_end(Bridge *bridge);
int bridge_send(Bridge *bridge, const Buffer *message);
/* One request; `result` gets the event of that name, `why` what went wrong, for the artist. */
Ending bridge_ask(Bridge *bridge, const Buffer *request, const Listener *listener, Buffer *result, char *why);
Mapping *bridge_slot(Bridge *bridge, int slot, size_t size);

/* ---- pixels.c ---- */
typedef struct { /* a picture of a host: float, rows from the bottom */
  char *data;
  OfxRectI bounds;
  ptrdiff_t row_bytes;
  int channels;
} Picture;

typedef struct { /* planes of the worker: rows from the top, `x`, `y` of the first in the host's pixels */
  const void *data;
  int x, top, width, height, count, halves;
} Planes;

uint64_t pack_picture(const Picture *picture, uint16_t *planes); /* halves, plane by plane; a digest of them */
void copy_picture(const Picture *source, const Picture *target, OfxRectI window);
int lay_planes(const char *layout, const Planes *planes, const Picture *target, OfxRectI window); /* 0: not known */
float float_of_half(uint16_t half);

/* ---- describe.c, instance.c, request.c, frames.c, render.c ---- */
typedef struct {
  const Effect *effect;
  OfxImageEffectHandle handle;
  OfxPropertySetHandle properties;
  OfxParamHandle *parameters;
  OfxImageClipHandle clips[MOST_CLIPS], output;
  OfxPropertySetHandle clip_properties[MOST_CLIPS], output_properties;
  char name[64];
  unsigned generation; /* of what was seen of its clips */
  Lock *lock;
  Bridge bridge;
  int told;  /* whether a persistent message is on */
  int known; /* whether the worker has looked at the shot, as far as we know */
  double scale[2];
} Instance;

OfxStatus describe(const Effect *effect, OfxImageEffectHandle handle);
OfxStatus describe_in_context(const Effect *effect, OfxImageEffectHandle handle);
OfxStatus create_instance(const Effect *effect, OfxImageEffectHandle handle);
OfxStatus destroy_instance(OfxImageEffectHandle handle);
Instance *instance_of(OfxImageEffectHandle handle);
int parameter_at(const Instance *instance, const char *name);
double number_of(const Instance *instance, int parameter, OfxTime time);
const char *option_of(const Instance *instance, int parameter, OfxTime time);
int clip_range(const Instance *instance, int clip, int *first, int *last);
double value_at(const Instance *instance, const char *name, OfxTime time);
const char *option_at(const Instance *instance, const char *name, OfxTime time);
int is_connected(const Instance *instance, int clip);
int shot_range(const Instance *instance, int *first, int *last);
int leaves_source(const Instance *instance, OfxTime time); /* whether the output is the source */
void tell(Instance *instance, const char *type, const char *text); /* a message of the host */
void tell_failure(Instance *instance, const char *text);
void clear_failure(Instance *instance);
int write_request(const Instance *instance, OfxTime time, const char *extra, Buffer *request, char *why);
OfxRectI display_of(const Instance *instance, int clip);
int read_picture(OfxPropertySetHandle image, Picture *picture);
int is_thumbnail(const Instance *instance, OfxPropertySetHandle in);
OfxStatus render(Instance *instance, OfxPropertySetHandle in);
OfxStatus look_at_shot(Instance *instance, OfxTime time);
OfxStatus frames_needed(Instance *instance, OfxPropertySetHandle in, OfxPropertySetHandle out);

#endif
