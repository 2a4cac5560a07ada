/*
 * What a unit starts in the lab: writes down what it was given, and does what its own name begins with.
 *
 *   c...  ends well        f...  ends with exit status 1
 *   s...  stays            n...  says READY=1 to $NOTIFY_SOCKET, then stays
 *
 * One file for each process below /run/nd-rec, complete when it has its name: fields that end in NUL, each after a
 * letter: U unit, X path of the program, T nanoseconds of CLOCK_MONOTONIC, P process ID, A argument, E variable.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int out;

static void put(const char *text, size_t size) {
  while (size > 0) {
    ssize_t written = write(out, text, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) _exit(99);
    text += written;
    size -= (size_t)written;
  }
}

static void field(char letter, const char *text) {
  put(&letter, 1);
  put(text, strlen(text) + 1);
}

/* Last component of the cgroup: of systemd's own hierarchy, or of the unified one where there is no other. */
static void unit_of(char *unit, size_t size) {
  char text[8192];
  int in = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
  ssize_t length = in < 0 ? 0 : read(in, text, sizeof text - 1);
  if (in >= 0) close(in);
  text[length > 0 ? length : 0] = '\0';
  snprintf(unit, size, "unknown");
  for (char *line = text, *next; line != NULL && *line != '\0'; line = next) {
    next = strchr(line, '\n');
    if (next != NULL) *next++ = '\0';
    int own = strstr(line, ":name=systemd:") != NULL;
    if (!own && strncmp(line, "0::", 3) != 0) continue;
    char *last = strrchr(line, '/');
    if (last == NULL || last[1] == '\0') continue;
    /* Control processes have a cgroup of their own in it: all until version 232, then those with Delegate=. */
    if (strcmp(last, "/.control") == 0 || strcmp(last, "/control") == 0) {
      *last = '\0';
      last = strrchr(line, '/');
    }
    snprintf(unit, size, "%s", last + 1);
    if (own) return;
  }
}

static void notify_ready(void) {
  const char *path = getenv("NOTIFY_SOCKET");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (path == NULL || strlen(path) >= sizeof address.sun_path) return;
  strcpy(address.sun_path, path);
  if (path[0] == '@') address.sun_path[0] = '\0';
  int to = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
  sendto(to, "READY=1", 7, 0, (struct sockaddr *)&address, size);
  close(to);
}

int main(int argc, char **argv) {
  char unit[1024], exe[4096], number[32], part[128], whole[128];
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  ssize_t length = readlink("/proc/self/exe", exe, sizeof exe - 1);
  exe[length > 0 ? length : 0] = '\0';
  unit_of(unit, sizeof unit);

  long long time = (long long)now.tv_sec * 1000000000LL + now.tv_nsec;
  snprintf(part, sizeof part, "/run/nd-rec/.%lld.%d", time, (int)getpid());
  snprintf(whole, sizeof whole, "/run/nd-rec/%lld.%d", time, (int)getpid());
  out = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (out < 0) return 98;
  field('U', unit);
  field('X', exe);
  snprintf(number, sizeof number, "%lld", time);
  field('T', number);
  snprintf(number, sizeof number, "%d", (int)getpid());
  field('P', number);
  for (int at = 0; at < argc; at++) field('A', argv[at]);
  for (char **at = environ; *at != NULL; at++) field('E', *at);
  close(out);
  if (rename(part, whole) < 0) return 97;

  const char *name = strrchr(exe, '/');
  char does = name == NULL ? 'c' : name[1];
  if (does == 'n') notify_ready();
  if (does == 'n' || does == 's') for (;;) pause();
  return does == 'f' ? 1 : 0;
}
