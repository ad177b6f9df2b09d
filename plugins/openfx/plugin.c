/* The plugin's doors: what a host calls. Every action of every effect comes through `enter`. */
#include <stdio.h>
#include <string.h>

#include "recast.h"

#include "declared.h"

static OfxHost *the_host;

static void set_clip_text(OfxPropertySetHandle out, const char *what, const char *clip, const char *value) {
  char name[96];
  snprintf(name, sizeof name, "%s%.60s", what, clip);
  set_text(out, name, value);
}

static OfxStatus clip_preferences(const Instance *instance, OfxPropertySetHandle out) {
  const Effect *effect = instance->effect;
  const char *output = option_at(instance, "output", 0);
  double aspect;
  for (int at = 0; at < effect->clip_count; at++)
    if (!effect->clips[at].mask) set_clip_text(out, "OfxImageClipPropComponents_", effect->clips[at].name, "OfxImageComponentRGBA");
  set_clip_text(out, "OfxImageClipPropComponents_", "Output", "OfxImageComponentRGBA");
  aspect = instance->clips[0] && suites.aspects ? get_number(instance->clip_properties[0], "OfxImagePropPixelAspectRatio", 0) : 0;
  if (aspect > 0) set_number(out, "OfxImageClipPropPAR_Output", aspect);
  if (!strcmp(output, "face"))
    set_text(out, "OfxImageEffectPropPreMultiplication", "OfxImageAlphaUnPremultiplied");
  else if (!strcmp(output, "composite") || !strcmp(output, "overlay")) {
    const char *alpha = instance->clips[0] ? get_text(instance->clip_properties[0], "OfxImageEffectPropPreMultiplication") : "";
    if (*alpha) set_text(out, "OfxImageEffectPropPreMultiplication", alpha);
  } else {
    set_text(out, "OfxImageEffectPropPreMultiplication", "OfxImageAlphaPremultiplied");
  }
  set_whole(out, "OfxImageEffectFrameVarying", 1); /* grain and curves move where no clip does */
  return kOfxStatOK;
}

static OfxStatus region_of_definition(const Instance *instance, OfxPropertySetHandle in, OfxPropertySetHandle out) {
  OfxRectD region;
  if (!instance->clips[0] || suites.effects->clipGetRegionOfDefinition(
                                 instance->clips[0], get_number(in, "OfxPropTime", 0), &region) != kOfxStatOK)
    return kOfxStatReplyDefault;
  suites.properties->propSetDoubleN(out, "OfxImageEffectPropRegionOfDefinition", 4, &region.x1);
  return kOfxStatOK;
}

static OfxStatus regions_of_interest(const Instance *instance, OfxPropertySetHandle in, OfxPropertySetHandle out) {
  OfxTime time = get_number(in, "OfxPropTime", 0);
  for (int at = 0; at < instance->effect->clip_count; at++) { /* a face is looked for everywhere */
    OfxRectD region;
    char name[96];
    if (!is_connected(instance, at)) continue;
    if (suites.effects->clipGetRegionOfDefinition(instance->clips[at], time, &region) != kOfxStatOK) continue;
    snprintf(name, sizeof name, "OfxImageClipPropRoI_%.60s", instance->effect->clips[at].name);
    suites.properties->propSetDoubleN(out, name, 4, &region.x1);
  }
  return kOfxStatOK;
}

static OfxStatus time_domain(const Instance *instance, OfxPropertySetHandle out) {
  int first, last;
  double range[2];
  if (!instance->clips[0] || !clip_range(instance, 0, &first, &last)) return kOfxStatReplyDefault;
  range[0] = first, range[1] = last;
  suites.properties->propSetDoubleN(out, "OfxImageEffectPropFrameRange", 2, range);
  return kOfxStatOK;
}

static OfxStatus identity(const Instance *instance, OfxPropertySetHandle in, OfxPropertySetHandle out) {
  OfxTime time = get_number(in, "OfxPropTime", 0);
  if (!leaves_source(instance, time)) return kOfxStatReplyDefault;
  set_text(out, "OfxPropName", "Source");
  set_number(out, "OfxPropTime", time);
  return kOfxStatOK;
}

static void forget(Instance *instance) { /* what was seen of its clips */
  instance->generation++;
  instance->known = 0;
}

