/* The host's frames: fetched as the worker asks for them, and which those are. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job.h"

int read_picture(OfxPropertySetHandle image, Picture *picture) {
  void *data = NULL;
  int bounds[4] = {0, 0, 0, 0};
  const char *components = get_text(image, "OfxImageEffectPropComponents");
  if (suites.properties->propGetPointer(image, "OfxImagePropData", 0, &data) != kOfxStatOK || !data) return 0;
  if (suites.properties->propGetIntN(image, "OfxImagePropBounds", 4, bounds) != kOfxStatOK) return 0;
  if (strcmp(get_text(image, "OfxImageEffectPropPixelDepth"), "OfxBitDepthFloat")) return 0;
  picture->channels = !strcmp(components, "OfxImageComponentRGBA") ? 4 : !strcmp(components, "OfxImageComponentAlpha");
  picture->data = data;
  picture->bounds = (OfxRectI){bounds[0], bounds[1], bounds[2], bounds[3]};
  picture->row_bytes = get_whole(image, "OfxImagePropRowBytes", 0);
  return picture->channels && picture->bounds.x2 > picture->bounds.x1 && picture->bounds.y2 > picture->bounds.y1;
}

/* The clip's picture as it stands at the shot's first frame, in pixels: where its coordinates begin, always. */
OfxRectI display_of(const Instance *instance, int clip) {
  OfxRectD region = {0, 0, 0, 0};
  OfxRectI display = {0, 0, 0, 0};
  double aspect = get_number(instance->clip_properties[clip], "OfxImagePropPixelAspectRatio", 1);
  double across = instance->scale[0] / (aspect > 0 ? aspect : 1), up = instance->scale[1];
  int first = 0, last = 0;
  clip_range(instance, clip, &first, &last);
  if (suites.effects->clipGetRegionOfDefinition(instance->clips[clip], first, &region) == kOfxStatOK &&
      region.x2 - region.x1 < 1e6 && region.y2 - region.y1 < 1e6) {
    display = (OfxRectI){(int)floor(region.x1 * across + 0.5), (int)floor(region.y1 * up + 0.5),
                         (int)floor(region.x2 * across + 0.5), (int)floor(region.y2 * up + 0.5)};
  }
  return display;
}

static void put_window(Buffer *answer, const char *name, int x, int y, int width, int height) {
  const int numbers[] = {x, y, width, height};
  put_name(answer, name);
  put(answer, "[");
  for (int at = 0; at < 4; at++) {
    if (at) put(answer, ",");
    put_number(answer, numbers[at]);
  }
  put(answer, "]");
}

static void put_missing(Buffer *answer, const char *why) {
  put_name(answer, "missing");
  put_text(answer, why);
}

static void put_frame(Job *job, int clip, const Picture *picture, Bridge *bridge, int slot, Buffer *answer) {
  OfxRectI bounds = picture->bounds, display = display_of(job->instance, clip);
  int width = bounds.x2 - bounds.x1, height = bounds.y2 - bounds.y1;
  Mapping *mapping = bridge_slot(bridge, slot, (size_t)width * height * picture->channels * 2);
  char digest[24];
  if (!mapping) {
    put_missing(answer, "there is no room for it in shared memory.");
    return;
  }
  snprintf(digest, sizeof digest, "%016llx", (unsigned long long)pack_picture(picture, mapping->memory));
  if (display.x2 <= display.x1 || display.y2 <= display.y1) display = bounds;
  put_name(answer, "file");
  put_text(answer, mapping->path);
  put_name(answer, "digest");
  put_text(answer, digest);
  put_name(answer, "channels");
  put_number(answer, picture->channels);
  put_window(answer, "window", bounds.x1 - display.x1, display.y2 - bounds.y2, width, height);
  put_window(answer, "display", 0, 0, display.x2 - display.x1, display.y2 - display.y1);
  put_name(answer, "aspect");
  put_number(answer, get_number(job->instance->clip_properties[clip], "OfxImagePropPixelAspectRatio", 1));
}

static void fetch_frame(Job *job, int clip, int frame, Bridge *bridge, int slot, Buffer *answer) {
  OfxPropertySetHandle image = NULL;
  Picture picture;
  int own = clip == 0 && job->source && frame == (int)floor(job->time + 0.5);
  if (own) {
    put_frame(job, clip, job->source, bridge, slot, answer);
  } else if (suites.effects->clipGetImage(job->instance->clips[clip], frame, NULL, &image) != kOfxStatOK || !image) {
    put_missing(answer, "the host does not give it. `look at the shot` may get it.");
  } else {
    if (read_picture(image, &picture))
      put_frame(job, clip, &picture, bridge, slot, answer);
    else
      put_missing(answer, "the host gives no float RGBA picture.");
    suites.effects->clipReleaseImage(image);
  }
}

