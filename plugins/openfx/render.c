/* Rendering: the source to the worker, the face back. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job.h"

static int has_aborted(void *argument) {
  Job *job = argument;
  return job->stopped || suites.effects->abort(job->instance->handle);
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

int is_thumbnail(const Instance *instance, OfxPropertySetHandle in) {
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