static OfxStatus changed(Instance *instance, OfxPropertySetHandle in) {
  const char *type = get_text(in, "OfxPropType"), *name = get_text(in, "OfxPropName");
  if (!strcmp(get_text(in, "OfxPropChangeReason"), "OfxChangeTime")) return kOfxStatReplyDefault;
  if (!strcmp(type, "OfxTypeClip")) {
    if (!strcmp(name, "Output")) return kOfxStatReplyDefault;
    forget(instance); /* another clip, or none */
    return kOfxStatOK;
  }
  if (!strcmp(name, "clear")) {
    forget(instance);
    clear_failure(instance);
    return kOfxStatOK;
  }
  if (!strcmp(name, "analyse")) {
    suites.properties->propGetDoubleN(in, "OfxImageEffectPropRenderScale", 2, instance->scale);
    look_at_shot(instance, get_number(in, "OfxPropTime", 0)); /* a failure has been told */
    return kOfxStatOK;
  }
  return kOfxStatReplyDefault;
}

static OfxStatus output_colourspace(const Instance *instance, OfxPropertySetHandle out) {
  const char *output = option_at(instance, "output", 0);
  int data = !strcmp(output, "matte") || !strcmp(output, "mask") || !strcmp(output, "stmap");
  set_text(out, "OfxImageClipPropColourspace", data ? "ofx_raw" : "OfxColourspace_Source");
  return kOfxStatOK;
}

static OfxStatus of_instance(const char *action, Instance *instance, OfxPropertySetHandle in, OfxPropertySetHandle out) {
  if (!strcmp(action, "OfxImageEffectActionRender")) return render(instance, in);
  if (!strcmp(action, "OfxImageEffectActionIsIdentity")) return identity(instance, in, out);
  if (!strcmp(action, "OfxImageEffectActionGetFramesNeeded")) return frames_needed(instance, in, out);
  if (!strcmp(action, "OfxImageEffectActionGetRegionOfDefinition")) return region_of_definition(instance, in, out);
  if (!strcmp(action, "OfxImageEffectActionGetRegionsOfInterest")) return regions_of_interest(instance, in, out);
  if (!strcmp(action, "OfxImageEffectActionGetTimeDomain")) return time_domain(instance, out);
  if (!strcmp(action, "OfxImageEffectActionGetClipPreferences")) return clip_preferences(instance, out);
  if (!strcmp(action, "OfxImageEffectActionGetOutputColourspace")) return output_colourspace(instance, out);
  if (!strcmp(action, "OfxActionInstanceChanged")) return changed(instance, in);
  if (!strcmp(action, "OfxActionPurgeCaches")) {
    lock_take(instance->lock);
    bridge_end(&instance->bridge); /* its frames in memory go with it */
    lock_give(instance->lock);
    return kOfxStatOK;
  }
  return kOfxStatReplyDefault;
}

static OfxStatus enter(const Effect *effect, const char *action, const void *handle, OfxPropertySetHandle in,
                       OfxPropertySetHandle out) {
  OfxImageEffectHandle image_effect = (OfxImageEffectHandle)handle;
  Instance *instance;
  if (!strcmp(action, "OfxActionLoad")) return suites_load(the_host);
  if (!strcmp(action, "OfxActionUnload")) return kOfxStatOK;
  if (!suites.properties || !handle) return kOfxStatReplyDefault;
  if (!strcmp(action, "OfxActionDescribe")) return describe(effect, image_effect);
  if (!strcmp(action, "OfxImageEffectActionDescribeInContext")) return describe_in_context(effect, image_effect);
  if (!strcmp(action, "OfxActionCreateInstance")) return create_instance(effect, image_effect);
  if (!strcmp(action, "OfxActionDestroyInstance")) return destroy_instance(image_effect);
  instance = instance_of(image_effect);
  return instance ? of_instance(action, instance, in, out) : kOfxStatReplyDefault;
}

static void set_host(OfxHost *host) { the_host = host; }

/* A host calls an effect by a function that does not say which effect it is of: each has its own. */
#define DOOR(at)                                                                                        \
  static OfxStatus enter_##at(const char *action, const void *handle, OfxPropertySetHandle in, OfxPropertySetHandle out) { \
    return enter(&EFFECTS[at], action, handle, in, out);                                               \
  }
DOOR(0)
DOOR(1)
DOOR(2)
DOOR(3)

static OfxPluginEntryPoint *const DOORS[] = {enter_0, enter_1, enter_2, enter_3};
typedef char a_door_for_each_effect[sizeof DOORS / sizeof *DOORS == EFFECT_COUNT ? 1 : -1];
static OfxPlugin plugins[EFFECT_COUNT];

int OfxGetNumberOfPlugins(void) { return EFFECT_COUNT; }

OfxPlugin *OfxGetPlugin(int nth) {
  if (nth < 0 || nth >= EFFECT_COUNT) return NULL;
  plugins[nth] = (OfxPlugin){"OfxImageEffectPluginAPI", 1, EFFECTS[nth].identifier, 1, 0, set_host, DOORS[nth]};
  return &plugins[nth];
}

OfxStatus OfxSetHost(const OfxHost *host) {
  the_host = (OfxHost *)host;
  return kOfxStatOK;
}
