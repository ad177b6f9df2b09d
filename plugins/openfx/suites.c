/* The host: its suites, its properties, its threads. */
#include <string.h>

#include "recast.h"

Suites suites;

static const void *fetch(const char *name, int version) {
  return suites.host->fetchSuite ? suites.host->fetchSuite(suites.host->host, name, version) : NULL;
}

OfxStatus suites_load(OfxHost *host) {
  int version[2] = {0, 0}, count = 0;
  const char *name;
  if (!host) return kOfxStatErrMissingHostFeature;
  memset(&suites, 0, sizeof suites);
  suites.host = host;
  suites.properties = fetch("OfxPropertySuite", 1);
  suites.effects = fetch("OfxImageEffectSuite", 1);
  suites.parameters = fetch("OfxParameterSuite", 1);
  if (!suites.properties || !suites.effects || !suites.parameters) return kOfxStatErrMissingHostFeature;
  suites.messages = fetch("OfxMessageSuite", 2);
  suites.persistent = suites.messages != NULL;
  if (!suites.messages) suites.messages = fetch("OfxMessageSuite", 1);
  suites.progress = fetch("OfxProgressSuite", 1);
  suites.threads = fetch("OfxMultiThreadSuite", 1);
  suites.aspects = get_whole(host->host, "OfxImageEffectPropSupportsMultipleClipPARs", 0);
  name = get_text(host->host, "OfxPropName");
  suites.resolve = strstr(name, "DaVinciResolve") || strstr(name, "blackmagicdesign");
  if (suites.properties->propGetDimension(host->host, "OfxPropAPIVersion", &count) == kOfxStatOK && count >= 2)
    suites.properties->propGetIntN(host->host, "OfxPropAPIVersion", 2, version);
  suites.recent = version[0] > 1 || (version[0] == 1 && version[1] >= 5);
  if (suites.recent) {
    const char *style = get_text(host->host, "OfxImageEffectPropColourManagementStyle");
    suites.colour = *style && strcmp(style, "OfxImageEffectColourManagementNone");
  }
  return kOfxStatOK;
}

void set_text(OfxPropertySetHandle set, const char *name, const char *value) {
  suites.properties->propSetString(set, name, 0, value);
}

void set_whole(OfxPropertySetHandle set, const char *name, int value) {
  suites.properties->propSetInt(set, name, 0, value);
}

void set_number(OfxPropertySetHandle set, const char *name, double value) {
  suites.properties->propSetDouble(set, name, 0, value);
}

const char *get_text(OfxPropertySetHandle set, const char *name) {
  char *value = NULL;
  int good = suites.properties->propGetString(set, name, 0, &value) == kOfxStatOK;
  return good && value ? value : "";
}

int get_whole(OfxPropertySetHandle set, const char *name, int fallback) {
  int value = fallback;
  return suites.properties->propGetInt(set, name, 0, &value) == kOfxStatOK ? value : fallback;
}

double get_number(OfxPropertySetHandle set, const char *name, double fallback) {
  double value = fallback;
  return suites.properties->propGetDouble(set, name, 0, &value) == kOfxStatOK ? value : fallback;
}

typedef struct { int rows; void (*work)(void *, int); void *argument; } Rows;

static void do_share(unsigned int index, unsigned int count, void *argument) {
  const Rows *rows = argument;
  int first = (int)((int64_t)rows->rows * index / count), end = (int)((int64_t)rows->rows * (index + 1) / count);
  for (int row = first; row < end; row++) rows->work(rows->argument, row);
}

void for_rows(int count, void (*work)(void *, int), void *argument) {
  Rows rows = {count, work, argument};
  unsigned int threads = 1;
  const OfxMultiThreadSuiteV1 *host = suites.threads;
  if (host && count >= 256 && host->multiThreadNumCPUs(&threads) == kOfxStatOK && threads > 1)
    if (host->multiThread(do_share, threads > 8 ? 8 : threads, &rows) == kOfxStatOK) return;
  do_share(0, 1, &rows); /* also where the host takes us for one of its own threads */
}
