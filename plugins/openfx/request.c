/* What the worker is asked: an effect's parameters, with their curves, and its clips. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "recast.h"

#define RECAST_NO_TABLES
#include "declared.h"

/* A number that may change over time: one where it does not, or else one for each frame of the shot. */
static void put_curve(const Instance *instance, int at, int first, int last, Buffer *request) {
  unsigned int keys = 0;
  double start = number_of(instance, at, first);
  int moves = suites.parameters->paramGetNumKeys(instance->parameters[at], &keys) == kOfxStatOK && keys > 0;
  for (int part = 1; !moves && part <= 4; part++) /* an expression has no keys */
    moves = number_of(instance, at, first + (last - first) * (part / 4.0)) != start;
  if (!moves) {
    put_number(request, start);
    return;
  }
  put(request, "[");
  for (int frame = first; frame <= last; frame++) {
    if (frame > first) put(request, ",");
    put_number(request, number_of(instance, at, frame));
  }
  put(request, "]");
}

static void put_value(const Instance *instance, int at, int first, int last, OfxTime time, Buffer *request) {
  const Parameter *parameter = &instance->effect->parameters[at];
  char *text = NULL;
  switch (parameter->kind) {
    case KIND_DOUBLE:
      if (parameter->animates && instance->parameters[at])
        put_curve(instance, at, first, last, request);
      else
        put_number(request, number_of(instance, at, time));
      break;
    case KIND_INTEGER:
      put_number(request, number_of(instance, at, time));
      break;
    case KIND_BOOLEAN:
      put(request, number_of(instance, at, time) != 0 ? "true" : "false");
      break;
    case KIND_CHOICE:
      put_text(request, option_of(instance, at, time));
      break;
    default:
      if (instance->parameters[at]) suites.parameters->paramGetValueAtTime(instance->parameters[at], time, &text);
      put_text(request, text ? text : "");
  }
}

static void put_clips(const Instance *instance, int first, int last, Buffer *request) {
  put(request, "{");
  for (int at = 0; at < instance->effect->clip_count; at++) {
    int from = first, to = last;
    const char *alpha, *space;
    if (!is_connected(instance, at)) continue;
    clip_range(instance, at, &from, &to);
    alpha = get_text(instance->clip_properties[at], "OfxImageEffectPropPreMultiplication");
    put_name(request, instance->effect->clips[at].name);
    put(request, "{");
    put_name(request, "first");
    put_number(request, from);
    put_name(request, "last");
    put_number(request, to);
    put_name(request, "premultiplied");
    put(request, strcmp(alpha, "OfxImageAlphaUnPremultiplied") ? "true" : "false");
    space = suites.colour ? get_text(instance->clip_properties[at], "OfxImageClipPropColourspace") : "";
    if (*space) {
      put_name(request, "colorspace");
      put_text(request, space);
    }
    put(request, "}");
  }
  put(request, "}");
}

static void put_facts(const Instance *instance, OfxTime time, int first, int last, Buffer *request) {
  char session[128];
  snprintf(session, sizeof session, "%s-%u-%d-%d", instance->name, instance->generation,
           (int)(instance->scale[0] * 1000 + 0.5), (int)(instance->scale[1] * 1000 + 0.5));
  put_name(request, "request");
  put_text(request, "effect");
  put_name(request, "effect");
  put_text(request, instance->effect->name);
  put_name(request, "declared");
  put_text(request, RECAST_DECLARED);
  put_name(request, "session");
  put_text(request, session);
  put_name(request, "real");
  put(request, suites.resolve ? "false" : "true");
  put_name(request, "frame");
  put_number(request, floor(time + 0.5));
  put_name(request, "first");
  put_number(request, first);
  put_name(request, "last");
  put_number(request, last);
}

int write_request(const Instance *instance, OfxTime time, const char *extra, Buffer *request, char *why) {
  int first, last;
  if (!shot_range(instance, &first, &last)) {
    snprintf(why, LONGEST_TEXT, "The source clip does not say how long it is: set `use range`, `first` and `last`.");
    return 0;
  }
  put(request, "{");
  put_facts(instance, time, first, last, request);
  if (*extra) {
    put_name(request, extra);
    put(request, "true");
  }
  put_name(request, "values");
  put(request, "{");
  for (int at = 0; at < instance->effect->parameter_count; at++) {
    if (instance->effect->parameters[at].kind == KIND_BUTTON) continue;
    put_name(request, instance->effect->parameters[at].name);
    put_value(instance, at, first, last, time, request);
  }
  put(request, "}");
  put_name(request, "clips");
  put_clips(instance, first, last, request);
  put(request, "}");
  return 1;
}
