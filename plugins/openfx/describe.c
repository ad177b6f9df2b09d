/* What the host is told of an effect: contexts, clips, parameters, and what it can and cannot do. */
#include <string.h>

#include "recast.h"

#define GROUPING "Recast"
#define NATIVE_COLOUR "ofx-native-v1.5_aces-v1.3_ocio-v2.3"

OfxStatus describe(const Effect *effect, OfxImageEffectHandle handle) {
  OfxPropertySetHandle set;
  if (suites.effects->getPropertySet(handle, &set) != kOfxStatOK) return kOfxStatErrBadHandle;
  set_text(set, "OfxPropLabel", effect->label);
  set_text(set, "OfxPropShortLabel", effect->label);
  set_text(set, "OfxPropLongLabel", effect->label);
  set_text(set, "OfxPropPluginDescription", effect->tip);
  set_text(set, "OfxImageEffectPluginPropGrouping", GROUPING);
  int contexts = 0;
  if (effect->clip_count == 1 || effect->clips[1].optional) /* a filter has no other clip that must be there */
    suites.properties->propSetString(set, "OfxImageEffectPropSupportedContexts", contexts++, "OfxImageEffectContextFilter");
  suites.properties->propSetString(set, "OfxImageEffectPropSupportedContexts", contexts, "OfxImageEffectContextGeneral");
  set_text(set, "OfxImageEffectPropSupportedPixelDepths", "OfxBitDepthFloat");
  set_text(set, "OfxImageEffectPluginRenderThreadSafety", "OfxImageEffectRenderInstanceSafe");
  set_whole(set, "OfxImageEffectPluginPropHostFrameThreading", 0);
  set_whole(set, "OfxImageEffectPluginPropSingleInstance", 0);
  set_whole(set, "OfxImageEffectPropSupportsTiles", 0);
  set_whole(set, "OfxImageEffectPropSupportsMultiResolution", 1);
  set_whole(set, "OfxImageEffectPropTemporalClipAccess", 1);
  set_whole(set, "OfxImageEffectPluginPropFieldRenderTwiceAlways", 0);
  set_whole(set, "OfxImageEffectPropMultipleClipDepths", 0);
  set_whole(set, "OfxImageEffectPropSupportsMultipleClipPARs", 1);
  if (suites.colour) {
    set_text(set, "OfxImageEffectPropColourManagementStyle", "OfxImageEffectColourManagementFull");
    set_text(set, "OfxImageEffectPropColourManagementAvailableConfigs", NATIVE_COLOUR);
  }
  return kOfxStatOK;
}

static void define_clip(OfxImageEffectHandle handle, const char *name, const char *label, int optional, int mask) {
  OfxPropertySetHandle set;
  if (suites.effects->clipDefine(handle, name, &set) != kOfxStatOK) return;
  set_text(set, "OfxPropLabel", label);
  if (mask) {
    set_text(set, "OfxImageEffectPropSupportedComponents", "OfxImageComponentAlpha");
    suites.properties->propSetString(set, "OfxImageEffectPropSupportedComponents", 1, "OfxImageComponentRGBA");
  } else {
    set_text(set, "OfxImageEffectPropSupportedComponents", "OfxImageComponentRGBA");
  }
  set_whole(set, "OfxImageClipPropOptional", optional);
  set_whole(set, "OfxImageClipPropIsMask", mask);
  set_whole(set, "OfxImageEffectPropSupportsTiles", 0);
  set_whole(set, "OfxImageEffectPropTemporalClipAccess", strcmp(name, "Output") != 0);
  set_text(set, "OfxImageClipPropFieldExtraction", "OfxFieldBoth"); /* whole frames: half a face is none */
}

static const char *type_of(Kind kind) {
  static const char *const types[] = {
      [KIND_DOUBLE] = "OfxParamTypeDouble",   [KIND_INTEGER] = "OfxParamTypeInteger",
      [KIND_BOOLEAN] = "OfxParamTypeBoolean", [KIND_CHOICE] = "OfxParamTypeChoice",
      [KIND_STRING] = "OfxParamTypeString",   [KIND_FILE] = "OfxParamTypeString",
      [KIND_BUTTON] = "OfxParamTypePushButton"};
  return types[kind];
}