void want(void *argument, Bridge *bridge, const char *event) {
  Job *job = argument;
  const Effect *effect = job->instance->effect;
  Buffer answer = {0};
  char name[64];
  int clip = 0;
  json_text(event, "clip", name, sizeof name);
  while (clip < effect->clip_count && strcmp(effect->clips[clip].name, name)) clip++;
  put(&answer, "{");
  put_name(&answer, "request");
  put_text(&answer, "give");
  put_name(&answer, "id");
  put_number(&answer, json_number(event, "id", 0));
  if (clip < effect->clip_count && is_connected(job->instance, clip))
    fetch_frame(job, clip, (int)json_number(event, "frame", 0), bridge, (int)json_number(event, "slot", -1), &answer);
  else
    put_missing(&answer, "no such clip is connected.");
  put(&answer, "}");
  bridge_send(bridge, &answer);
  free(answer.text);
  if (job->target && !job->copied) { /* while the worker works */
    copy_picture(job->source, job->target, job->window);
    job->copied = 1;
  }
}

static int never(void *argument) {
  (void)argument;
  return 0;
}

static int list_frames(const char *frames, const char *clip, double **ranges) { /* as first and last of each stretch */
  double *numbers;
  const char *list = json_field(frames, clip), *end = list ? strchr(list, ']') : NULL;
  int room = 1, count, used = 0;
  *ranges = NULL;
  if (!end) return 0;
  for (const char *at = list; at < end; at++) room += *at == ',';
  numbers = malloc(sizeof *numbers * (size_t)room * 3);
  if (!numbers) return 0;
  count = json_numbers(frames, clip, numbers + 2 * (size_t)room, room);
  for (int at = 0; at < count; at++) {
    double frame = numbers[2 * (size_t)room + at];
    if (used && numbers[used - 1] == frame - 1) {
      numbers[used - 1] = frame;
    } else {
      numbers[used++] = frame;
      numbers[used++] = frame;
    }
  }
  *ranges = numbers;
  return used;
}

static void set_frames(const Instance *instance, int clip, int count, const double *ranges, OfxPropertySetHandle out) {
  char name[96];
  snprintf(name, sizeof name, "OfxImageClipPropFrameRange_%.60s", instance->effect->clips[clip].name);
  if (count) suites.properties->propSetDoubleN(out, name, count, ranges);
}

/* While a render is on nobody waits for it, which may be the host's own window: what is known already is said. */
static OfxStatus whole_shot(const Instance *instance, OfxPropertySetHandle out) {
  for (int clip = 0; clip < instance->effect->clip_count; clip++) {
    int first, last;
    double range[2];
    if (!is_connected(instance, clip) || !shot_range(instance, &first, &last)) continue;
    range[0] = first, range[1] = last;
    set_frames(instance, clip, 2, range, out);
  }
  return kOfxStatOK;
}

static int is_true(const char *object, const char *name) {
  const char *value = json_field(object, name);
  return value && !strncmp(value, "true", 4);
}

OfxStatus frames_needed(Instance *instance, OfxPropertySetHandle in, OfxPropertySetHandle out) {
  OfxTime time = get_number(in, "OfxPropTime", 0);
  Listener listener = {NULL, never, NULL, NULL, NULL};
  Buffer request = {0}, result = {0};
  char why[LONGEST_TEXT];
  Ending ending = ENDED_BADLY;
  if (leaves_source(instance, time) || is_thumbnail(instance, in)) return kOfxStatReplyDefault;
  if (!lock_try(instance->lock)) return instance->known ? kOfxStatReplyDefault : whole_shot(instance, out);
  if (write_request(instance, time, "plan", &request, why)) {
    ending = bridge_ask(&instance->bridge, &request, &listener, &result, why);
    if (ending == ENDED_WELL) instance->known = is_true(result.text, "known");
  }
  lock_give(instance->lock);
  for (int clip = 0; ending == ENDED_WELL && clip < instance->effect->clip_count; clip++) {
    double *ranges = NULL;
    int count = list_frames(json_field(result.text, "frames"), instance->effect->clips[clip].name, &ranges);
    set_frames(instance, clip, count, ranges, out);
    free(ranges);
  }
  free(request.text);
  free(result.text);
  return ending == ENDED_WELL ? kOfxStatOK : kOfxStatReplyDefault; /* what went wrong is told by the render */
}
