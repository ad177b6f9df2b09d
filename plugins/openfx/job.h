/* One request while it is on, as its callbacks see it. */
#ifndef RECAST_JOB_H
#define RECAST_JOB_H

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

void want(void *job, Bridge *bridge, const char *event); /* the worker wants a frame: fetch it and give it */

#endif