static void set_numbers(OfxPropertySetHandle set, const Parameter *parameter) {
  const char *const names[] = {"OfxParamPropDefault", "OfxParamPropMin", "OfxParamPropMax", "OfxParamPropDisplayMin",
                               "OfxParamPropDisplayMax"};
  const double values[] = {parameter->fallback, parameter->low, parameter->high, parameter->soft_low,
                           parameter->soft_high};
  for (int at = 0; at < 5; at++) { /* Resolve wants both ranges */
    if (parameter->kind == KIND_DOUBLE)
      set_number(set, names[at], values[at]);
    else
      set_whole(set, names[at], (int)values[at]);
  }
  if (parameter->kind != KIND_DOUBLE) return;
  double span = parameter->soft_high - parameter->soft_low;
  set_text(set, "OfxParamPropDoubleType", "OfxParamDoubleTypePlain");
  set_number(set, "OfxParamPropIncrement", span / 100);
  set_whole(set, "OfxParamPropDigits", span < 0.001 ? 8 : span < 100 ? 3 : 1);
}

static void set_value(OfxPropertySetHandle set, const Parameter *parameter) {
  switch (parameter->kind) {
    case KIND_DOUBLE:
    case KIND_INTEGER:
      set_numbers(set, parameter);
      break;
    case KIND_CHOICE:
      for (int at = 0; parameter->options[at]; at++)
        suites.properties->propSetString(set, "OfxParamPropChoiceOption", at, parameter->options[at]);
      set_whole(set, "OfxParamPropDefault", (int)parameter->fallback);
      break;
    case KIND_BOOLEAN:
      set_whole(set, "OfxParamPropDefault", parameter->fallback != 0);
      break;
    case KIND_FILE:
      set_text(set, "OfxParamPropStringMode", "OfxParamStringIsFilePath");
      set_whole(set, "OfxParamPropStringFilePathExists", 0); /* a pattern is no file */
      set_text(set, "OfxParamPropDefault", parameter->text);
      break;
    default:
      set_text(set, "OfxParamPropStringMode", "OfxParamStringIsSingleLine");
      set_text(set, "OfxParamPropDefault", parameter->text);
  }
  set_whole(set, "OfxParamPropAnimates", parameter->animates);
}

static void define_parameter(OfxParamSetHandle parameters, const Parameter *parameter) {
  OfxPropertySetHandle set;
  if (suites.parameters->paramDefine(parameters, type_of(parameter->kind), parameter->name, &set) != kOfxStatOK) return;
  set_text(set, "OfxPropLabel", parameter->label);
  set_text(set, "OfxParamPropHint", parameter->tip);
  set_text(set, "OfxParamPropScriptName", parameter->name);
  if (parameter->group) set_text(set, "OfxParamPropParent", parameter->group);
  if (parameter->kind != KIND_BUTTON) set_value(set, parameter);
}

OfxStatus describe_in_context(const Effect *effect, OfxImageEffectHandle handle) {
  OfxParamSetHandle parameters;
  OfxPropertySetHandle set;
  for (int at = 0; at < effect->clip_count; at++) {
    const Clip *clip = &effect->clips[at];
    define_clip(handle, clip->name, clip->name, clip->optional, clip->mask);
  }
  define_clip(handle, "Output", "Output", 0, 0);
  if (suites.effects->getParamSet(handle, &parameters) != kOfxStatOK) return kOfxStatErrBadHandle;
  for (int at = 0; at < effect->group_count; at++) {
    const Group *group = &effect->groups[at];
    if (suites.parameters->paramDefine(parameters, "OfxParamTypeGroup", group->name, &set) != kOfxStatOK) continue;
    set_text(set, "OfxPropLabel", group->label);
    set_whole(set, "OfxParamPropGroupOpen", at == 0);
  }
  for (int at = 0; at < effect->parameter_count; at++) define_parameter(parameters, &effect->parameters[at]);
  if (suites.parameters->paramDefine(parameters, "OfxParamTypePage", "Controls", &set) == kOfxStatOK) {
    set_text(set, "OfxPropLabel", "Controls");
    for (int at = 0; at < effect->parameter_count; at++)
      suites.properties->propSetString(set, "OfxParamPropPageChild", at, effect->parameters[at].name);
  }
  return kOfxStatOK;
}
