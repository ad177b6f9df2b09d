/* One effect in a host's graph: its parameters and clips, and what the artist is told. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "recast.h"

enum { LONGEST_SHOT = 100000 }; /* frames; more is a still's or a generator's endless range */

OfxStatus create_instance(const Effect *effect, OfxImageEffectHandle handle) {
  OfxPropertySetHandle set;
  OfxParamSetHandle parameters;
  Instance *instance = calloc(1, sizeof *instance);
  if (!instance) return kOfxStatErrMemory;
  instance->effect = effect;
  instance->handle = handle;
  instance->parameters = calloc((size_t)effect->parameter_count, sizeof *instance->parameters);
  instance->lock = lock_new();
  instance->scale[0] = instance->scale[1] = 1;
  bridge_begin(&instance->bridge);
  unique_name(instance->name, sizeof instance->name);
  if (!instance->parameters || !instance->lock || suites.effects->getPropertySet(handle, &set) != kOfxStatOK ||
      suites.effects->getParamSet(handle, &parameters) != kOfxStatOK) {
    lock_free(instance->lock);
    free(instance->parameters);
    free(instance);
    return kOfxStatFailed;
  }
  instance->properties = set;
  for (int at = 0; at < effect->parameter_count; at++)
    suites.parameters->paramGetHandle(parameters, effect->parameters[at].name, &instance->parameters[at], NULL);
  for (int at = 0; at < effect->clip_count; at++)
    suites.effects->clipGetHandle(handle, effect->clips[at].name, &instance->clips[at],
                                  &instance->clip_properties[at]);
  suites.effects->clipGetHandle(handle, "Output", &instance->output, &instance->output_properties);
  suites.properties->propSetPointer(set, "OfxPropInstanceData", 0, instance);
  return kOfxStatOK;
}

Instance *instance_of(OfxImageEffectHandle handle) {
  OfxPropertySetHandle set;
  void *found = NULL;
  if (suites.effects->getPropertySet(handle, &set) != kOfxStatOK) return NULL;
  suites.properties->propGetPointer(set, "OfxPropInstanceData", 0, &found);
  return found;
}

OfxStatus destroy_instance(OfxImageEffectHandle handle) {
  Instance *instance = instance_of(handle);
  if (!instance) return kOfxStatErrBadHandle;
  suites.properties->propSetPointer(instance->properties, "OfxPropInstanceData", 0, NULL);
  bridge_end(&instance->bridge);
  lock_free(instance->lock);
  free(instance->parameters);
  free(instance);
  return kOfxStatOK;
}

int parameter_at(const Instance *instance, const char *name) {
  for (int at = 0; at < instance->effect->parameter_count; at++)
    if (!strcmp(instance->effect->parameters[at].name, name)) return at;
  return -1;
}

double number_of(const Instance *instance, int at, OfxTime time) {
  const Parameter *parameter = &instance->effect->parameters[at];
  double value = parameter->fallback;
  int whole = (int)parameter->fallback;
  if (!instance->parameters[at]) return value;
  if (parameter->kind == KIND_DOUBLE)
    return suites.parameters->paramGetValueAtTime(instance->parameters[at], time, &value) == kOfxStatOK
               ? value
               : parameter->fallback;
  return suites.parameters->paramGetValueAtTime(instance->parameters[at], time, &whole) == kOfxStatOK
             ? whole
             : parameter->fallback;
}

double value_at(const Instance *instance, const char *name, OfxTime time) {
  int at = parameter_at(instance, name);
  return at < 0 ? 0 : number_of(instance, at, time);
}

const char *option_of(const Instance *instance, int at, OfxTime time) {
  const char *const *options = instance->effect->parameters[at].options;
  int chosen = (int)number_of(instance, at, time), count = 0;
  while (options[count]) count++;
  return chosen >= 0 && chosen < count ? options[chosen] : "";
}

const char *option_at(const Instance *instance, const char *name, OfxTime time) {
  int at = parameter_at(instance, name);
  return at < 0 ? "" : option_of(instance, at, time);
}

int is_connected(const Instance *instance, int clip) {
  return instance->clips[clip] && get_whole(instance->clip_properties[clip], "OfxImageClipPropConnected", 0);
}

int clip_range(const Instance *instance, int clip, int *first, int *last) {
  double range[2];
  if (suites.properties->propGetDoubleN(instance->clip_properties[clip], "OfxImageEffectPropFrameRange", 2, range) !=
          kOfxStatOK ||
      !(fabs(range[0]) < 1e9) || !(fabs(range[1]) < 1e9))
    return 0;
  *first = (int)floor(range[0] + 0.5);
  *last = (int)floor(range[1] + 0.5);
  return *last >= *first && *last - *first < LONGEST_SHOT;
}

int shot_range(const Instance *instance, int *first, int *last) {
  if (value_at(instance, "use_range", 0)) {
    *first = (int)value_at(instance, "first_frame", 0);
    *last = (int)value_at(instance, "last_frame", 0);
    return *last >= *first && *last - *first < LONGEST_SHOT;
  }
  return instance->clips[0] && clip_range(instance, 0, first, last);
}

int leaves_source(const Instance *instance, OfxTime time) {
  const Effect *effect = instance->effect;
  int first, last;
  if (strcmp(option_at(instance, "output", time), "composite")) return 0;
  if (shot_range(instance, &first, &last) && (time < first - 0.5 || time >= last + 0.5)) return 1;
  for (int at = 0; at < effect->parameter_count; at++)
    if (effect->parameters[at].weight && number_of(instance, at, time) != 0) return 0;
  return effect->edits;
}

void tell(Instance *instance, const char *type, const char *text) {
  if (suites.messages) suites.messages->message(instance->handle, type, "recast", "%s", text);
}

void tell_failure(Instance *instance, const char *text) {
  if (suites.persistent) {
    suites.messages->setPersistentMessage(instance->handle, "OfxMessageError", "recast", "%s", text);
    instance->told = 1;
  } else {
    tell(instance, "OfxMessageError", text);
  }
}

void clear_failure(Instance *instance) {
  if (instance->told) suites.messages->clearPersistentMessage(instance->handle);
  instance->told = 0;
}
