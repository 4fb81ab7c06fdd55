// What the machine gives at most: the bounds that no program gets below.
//
//   bounds memory THREADS   reads 1 GiB of memory again and again; prints bytes a second
//   bounds copy             copies 512 MiB to 512 MiB; prints bytes a second that were copied
//   bounds discard [PORT]   reads standard input, or a port on loopback, and forgets it; prints the bytes
#define _GNU_SOURCE
#include <immintrin.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include "input.h"

#define SIZE (1UL << 30)
#define ROUNDS 8

static char *memory;
static int threads = 1;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void *sum(void *number) {
  size_t part = SIZE / (size_t)threads;
  const uint64_t *words = (const uint64_t *)(memory + part * (size_t)(intptr_t)number);
  uint64_t total = 0;
  for (int round = 0; round < ROUNDS; round++)
    for (size_t i = 0; i < part / 8; i++) total += words[i];
  return (void *)(intptr_t)total;
}

static void measure_reading(void) {
  pthread_t running[64];
  void *total;
  uint64_t all = 0;
  double started = now();
  for (int i = 0; i < threads; i++) pthread_create(&running[i], NULL, sum, (void *)(intptr_t)i);
  for (int i = 0; i < threads; i++) pthread_join(running[i], &total), all += (uint64_t)(intptr_t)total;
  printf("%.0f\n", (double)SIZE * ROUNDS / (now() - started));
  if (all == 1) puts("never: keeps the sum alive");
}

static void measure_copying(void) {
  double started = now();
  for (int round = 0; round < ROUNDS; round++) memcpy(memory + (round & 1) * 64, memory + SIZE / 2, SIZE / 2 - 64);
  printf("%.0f\n", (double)SIZE / 2 * ROUNDS / (now() - started));
}

static int discard(int input) {
  char *buffer = malloc(1 << 18);
  uint64_t bytes = 0;
  ssize_t got;
  while ((got = read(input, buffer, 1 << 18)) > 0) bytes += (uint64_t)got;
  printf("%lu\n", bytes);
  return got < 0;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  if (strcmp(what, "discard") == 0) return discard(open_input(argc - 1, argv + 1));
  memory = malloc(SIZE);
  memset(memory, 1, SIZE);
  threads = argc > 2 ? atoi(argv[2]) : 1;
  if (threads < 1 || threads > 64) return 2;
  if (strcmp(what, "memory") == 0) measure_reading();
  else if (strcmp(what, "copy") == 0) measure_copying();
  else return fprintf(stderr, "bounds memory THREADS | copy | discard [PORT]\n"), 2;
  return 0;
}
