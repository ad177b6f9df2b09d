/* Pixels: between a host's float RGBA, rows from the bottom, and the worker's planes, rows from the top. */
#include <stdlib.h>
#include <string.h>

#include "recast.h"

#if (defined(__x86_64__) || defined(_M_X64)) && (defined(__GNUC__) || defined(__clang__))
#include <cpuid.h>
#include <immintrin.h>
#define HAVE_F16C 1
#endif

static uint16_t half_of_float(float value) { /* to the nearest, ties to even; what is too large is the largest half */
  uint32_t bits, sign, magnitude;
  memcpy(&bits, &value, 4);
  sign = bits >> 16 & 0x8000;
  magnitude = bits & 0x7FFFFFFF;
  if (magnitude > 0x7F800000) return (uint16_t)(sign | 0x7E00);  /* not a number */
  if (magnitude == 0x7F800000) return (uint16_t)(sign | 0x7C00); /* infinite */
  if (magnitude >= 0x477FE000) return (uint16_t)(sign | 0x7BFF);
  if (magnitude < 0x38800000) { /* below the least normal half */
    uint32_t shift = 126 - (magnitude >> 23), whole = (magnitude & 0x7FFFFF) | 0x800000, rest, half;
    if (shift > 24) return (uint16_t)sign;
    half = whole >> shift;
    rest = whole & ((1u << shift) - 1);
    half += rest > 1u << (shift - 1) || (rest == 1u << (shift - 1) && (half & 1));
    return (uint16_t)(sign | half);
  }
  magnitude += 0xFFF + (magnitude >> 13 & 1);
  return (uint16_t)(sign | (magnitude - 0x38000000) >> 13);
}

float float_of_half(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 0x3FF, bits;
  float value;
  if (exponent == 31) {
    bits = sign | 0x7F800000 | fraction << 13;
  } else if (exponent) {
    bits = sign | (exponent + 112) << 23 | fraction << 13;
  } else {
    value = (float)fraction / 16777216.0f;
    return sign ? -value : value;
  }
  memcpy(&value, &bits, 4);
  return value;
}

static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
  return hash ^ hash >> 29;
}

static uint64_t pack_plainly(const float *source, int from, int width, int channels, uint16_t *const *planes) {
  uint64_t hash = 0;
  for (int x = from; x < width; x++)
    for (int channel = 0; channel < channels; channel++) {
      uint16_t half = half_of_float(source[(size_t)x * channels + channel]);
      planes[channel][x] = half;
      hash = mix(hash, half);
    }
  return hash;
}

#ifdef HAVE_F16C
__attribute__((target("avx,f16c"))) static __m128i four_halves(__m128 values) {
  const __m128 most = _mm_set1_ps(65504.0f), endless = _mm_set1_ps(__builtin_inff());
  __m128 size = _mm_andnot_ps(_mm_set1_ps(-0.0f), values);
  __m128 over = _mm_and_ps(_mm_cmpgt_ps(size, most), _mm_cmplt_ps(size, endless)); /* neither infinite nor no number */
  __m128 limited = _mm_or_ps(_mm_and_ps(_mm_set1_ps(-0.0f), values), most);
  return _mm_cvtps_ph(_mm_blendv_ps(values, limited, over), 0);
}

__attribute__((target("avx,f16c"))) static uint64_t pack_quickly(const float *source, int width,
                                                                  uint16_t *const *planes) {
  uint64_t hashes[4] = {1, 2, 3, 4};
  int x = 0;
  for (; x + 4 <= width; x += 4) {
    __m128 rows[4];
    for (int at = 0; at < 4; at++) rows[at] = _mm_loadu_ps(source + 4 * (size_t)(x + at));
    _MM_TRANSPOSE4_PS(rows[0], rows[1], rows[2], rows[3]);
    for (int channel = 0; channel < 4; channel++) {
      __m128i halves = four_halves(rows[channel]);
      _mm_storel_epi64((__m128i *)(planes[channel] + x), halves);
      hashes[channel] = mix(hashes[channel], (uint64_t)_mm_cvtsi128_si64(halves));
    }
  }
  for (int channel = 1; channel < 4; channel++) hashes[0] = mix(hashes[0], hashes[channel]);
  return mix(hashes[0], pack_plainly(source, x, width, 4, planes));
}

static int is_quick(void) { /* OSXSAVE, AVX and F16C */
  const unsigned wanted = 1u << 27 | 1u << 28 | 1u << 29;
  unsigned a, b, features = 0, d;
  return __get_cpuid(1, &a, &b, &features, &d) && (features & wanted) == wanted;
}
#endif

static uint64_t pack_row(const float *source, int width, int channels, uint16_t *const *planes) {
#ifdef HAVE_F16C
  static int quick = -1;
  if (quick < 0) quick = is_quick();
  if (channels == 4 && quick) return pack_quickly(source, width, planes);
#endif
  return pack_plainly(source, 0, width, channels, planes);
}

static const float *row_of(const Picture *picture, int y) {
  return (const float *)(picture->data + (y - picture->bounds.y1) * picture->row_bytes);
}

typedef struct { const Picture *picture; uint16_t *planes; uint64_t *hashes; } Packing;

