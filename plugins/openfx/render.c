/* Rendering: the source to the worker, the face back. Other frames are fetched as the worker asks for them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recast.h"

typedef struct {
  Instance *instance;
  OfxTime time;
  int first, last, copied; /* copied: the source is in the target already */
  const Picture *source, *target;
  OfxRectI window;
  int progressing; /* whether the host shows progress */
  int stopped;
} Job;

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

static int has_aborted(void *argument) {
  Job *job = argument;
  return job->stopped || suites.effects->abort(job->instance->handle);
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

static void want(void *argument, Bridge *bridge, const char *event) {
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

static void show_progress(void *argument, double done) {
  Job *job = argument;
  if (job->progressing && suites.progress->progressUpdate(job->instance->handle, done) == kOfxStatReplyNo)
    job->stopped = 1;
}

static void show_notice(void *argument, const char *text) { tell(((Job *)argument)->instance, "OfxMessageLog", text); }

static int lay_result(Job *job, const Bridge *bridge, const Buffer *result, int over_source, char *why) {
  char layout[16], path[LONGEST_PATH], type[16];
  double window[4];
  OfxRectI display = display_of(job->instance, 0);
  Planes planes = {0};
  Mapping *mapping = (Mapping *)&bridge->result;
  planes.count = (int)json_number(result->text, "count", 0);
  json_text(result->text, "layout", layout, sizeof layout);
  json_text(result->text, "file", path, sizeof path);
  json_text(result->text, "type", type, sizeof type);
  if (over_source && !job->copied) copy_picture(job->source, job->target, job->window);
  if (!over_source) copy_picture(NULL, job->target, job->window);
  if (!planes.count) return 1;
  if (json_numbers(result->text, "window", window, 4) == 4) {
    if (display.x2 <= display.x1 || display.y2 <= display.y1) display = job->source->bounds;
    planes.x = display.x1 + (int)window[0];
    planes.top = display.y2 - (int)window[1];
    planes.width = (int)window[2];
    planes.height = (int)window[3];
    planes.halves = !strcmp(type, "float16");
    if (strcmp(mapping->path, path)) {
      unmap(mapping);
      map_existing(mapping, path);
    }
    planes.data = mapping->memory;
    if (planes.data && planes.width > 0 && planes.height > 0 &&
        mapping->size >= (size_t)planes.width * planes.height * planes.count * (planes.halves ? 2 : 4) &&
        lay_planes(layout, &planes, job->target, job->window))
      return 1;
  }
  snprintf(why, LONGEST_TEXT, "The Recast worker's picture cannot be read.");
  return 0;
}

static OfxStatus run(Job *job, const char *extra, int over_source) {
  Instance *instance = job->instance;
  Listener listener = {job, has_aborted, want, show_progress, show_notice};
  Buffer request = {0}, result = {0};
  char why[LONGEST_TEXT] = "";
  Ending ending = ENDED_BADLY;
  if (write_request(instance, job->time, extra, &request, why)) {
    lock_take(instance->lock);
    ending = bridge_ask(&instance->bridge, &request, &listener, &result, why);
    if (ending == ENDED_WELL && job->target && !lay_result(job, &instance->bridge, &result, over_source, why))
      ending = ENDED_BADLY;
    lock_give(instance->lock);
  }
  free(request.text);
  free(result.text);
  if (ending != ENDED_WELL && job->target) /* a host may show what was rendered all the same: never half of it */
    copy_picture(ending == ENDED_BY_USER && over_source ? job->source : NULL, job->target, job->window);
  if (ending == ENDED_BADLY) tell_failure(instance, why);
  if (ending == ENDED_WELL) clear_failure(instance);
  return ending == ENDED_BADLY ? kOfxStatFailed : kOfxStatOK;
}

static int is_thumbnail(const Instance *instance, OfxPropertySetHandle in) {
  if (suites.resolve && get_whole(instance->output_properties, "kOfxImageClipPropThumbnail", 0)) return 1;
  return suites.recent && !strcmp(get_text(in, "OfxImageEffectPropThumbnailRender"), "true");
}

static OfxStatus render_into(Job *job, OfxPropertySetHandle in) {
  Instance *instance = job->instance;
  const char *output = option_at(instance, "output", job->time);
  int over_source = !strcmp(output, "composite") || !strcmp(output, "overlay");
  if (leaves_source(instance, job->time) || is_thumbnail(instance, in)) {
    copy_picture(job->source, job->target, job->window);
    return kOfxStatOK;
  }
  if (job->time < job->first - 0.5 || job->time >= job->last + 0.5) {
    copy_picture(over_source ? job->source : NULL, job->target, job->window);
    return kOfxStatOK;
  }
  job->copied = !over_source;
  return run(job, "", over_source);
}

OfxStatus render(Instance *instance, OfxPropertySetHandle in) {
  OfxPropertySetHandle output = NULL, source = NULL;
  Picture target, given;
  Job job = {.instance = instance, .first = 1, .source = &given, .target = &target};
  int window[4];
  OfxStatus status = kOfxStatFailed;
  const char *field = get_text(in, "OfxImageEffectPropFieldToRender");
  job.time = get_number(in, "OfxPropTime", 0);
  suites.properties->propGetDoubleN(in, "OfxImageEffectPropRenderScale", 2, instance->scale);
  if (suites.properties->propGetIntN(in, "OfxImageEffectPropRenderWindow", 4, window) != kOfxStatOK)
    return kOfxStatFailed;
  if (!strcmp(field, "OfxFieldLower") || !strcmp(field, "OfxFieldUpper")) {
    tell_failure(instance, "Recast works on whole frames. Deinterlace the clip before it.");
    return kOfxStatFailed;
  }
  if (!shot_range(instance, &job.first, &job.last)) job.first = job.last = (int)floor(job.time + 0.5);
  if (suites.effects->clipGetImage(instance->output, job.time, NULL, &output) != kOfxStatOK || !output)
    return kOfxStatFailed; /* the host has no picture to render into, and knows it */
  if (!instance->clips[0] || suites.effects->clipGetImage(instance->clips[0], job.time, NULL, &source) != kOfxStatOK)
    source = NULL;
  if (!read_picture(output, &target) || target.channels != 4)
    tell_failure(instance, "Recast renders float RGBA, which this host does not take.");
  else if (!source || !read_picture(source, &given) || given.channels != 4)
    tell_failure(instance, "Source: the host gives no float RGBA picture at this frame.");
  else {
    OfxRectI bounds = target.bounds;
    job.window = (OfxRectI){window[0] > bounds.x1 ? window[0] : bounds.x1, window[1] > bounds.y1 ? window[1] : bounds.y1,
                            window[2] < bounds.x2 ? window[2] : bounds.x2, window[3] < bounds.y2 ? window[3] : bounds.y2};
    status = job.window.x1 < job.window.x2 && job.window.y1 < job.window.y2 ? render_into(&job, in) : kOfxStatOK;
  }
  if (source) suites.effects->clipReleaseImage(source);
  suites.effects->clipReleaseImage(output);
  return status;
}

OfxStatus look_at_shot(Instance *instance, OfxTime time) {
  Job job = {.instance = instance, .time = time};
  OfxStatus status;
  if (suites.progress)
    job.progressing = suites.progress->progressStart(instance->handle, "Recast looks at the shot") == kOfxStatOK;
  status = run(&job, "analyse", 0);
  if (job.progressing) suites.progress->progressEnd(instance->handle);
  return status;
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

OfxStatus frames_needed(Instance *instance, OfxPropertySetHandle in, OfxPropertySetHandle out) {
  OfxTime time = get_number(in, "OfxPropTime", 0);
  Listener listener = {NULL, never, NULL, NULL, NULL};
  Buffer request = {0}, result = {0};
  char why[LONGEST_TEXT], name[96];
  Ending ending = ENDED_BADLY;
  if (leaves_source(instance, time) || is_thumbnail(instance, in)) return kOfxStatReplyDefault;
  if (write_request(instance, time, "plan", &request, why)) {
    lock_take(instance->lock);
    ending = bridge_ask(&instance->bridge, &request, &listener, &result, why);
    lock_give(instance->lock);
  }
  for (int clip = 0; ending == ENDED_WELL && clip < instance->effect->clip_count; clip++) {
    double *ranges = NULL;
    int count = list_frames(json_field(result.text, "frames"), instance->effect->clips[clip].name, &ranges);
    snprintf(name, sizeof name, "OfxImageClipPropFrameRange_%.60s", instance->effect->clips[clip].name);
    if (count) suites.properties->propSetDoubleN(out, name, count, ranges);
    free(ranges);
  }
  free(request.text);
  free(result.text);
  return ending == ENDED_WELL ? kOfxStatOK : kOfxStatReplyDefault; /* what went wrong is told by the render */
}
