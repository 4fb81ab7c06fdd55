// The best C on one thread that we know how to write: separators are found 64 bytes at a time, words of up to 16 bytes
// live in the slot itself, and slots are fetched ahead of their use. Prints `word<TAB>count`, in no order.
//
// Three passes over a piece of input that stays in the first cache: where separators are; key and hash of each word;
// counting. Each is a short loop without a jump that the processor could guess wrong for words of usual length.
#define _GNU_SOURCE // F_SETPIPE_SZ
#include <fcntl.h>
#include <immintrin.h>
#include <stdint.h>
#include <string.h>
#include "input.h"

#define PIECE 4096 // bytes per round of the three passes
#define INLINE 16  // bytes of a word that are kept in its slot
#define PADDING 64 // bytes behind the input that may be read

typedef struct {
  __m128i key; // the word, padded with zeros; a longer word: its hash, and its offset in `arena`
  uint64_t length;
  uint64_t count; // 0: the slot is free
} Slot;

typedef struct {
  __m128i key;
  uint64_t hash;
  uint64_t length;
  const char *word;
} Word;

static Slot *table;
static uint64_t capacity = 1 << 17, used;
static char *arena;
static size_t arena_size = 1 << 20, arena_used;
static uint32_t ends[PIECE + PADDING];
static Word words[PIECE + 1];

// Load at `masks + 16 - length` to have `length` bytes of ones first.
static const uint8_t masks[32] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

static inline uint64_t mix(uint64_t low, uint64_t high, uint64_t length) {
  uint64_t hash = (low ^ (high * 0x9e3779b97f4a7c15ULL) ^ (length << 56)) * 0xff51afd7ed558ccdULL;
  return hash ^ (hash >> 32);
}

static uint64_t hash_long(const char *word, uint64_t length) {
  uint64_t hash = length, part;
  for (; length >= 8; word += 8, length -= 8) {
    memcpy(&part, word, 8);
    hash = mix(hash, part, 0);
  }
  part = 0;
  memcpy(&part, word, length);
  return mix(hash, part, 1);
}

static inline int same(const Slot *slot, const Word *word) {
  if (__builtin_expect(slot->length != word->length, 0)) return 0;
  if (__builtin_expect(word->length <= INLINE, 1)) {
    return _mm_movemask_epi8(_mm_cmpeq_epi8(slot->key, word->key)) == 0xffff;
  }
  return (uint64_t)_mm_extract_epi64(slot->key, 0) == word->hash &&
         memcmp(arena + _mm_extract_epi64(slot->key, 1), word->word, word->length) == 0;
}

static uint64_t hash_of(const Slot *slot) {
  uint64_t low = (uint64_t)_mm_extract_epi64(slot->key, 0), high = (uint64_t)_mm_extract_epi64(slot->key, 1);
  return slot->length <= INLINE ? mix(low, high, slot->length) : low;
}

static Slot *allocate(uint64_t size) {
  Slot *slots = aligned_alloc(64, size * sizeof(Slot));
  memset(slots, 0, size * sizeof(Slot));
  return slots;
}

static void grow(void) {
  Slot *larger = allocate(capacity * 2);
  for (uint64_t i = 0; i < capacity; i++) {
    if (table[i].count == 0) continue;
    uint64_t place = hash_of(&table[i]) & (capacity * 2 - 1);
    while (larger[place].count != 0) place = (place + 1) & (capacity * 2 - 1);
    larger[place] = table[i];
  }
  free(table);
  table = larger;
  capacity *= 2;
}

static __attribute__((noinline)) void insert(Slot *slot, const Word *word) {
  *slot = (Slot){.key = word->key, .length = word->length, .count = 1};
  if (word->length > INLINE) {
    while (arena_used + word->length > arena_size) arena = realloc(arena, arena_size *= 2);
    memcpy(arena + arena_used, word->word, word->length);
    slot->key = _mm_set_epi64x((long long)arena_used, (long long)word->hash);
    arena_used += word->length;
  }
  if (++used * 2 > capacity) grow();
}

static inline uint64_t separators(const char *at) {
#ifdef __AVX512BW__
  __m512i bytes = _mm512_loadu_si512(at);
  return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(' ')) |
         _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n'));