static void pack_one(void *argument, int row) {
  const Packing *packing = argument;
  const Picture *picture = packing->picture;
  int width = picture->bounds.x2 - picture->bounds.x1, height = picture->bounds.y2 - picture->bounds.y1;
  uint16_t *planes[4];
  for (int channel = 0; channel < picture->channels; channel++)
    planes[channel] = packing->planes + ((size_t)channel * height + row) * width;
  packing->hashes[row] = pack_row(row_of(picture, picture->bounds.y2 - 1 - row), width, picture->channels, planes);
}

uint64_t pack_picture(const Picture *picture, uint16_t *planes) {
  int height = picture->bounds.y2 - picture->bounds.y1;
  uint64_t hash = (uint64_t)height, *hashes = calloc(height > 0 ? height : 1, sizeof *hashes);
  Packing packing = {picture, planes, hashes};
  if (!hashes) return 0;
  for_rows(height, pack_one, &packing);
  for (int row = 0; row < height; row++) hash = mix(hash, hashes[row]);
  free(hashes);
  return hash;
}

typedef struct { const Picture *source, *target; OfxRectI window; } Copying;

static void copy_one(void *argument, int row) {
  const Copying *copying = argument;
  const Picture *source = copying->source;
  int y = copying->window.y1 + row, x1 = copying->window.x1, x2 = copying->window.x2;
  float *target = (float *)row_of(copying->target, y) + (size_t)(x1 - copying->target->bounds.x1) * 4;
  int from = x1, to = x1;
  if (source && y >= source->bounds.y1 && y < source->bounds.y2) {
    from = source->bounds.x1 > x1 ? source->bounds.x1 : x1;
    to = source->bounds.x2 < x2 ? source->bounds.x2 : x2;
    if (from > x2) from = x2;
    if (to < from) to = from;
    memcpy(target + (size_t)(from - x1) * 4, row_of(source, y) + (size_t)(from - source->bounds.x1) * 4,
           (size_t)(to - from) * 16);
  }
  memset(target, 0, (size_t)(from - x1) * 16);
  memset(target + (size_t)(to - x1) * 4, 0, (size_t)(x2 - to) * 16);
}

void copy_picture(const Picture *source, const Picture *target, OfxRectI window) {
  Copying copying = {source, target, window};
  for_rows(window.y2 - window.y1, copy_one, &copying);
}

typedef enum { RGB, RGBA, RGB1, ONE, UV, OVER, LAYOUTS } Layout;
static const char *const LAYOUT_NAMES[LAYOUTS] = {"rgb", "rgba", "rgb1", "a", "uv", "over"};
static const int LAYOUT_PLANES[LAYOUTS] = {3, 4, 3, 1, 2, 4};

typedef struct {
  Layout layout;
  const Planes *planes;
  const Picture *target;
  OfxRectI window; /* where both the planes and the target are */
} Laying;

static void lay_pixel(Layout layout, const float *value, float *pixel) {
  switch (layout) {
    case ONE:
      pixel[0] = pixel[1] = pixel[2] = pixel[3] = value[0];
      break;
    case UV:
      pixel[0] = value[0], pixel[1] = value[1], pixel[2] = 0, pixel[3] = 1;
      break;
    case OVER:
      for (int channel = 0; channel < 4; channel++)
        pixel[channel] = pixel[channel] * (1 - value[3]) + value[channel];
      break;
    default:
      memcpy(pixel, value, 3 * sizeof *value);
      if (layout != RGB) pixel[3] = layout == RGBA ? value[3] : 1;
  }
}

static void lay_one(void *argument, int row) {
  const Laying *laying = argument;
  const Planes *planes = laying->planes;
  int y = laying->window.y1 + row, width = laying->window.x2 - laying->window.x1;
  size_t skip = (size_t)(planes->top - 1 - y) * planes->width + (laying->window.x1 - planes->x);
  size_t plane = (size_t)planes->width * planes->height;
  float *pixels = (float *)row_of(laying->target, y) + (size_t)(laying->window.x1 - laying->target->bounds.x1) * 4;
  int keeps = laying->layout == RGB; /* a value that is still the source's half keeps the source's float */
  for (int x = 0; x < width; x++) {
    float values[4], *pixel = pixels + 4 * (size_t)x;
    for (int at = 0; at < planes->count; at++) {
      if (planes->halves) {
        uint16_t half = ((const uint16_t *)planes->data)[plane * at + skip + x];
        values[at] = keeps && half == half_of_float(pixel[at]) ? pixel[at] : float_of_half(half);
      } else {
        values[at] = ((const float *)planes->data)[plane * at + skip + x];
      }
    }
    lay_pixel(laying->layout, values, pixel);
  }
}

int lay_planes(const char *layout, const Planes *planes, const Picture *target, OfxRectI window) {
  Laying laying = {RGB, planes, target, window};
  OfxRectI *within = &laying.window;
  while (laying.layout < LAYOUTS && strcmp(layout, LAYOUT_NAMES[laying.layout])) laying.layout++;
  if (laying.layout == LAYOUTS || planes->count != LAYOUT_PLANES[laying.layout]) return 0;
  if (planes->x > within->x1) within->x1 = planes->x;
  if (planes->x + planes->width < within->x2) within->x2 = planes->x + planes->width;
  if (planes->top - planes->height > within->y1) within->y1 = planes->top - planes->height;
  if (planes->top < within->y2) within->y2 = planes->top;
  if (within->x1 < within->x2 && within->y1 < within->y2) for_rows(within->y2 - within->y1, lay_one, &laying);
  return 1;
}
