// The plain C loop: counts words byte by byte, with FNV-1a and one hash table. What a careful person writes in an
// hour, no more. Prints `word<TAB>count`, in no order.
#include <stdint.h>
#include <string.h>
#include "input.h"

typedef struct {
  uint64_t hash;
  uint64_t offset; // of the word in `arena`
  uint64_t length;
  uint64_t count; // 0: the slot is free
} Slot;

#define SEED 0xcbf29ce484222325ULL
#define PRIME 0x100000001b3ULL

static Slot *table;
static uint64_t capacity = 1 << 18, used;
static char *arena;
static size_t arena_size = 1 << 20, arena_used;

static Slot *home(Slot *slots, uint64_t size, uint64_t hash) { return &slots[(hash ^ (hash >> 29)) & (size - 1)]; }

static void grow(void) {
  Slot *larger = calloc(capacity * 2, sizeof(Slot));
  for (uint64_t i = 0; i < capacity; i++) {
    if (table[i].count == 0) continue;
    Slot *slot = home(larger, capacity * 2, table[i].hash);
    while (slot->count != 0) slot = slot + 1 == larger + capacity * 2 ? larger : slot + 1;
    *slot = table[i];
  }
  free(table);
  table = larger;
  capacity *= 2;
}

static void count(const char *word, size_t length, uint64_t hash) {
  for (Slot *slot = home(table, capacity, hash);; slot = slot + 1 == table + capacity ? table : slot + 1) {
    if (slot->count == 0) {
      while (arena_used + length > arena_size) arena = realloc(arena, arena_size *= 2);
      *slot = (Slot){.hash = hash, .offset = arena_used, .length = length, .count = 1};
      memcpy(arena + arena_used, word, length);
      arena_used += length;
      if (++used * 2 > capacity) grow();
      return;
    }
    if (slot->hash == hash && slot->length == length && memcmp(arena + slot->offset, word, length) == 0) {
      slot->count++;
      return;
    }
  }
}

int main(int argc, char **argv) {
  int input = open_input(argc, argv);
  size_t size = 1 << 20, carry = 0;
  char *buffer = malloc(size);
  table = calloc(capacity, sizeof(Slot));
  arena = malloc(arena_size);
  for (;;) {
    // A word that fills more than half of the buffer gets a larger one; one byte stays free for the last line end.
    if (carry * 2 > size) buffer = realloc(buffer, size *= 2);
    ssize_t got = read(input, buffer + carry, size - carry - 1);
    if (got < 0) return perror("read"), 1;
    size_t end = carry + (size_t)got, start = 0;
    if (got == 0) buffer[end++] = '\n'; // the last line may have no end
    uint64_t hash = SEED;
    for (size_t i = 0; i < end; i++) {
      unsigned char byte = (unsigned char)buffer[i];
      if (byte == ' ' || byte == '\n') {
        if (i > start) count(buffer + start, i - start, hash);
        start = i + 1;
        hash = SEED;
      } else {
        hash = (hash ^ byte) * PRIME;
      }
    }
    if (got == 0) break;
    carry = end - start;
    memmove(buffer, buffer + start, carry);
  }
  for (uint64_t i = 0; i < capacity; i++)
    if (table[i].count) printf("%.*s\t%lu\n", (int)table[i].length, arena + table[i].offset, table[i].count);
  return 0;
}