#else
  uint64_t mask = 0;
  for (int half = 0; half < 2; half++) {
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(at + 32 * half));
    __m256i found = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(' ')),
                                    _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n')));
    mask |= (uint64_t)(uint32_t)_mm256_movemask_epi8(found) << (32 * half);
  }
  return mask;
#endif
}

// Pass 1: the places of all separators in `length` bytes. Eight are written whatever their number, so that the usual
// block needs no loop of unforeseeable length.
static inline size_t find_ends(const char *at, size_t length) {
  size_t found = 0;
  for (size_t i = 0; i < length; i += 64) {
    uint64_t mask = separators(at + i);
    if (__builtin_expect(length - i < 64, 0)) mask &= (1ULL << (length - i)) - 1;
    size_t number = (size_t)__builtin_popcountll(mask);
    for (size_t written = 0; written < number; written += 8) {
      for (size_t k = 0; k < 8; k++) {
        ends[found + written + k] = (uint32_t)(i + _tzcnt_u64(mask));
        mask = _blsr_u64(mask);
      }
    }
    found += number;
  }
  return found;
}

// Passes 2 and 3 over the words that end in `at[0..]`; the first begins at `start`. Returns where the next one begins.
static inline const char *count_words(const char *start, const char *at, size_t found) {
  size_t number = 0;
  for (size_t i = 0; i < found; i++) {
    uint64_t length = (uint64_t)(at + ends[i] - start);
    Word *word = &words[number];
    word->length = length;
    word->word = start;
    if (__builtin_expect(length <= INLINE, 1)) {
      __m128i mask = _mm_loadu_si128((const __m128i *)(masks + 16 - length));
      word->key = _mm_and_si128(_mm_loadu_si128((const __m128i *)start), mask);
      word->hash = mix((uint64_t)_mm_extract_epi64(word->key, 0), (uint64_t)_mm_extract_epi64(word->key, 1), length);
    } else {
      word->hash = hash_long(start, length);
    }
    __builtin_prefetch(&table[word->hash & (capacity - 1)], 1);
    number += length != 0;
    start = at + ends[i] + 1;
  }
  for (size_t i = 0; i < number; i++) {
    const Word *word = &words[i];
    for (uint64_t place = word->hash & (capacity - 1);; place = (place + 1) & (capacity - 1)) {
      Slot *slot = &table[place];
      if (__builtin_expect(same(slot, word), 1)) {
        slot->count++;
        break;
      }
      if (slot->count == 0) {
        insert(slot, word);
        break;
      }
    }
  }
  return start;
}

static void print(void) {
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  for (uint64_t i = 0; i < capacity; i++) {
    Slot *slot = &table[i];
    if (slot->count == 0) continue;
    const char *word = slot->length <= INLINE ? (const char *)&slot->key : arena + _mm_extract_epi64(slot->key, 1);
    fwrite(word, 1, slot->length, stdout);
    printf("\t%lu\n", slot->count);
  }
}

int main(int argc, char **argv) {
  int input = open_input(argc, argv);
  fcntl(input, F_SETPIPE_SZ, 1 << 20); // fewer changes between writer and reader; means nothing to a socket
  size_t size = 1 << 18, carry = 0;
  char *buffer = malloc(size + PADDING);
  table = allocate(capacity);
  arena = malloc(arena_size);
  for (;;) {
    if (carry * 2 > size) buffer = realloc(buffer, (size *= 2) + PADDING);
    ssize_t got = read(input, buffer + carry, size - carry);
    if (got < 0) return perror("read"), 1;
    size_t end = carry + (size_t)got;
    if (got == 0) buffer[end++] = '\n'; // the last line may have no end
    const char *start = buffer;
    for (size_t i = carry; i < end; i += PIECE) {
      size_t length = end - i < PIECE ? end - i : PIECE;
      start = count_words(start, buffer + i, find_ends(buffer + i, length));
    }
    if (got == 0) break;
    carry = (size_t)(buffer + end - start);
    memmove(buffer, start, carry);
  }
  print();
  return 0;
}
