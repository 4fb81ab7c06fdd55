// Starts a command, feeds it, and says what that took: the same feeder for every contender.
//
//   feed [--pipe FILE | --tcp FILE] [--repeat N] [--rate BYTES-PER-SECOND] [--seconds S] [--limit S] REPORT COMMAND [ARGUMENT…]
//
// --pipe writes the file to the command's standard input, in parts of 128 KiB as cat does. --tcp listens on loopback,
// sends the file to the first that connects, and closes; `{port}` in the command's arguments is the port. Neither: the
// command reads by itself. --rate sends at most so fast; --seconds stops sending after so long; --limit ends the
// command and its children after so long. REPORT gets one line of JSON. Times are in seconds; `input` is from the
// first input that was taken to the end of the command.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include "input.h"

#define PART (128 * 1024)

// What the feeding process tells the one that waits; in memory that both share.
typedef struct {
  double first; // when the first input was taken
  double last;  // when the last input was taken
  double bytes;
} Fed;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void die(const char *what) {
  perror(what);
  _exit(127);
}

// One part, from the file to the command; 0 at the end of the file, -1 when nobody reads any more.
static ssize_t give(int output, int file, char *buffer, off_t *at, int is_pipe) {
  if (!is_pipe) return sendfile(output, file, at, PART);
  ssize_t got = pread(file, buffer, PART, *at);
  for (ssize_t written = 0; written < got;) {
    ssize_t part = write(output, buffer + written, (size_t)(got - written));
    if (part < 0) return -1;
    written += part;
  }
  *at += got;
  return got;
}

static void feed(Fed *fed, int output, const char *path, long repeat, double rate, double seconds, int is_pipe) {
  int file = open(path, O_RDONLY);
  if (file < 0) die(path);
  char *buffer = malloc(PART);
  double started = now();
  signal(SIGPIPE, SIG_IGN);
  fed->first = started;
  for (long time = 0; time < repeat; time++) {
    for (off_t at = 0;;) {
      if (seconds > 0 && now() - started > seconds) return;
      ssize_t given = give(output, file, buffer, &at, is_pipe);
      if (given < 0 && errno == EINTR) continue;
      if (given < 0) return;
      if (given == 0) break;
      // A pipe takes less than the first part by itself: that this part is through means that somebody reads.
      if (fed->bytes == 0 && is_pipe) fed->first = now();
      fed->bytes += (double)given;
      fed->last = now();
      double early = rate > 0 ? started + fed->bytes / rate - fed->last : 0;
      if (early > 0) usleep((useconds_t)(early * 1e6));
    }
  }
}

static int listen_on_loopback(int *port) {
  int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(server, (struct sockaddr *)&address, size) != 0 || listen(server, 1) != 0) die("listen");
  getsockname(server, (struct sockaddr *)&address, &size);
  *port = ntohs(address.sin_port);
  return server;
}

static char *with_port(const char *argument, int port) {
  const char *place = strstr(argument, "{port}");
  char *text = NULL;
  if (place == NULL) return strdup(argument);
  if (asprintf(&text, "%.*s%d%s", (int)(place - argument), argument, port, place + 6) < 0) die("asprintf");
  return text;
}

static pid_t command;

static void stop(int number) {
  (void)number;
  kill(-command, SIGKILL);
}

int main(int argc, char **argv) {
  const char *pipe_file = NULL, *tcp_file = NULL;
  long repeat = 1;
  double rate = 0, seconds = 0;
  unsigned limit = 0;
  int at = 1;
  for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
    if (strcmp(argv[at], "--pipe") == 0) pipe_file = argv[at + 1];
    else if (strcmp(argv[at], "--tcp") == 0) tcp_file = argv[at + 1];
    else if (strcmp(argv[at], "--repeat") == 0) repeat = atol(argv[at + 1]);
    else if (strcmp(argv[at], "--rate") == 0) rate = atof(argv[at + 1]);
    else if (strcmp(argv[at], "--seconds") == 0) seconds = atof(argv[at + 1]);
    else if (strcmp(argv[at], "--limit") == 0) limit = (unsigned)atoi(argv[at + 1]);
    else return fprintf(stderr, "feed: unknown %s\n", argv[at]), 2;
  }
  if (argc - at < 2) return fprintf(stderr, "feed: REPORT and COMMAND are missing\n"), 2;
  const char *report = argv[at++];
  Fed *fed = mmap(NULL, sizeof *fed, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int ends[2] = {-1, -1}, port = 0, server = tcp_file ? listen_on_loopback(&port) : -1;
  if (pipe_file && pipe2(ends, O_CLOEXEC) != 0) die("pipe");

  double started = now();
  command = fork();
  if (command == 0) {
    // A group of its own, so that its children end with it; and nothing outlives a benchmark that was interrupted.
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (pipe_file) dup2(ends[0], 0);
    for (int i = at; i < argc; i++) argv[i] = with_port(argv[i], port);
    execvp(argv[at], argv + at);
    die(argv[at]);
  }
  pid_t feeder = pipe_file || tcp_file ? fork() : -1;
  if (feeder == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (pipe_file) close(ends[0]);
    int output = pipe_file ? ends[1] : accept(server, NULL, NULL);
    if (output < 0) die("accept");
    feed(fed, output, pipe_file ? pipe_file : tcp_file, repeat, rate, seconds, pipe_file != NULL);
    _exit(0);
  }
  if (pipe_file) close(ends[0]), close(ends[1]);

  setpgid(command, command);
  signal(SIGALRM, stop);
  alarm(limit);
  int status;
  struct rusage usage;
  if (wait4(command, &status, 0, &usage) < 0) die("wait4");
  double ended = now();
  kill(-command, SIGKILL); // what it may have left behind
  // Whoever ends without having connected leaves a feeder that waits.
  if (feeder > 0) kill(feeder, SIGKILL), waitpid(feeder, NULL, 0);
  FILE *out = fopen(report, "w");
  if (out == NULL) die(report);
  fprintf(out, "{\"code\": %d, \"wall\": %.6f, \"user\": %.6f, \"system\": %.6f, \"peakKilobytes\": %ld, ",
          WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), ended - started,
          (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6,
          (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6, usage.ru_maxrss);
  fprintf(out, "\"input\": %.6f, \"feeding\": %.6f, \"bytes\": %.0f}\n", fed->first ? ended - fed->first : 0,
          fed->last > 0 ? fed->last - fed->first : 0, fed->bytes);
  return fclose(out) == 0 ? 0 : 1;
}
