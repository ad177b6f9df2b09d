/* The little of JSON that goes between plugin and worker. Numbers never depend on the host's locale. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recast.h"

static void put_bytes(Buffer *buffer, const char *bytes, size_t length) {
  if (buffer->length + length + 1 > buffer->room) {
    size_t room = (buffer->length + length + 1) * 2;
    char *text = realloc(buffer->text, room);
    if (!text) abort(); /* a request is a few kilobytes */
    buffer->text = text;
    buffer->room = room;
  }
  memcpy(buffer->text + buffer->length, bytes, length);
  buffer->length += length;
  buffer->text[buffer->length] = 0;
}

void put(Buffer *buffer, const char *text) { put_bytes(buffer, text, strlen(text)); }

void put_text(Buffer *buffer, const char *text) {
  char escape[8];
  put(buffer, "\"");
  for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
    if (*at == '"' || *at == '\\' || *at < 32) {
      snprintf(escape, sizeof escape, "\\u%04x", *at);
      put(buffer, escape);
    } else {
      put_bytes(buffer, (const char *)at, 1);
    }
  }
  put(buffer, "\"");
}

void put_number(Buffer *buffer, double value) {
  char text[40];
  snprintf(text, sizeof text, "%.17g", isfinite(value) ? value : 0.0);
  for (char *at = text; *at; at++)
    if (*at == ',') *at = '.';
  put(buffer, text);
}

void put_name(Buffer *buffer, const char *name) {
  char last = buffer->length ? buffer->text[buffer->length - 1] : '{';
  if (last != '{') put(buffer, ",");
  put_text(buffer, name);
  put(buffer, ":");
}

static const char *skip_space(const char *at) {
  while (*at == ' ' || *at == '\t') at++;
  return at;
}

static const char *skip_text(const char *at) { /* from its first quote to behind its last */
  for (at++; *at && *at != '"'; at++)
    if (*at == '\\' && at[1]) at++;
  return *at ? at + 1 : at;
}

static const char *skip_value(const char *at) {
  int depth = 0;
  for (; *at; at++) {
    if (*at == '"') {
      at = skip_text(at) - 1;
    } else if (*at == '{' || *at == '[') {
      depth++;
    } else if (*at == '}' || *at == ']') {
      if (depth-- == 0) return at;
    } else if (*at == ',' && depth == 0) {
      return at;
    }
  }
  return at;
}

const char *json_field(const char *object, const char *name) {
  size_t length = strlen(name);
  const char *at = object ? strchr(object, '{') : NULL;
  if (!at) return NULL;
  for (at = skip_space(at + 1); *at == '"';) {
    const char *key = at + 1, *end = skip_text(at);
    int same = (size_t)(end - 1 - key) == length && !strncmp(key, name, length);
    at = skip_space(end);
    if (*at != ':') return NULL;
    at = skip_space(at + 1);
    if (same) return at;
    at = skip_value(at);
    if (*at != ',') return NULL;
    at = skip_space(at + 1);
  }
  return NULL;
}

static size_t put_code(char *target, size_t room, unsigned code) { /* a letter as UTF-8 */
  char bytes[4];
  size_t count = code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
  if (count == 1) {
    bytes[0] = (char)code;
  } else if (count == 2) {
    bytes[0] = (char)(0xC0 | code >> 6);
    bytes[1] = (char)(0x80 | (code & 63));
  } else {
    bytes[0] = (char)(0xE0 | code >> 12);
    bytes[1] = (char)(0x80 | (code >> 6 & 63));
    bytes[2] = (char)(0x80 | (code & 63));
  }
  if (count > room) return 0;
  memcpy(target, bytes, count);
  return count;
}

static unsigned hexadecimal(const char *at) {
  unsigned value = 0;
  for (int digit = 0; digit < 4; digit++) {
    char letter = at[digit];
    unsigned worth = letter >= '0' && letter <= '9' ? (unsigned)(letter - '0') : ((unsigned)letter | 32) - 'a' + 10;
    if (worth > 15) return '?';
    value = value * 16 + worth;
  }
  return value;
}

int json_text(const char *object, const char *name, char *target, size_t room) {
  const char *at = json_field(object, name);
  size_t length = 0;
  target[0] = 0;
  if (!at || *at != '"') return 0;
  for (at++; *at && *at != '"' && length + 4 < room; at++) {
    if (*at != '\\') {
      target[length++] = *at;
    } else if (at[1] == 'u' && strlen(at) > 5) {
      length += put_code(target + length, room - length - 1, hexadecimal(at + 2));
      at += 5;
    } else if (at[1]) {
      at++;
      target[length++] = *at == 'n' ? '\n' : *at == 't' ? '\t' : *at;
    }
  }
  target[length] = 0;
  return 1;
}

static const char *read_number(const char *at, double *value) { /* whole or decimal; no exponents come from the worker */
  double sign = 1, scale = 1, result = 0;
  if (*at == '-') sign = -1, at++;
  for (; *at >= '0' && *at <= '9'; at++) result = result * 10 + (*at - '0');
  if (*at == '.')
    for (at++; *at >= '0' && *at <= '9'; at++) result += (*at - '0') * (scale /= 10);
  *value = sign * result;
  return at;
}

double json_number(const char *object, const char *name, double fallback) {
  const char *at = json_field(object, name);
  double value = fallback;
  if (at && (*at == '-' || (*at >= '0' && *at <= '9'))) read_number(at, &value);
  return value;
}

int json_numbers(const char *object, const char *name, double *target, int count) {
  const char *at = json_field(object, name);
  int found = 0;
  if (!at || *at != '[') return 0;
  for (at = skip_space(at + 1); found < count && (*at == '-' || (*at >= '0' && *at <= '9')); found++) {
    at = skip_space(read_number(at, &target[found]));
    if (*at == ',') at = skip_space(at + 1);
  }
  return found;
}
