/*
 * Builds one situation of tasks, says READY, and on the word "go" counts how many tasks the kernel
 * still lets its prober create. Reads commands from stdin, one a line, and ends (with all it
 * started) when stdin closes:
 *
 *   ns NAME parent=NAME|init uid=N limit=N map=IN:OUT:COUNT[,...] keep=0|1 [then=N]
 *       a user namespace, made by UID uid (of the parent) under the soft limit `limit`; keep=1: its
 *       creator stays in it, and changes its soft limit to `then` afterwards.
 *   hold ns=NAME uid=N [euid=N] [threads=N] [uids=N,...] [zombies=N] [zombieleader=1] [new=FLAGS]
 *       a process of UID uid: further threads, threads with real UIDs of their own, zombie children,
 *       a leader that is gone while its threads live, namespaces of its own (unshare(2) flags).
 *   prober ns=NAME uid=N [euid=N] limit=N mode=fork|thread|start caps=none|keep|admin|drop
 *          [after=1] [cgroup=PATH] [new=FLAGS]
 *       mode=start sets the limit and the UID only at "go", in this order (after=1: the limit
 *       last), and executes itself before it forks.
 *   ready     answers "READY <pid of the prober>"
 *   go        answers "RESULT <exec|fork> <tasks created> <errno or 0>"
 *
 * Inside a container it is started as "hold TASKS" or "probe" (which takes "go" on stdin).
 * limit=-1 leaves a limit as it is. Numbers of UIDs are those of the namespace named.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 24, MANY = 64 };

struct space {
	char name[16];
	int fd;
};

static struct space spaces[MANY];
static int space_count;
static int self_fd = -1;
static int ready_pipe[2];
static int go_pipe[2];
static int result_pipe[2];
static pid_t prober;

static void die(const char *format, ...)
{
	int error = errno;
	va_list args;
	va_start(args, format);
	fprintf(stderr, "situation: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, ": %s\n", strerror(error));
	va_end(args);
	if (ready_pipe[1] && write(ready_pipe[1], "!", 1) < 0)
		_exit(71);
	_exit(70);
}

static const char *option(char **words, const char *key)
{
	size_t length = strlen(key);
	for (; *words; words++)
		if (!strncmp(*words, key, length) && (*words)[length] == '=')
			return *words + length + 1;
	return NULL;
}

static long number(char **words, const char *key, long fallback)
{
	const char *text = option(words, key);
	return text ? strtol(text, NULL, 0) : fallback;
}

static void say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		die("write");
}

static void await_byte(int fd)
{
	char byte;
	ssize_t got;
	while ((got = read(fd, &byte, 1)) < 0 && errno == EINTR)
		;
	if (got != 1)
		_exit(0);
}

/* All dies with the conductor. A change of UID clears this, so it is set after it. */
static void die_with_parent(void)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		die("PDEATHSIG");
}

static void limit_tasks(long soft)
{
	struct rlimit limit;
	if (soft < 0)
		return;
	if (getrlimit(RLIMIT_NPROC, &limit))
		die("getrlimit");
	limit.rlim_cur = soft;
	if (setrlimit(RLIMIT_NPROC, &limit))
		die("setrlimit %ld", soft);
}

/* Raw, so that it concerns the calling thread alone. */
static void become(long uid, long euid)
{
	if (syscall(SYS_setresuid, (uid_t)uid, (uid_t)euid, (uid_t)euid))
		die("setresuid %ld %ld", uid, euid);
}

static void set_caps(uint64_t set)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {{0}};
	data[0].effective = data[0].permitted = (uint32_t)set;
	data[1].effective = data[1].permitted = (uint32_t)(set >> 32);
	if (syscall(SYS_capset, &header, data))
		die("capset");
}

static void enter(const char *name)
{
	if (!name || !strcmp(name, "init"))
		return;
	for (int i = 0; i < space_count; i++) {
		if (strcmp(spaces[i].name, name))
			continue;
		if (setns(spaces[i].fd, CLONE_NEWUSER))
			die("setns %s", name);
		return;
	}
	errno = ENOENT;
	die("namespace %s", name);
}

static void own_namespaces(char **words)
{
	long flags = number(words, "new", 0);
	if (flags && unshare((int)flags))
		die("unshare 0x%lx", flags);
	if (flags & CLONE_NEWPID) {
		pid_t first = fork();
		if (first < 0)
			die("fork");
		if (first > 0) {
			die_with_parent();
			while (waitpid(first, NULL, 0) < 0 && errno == EINTR)
				;
			_exit(0);
		}
	}
}

static void sleep_for_good(void)
{
	for (;;)
		pause();
}

/* ---- user namespaces ---- */

static void write_map(pid_t pid, const char *file, const char *map)
{
	char path[64], text[512];
	size_t length = 0;
	snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
	for (; *map && length < sizeof text - 1; map++)
		text[length++] = *map == ':' ? ' ' : *map == ',' ? '\n' : *map;
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, length) != (ssize_t)length)
		die("%s %s", path, text);
	close(fd);
}

static void make_namespace(char **words)
{
	int made[2], mapped[2], status;
	char byte, path[64];
	long uid = number(words, "uid", 0);
	if (pipe2(made, O_CLOEXEC) || pipe2(mapped, O_CLOEXEC))
		die("pipe");
	pid_t keeper = fork();
	if (keeper < 0)
		die("fork");
	if (keeper == 0) {
		limit_tasks(number(words, "limit", -1));
		enter(option(words, "parent"));
		if (syscall(SYS_setresgid, (gid_t)uid, (gid_t)uid, (gid_t)uid))
			die("setresgid %ld", uid);
		become(uid, uid);
		if (unshare(CLONE_NEWUSER))
			die("unshare");
		say(made[1], "x");
		await_byte(mapped[0]);
		die_with_parent();
		limit_tasks(number(words, "then", -1));
		say(made[1], "y");
		if (!number(words, "keep", 0))
			_exit(0);
		sleep_for_good();
	}
	await_byte(made[0]);
	/* A map is written by someone in the parent namespace, in the terms of that namespace. */
	pid_t writer = fork();
	if (writer == 0) {
		enter(option(words, "parent"));
		write_map(keeper, "uid_map", option(words, "map"));
		write_map(keeper, "gid_map", option(words, "map"));
		_exit(0);
	}
	if (writer < 0 || waitpid(writer, &status, 0) < 0 || status)
		die("map");
	snprintf(path, sizeof path, "/proc/%d/ns/user", keeper);
	struct space *space = &spaces[space_count++];
	snprintf(space->name, sizeof space->name, "%s", words[1]);
	if ((space->fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		die("%s", path);
	say(mapped[1], "x");
	if (read(made[0], &byte, 1) != 1)
		die("keeper");
	if (!number(words, "keep", 0))
		waitpid(keeper, NULL, 0);
	close(made[0]);
	close(made[1]);
	close(mapped[0]);
	close(mapped[1]);
	/* Start times have a resolution of 10 ms: the creator shall be the oldest process in it. */
	usleep(12000);
}

/* ---- tasks that are there ---- */

static pthread_barrier_t all_there;
static long thread_uids[MANY];

static void *thread_of(void *uid)
{
	if (*(long *)uid >= 0)
		become(*(long *)uid, *(long *)uid);
	die_with_parent();
	pthread_barrier_wait(&all_there);
	sleep_for_good();
	return NULL;
}

static void start_thread(void *(*body)(void *), void *argument)
{
	pthread_t thread;
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 65536);
	if ((errno = pthread_create(&thread, &attributes, body, argument)))
		die("pthread_create");
}

static void hold(char **words)
{
	siginfo_t info;
	int threads = 0;
	long uid = number(words, "uid", 0);
	long same = number(words, "threads", 0);
	const char *uids = option(words, "uids");
	own_namespaces(words);
	enter(option(words, "ns"));
	/* All are made while the limit does not apply to their maker, then each changes its UID. */
	for (long i = number(words, "zombies", 0); i > 0; i--) {
		pid_t child = fork();
		if (child < 0)
			die("fork");
		if (child == 0) {
			become(uid, uid);
			_exit(0);
		}
		if (waitid(P_PID, child, &info, WEXITED | WNOWAIT))
			die("waitid");
	}
	for (; same > 0; same--)
		thread_uids[threads++] = uid;
	while (uids && *uids) {
		thread_uids[threads++] = strtol(uids, (char **)&uids, 0);
		if (*uids == ',')
			uids++;
	}
	pthread_barrier_init(&all_there, NULL, threads + 1);
	for (int i = 0; i < threads; i++)
		start_thread(thread_of, &thread_uids[i]);
	become(uid, number(words, "euid", uid));
	die_with_parent();
	pthread_barrier_wait(&all_there);
	say(ready_pipe[1], "h");
	if (number(words, "zombieleader", 0))
		syscall(SYS_exit, 0);
	sleep_for_good();
}

/* ---- the one that tries ---- */

static void *idle(void *unused)
{
	(void)unused;
	sleep_for_good();
	return NULL;
}

static int try_thread(void)
{
	pthread_t thread;
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 65536);
	return pthread_create(&thread, &attributes, idle, NULL);
}

static int try_fork(void)
{
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sleep_for_good();
	}
	return child < 0 ? errno : 0;
}

static void probe(int by_threads, int result)
{
	char line[64];
	int tasks = 0, error = 0;
	while (tasks < MOST && !(error = by_threads ? try_thread() : try_fork()))
		tasks++;
	snprintf(line, sizeof line, "RESULT fork %d %d\n", tasks, error);
	say(result, line);
}

static void start_service(char **words, int result)
{
	char line[64], fd[16];
	long uid = number(words, "uid", 0);
	int after = (int)number(words, "after", 0);
	if (!after)
		limit_tasks(number(words, "limit", -1));
	become(uid, uid);
	if (after)
		limit_tasks(number(words, "limit", -1));
	snprintf(fd, sizeof fd, "%d", result);
	char *argv[] = {"situation", "after-exec", fd, NULL};
	char *envp[] = {NULL};
	syscall(SYS_execveat, self_fd, "", argv, envp, AT_EMPTY_PATH);
	snprintf(line, sizeof line, "RESULT exec 0 %d\n", errno);
	say(result, line);
}

static void try_it(char **words)
{
	const char *mode = option(words, "mode"), *caps = option(words, "caps"), *cgroup = option(words, "cgroup");
	long uid = number(words, "uid", 0);
	own_namespaces(words);
	if (cgroup) {
		int fd = open(cgroup, O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "0", 1) != 1)
			die("%s", cgroup);
		close(fd);
	}
	enter(option(words, "ns"));
	if (strcmp(mode, "start")) {
		limit_tasks(number(words, "limit", -1));
		if (!strcmp(caps, "admin"))
			prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
		become(uid, number(words, "euid", uid));
		if (!strcmp(caps, "admin"))
			set_caps(1ULL << CAP_SYS_ADMIN);
		if (!strcmp(caps, "drop"))
			set_caps(0);
	}
	die_with_parent();
	say(ready_pipe[1], "p");
	await_byte(go_pipe[0]);
	if (!strcmp(mode, "start"))
		start_service(words, result_pipe[1]);
	else
		probe(!strcmp(mode, "thread"), result_pipe[1]);
	sleep_for_good();
}

/* ---- the conductor ---- */

/* As the reaper of its descendants it meets all of them, one generation after the other. */
static void end_all(void)
{
	for (;;) {
		char path[64], pids[8192];
		int status;
		snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
		FILE *file = fopen(path, "re");
		size_t length = file ? fread(pids, 1, sizeof pids - 1, file) : 0;
		if (file)
			fclose(file);
		pids[length] = 0;
		for (char *word = strtok(pids, " "); word; word = strtok(NULL, " "))
			kill(atoi(word), SIGKILL);
		if (waitpid(-1, &status, 0) < 0 && errno == ECHILD)
			return;
	}
}

static pid_t start(void (*body)(char **), char **words)
{
	char byte;
	pid_t child = fork();
	if (child < 0)
		die("fork");
	if (child == 0) {
		body(words);
		_exit(0);
	}
	if (read(ready_pipe[0], &byte, 1) != 1 || byte == '!') {
		end_all();
		_exit(70);
	}
	return child;
}

/* The prober may be the only child of the child that was started, in a PID namespace of its own. */
static pid_t innermost(pid_t pid, char **words)
{
	char path[64];
	int child = pid;
	if (!(number(words, "new", 0) & CLONE_NEWPID))
		return pid;
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
	FILE *file = fopen(path, "re");
	if (!file || fscanf(file, "%d", &child) != 1)
		die("%s", path);
	fclose(file);
	return child;
}

static void conduct(void)
{
	static char line[4096];
	char *words[MANY];
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
		die("subreaper");
	if (pipe2(ready_pipe, O_CLOEXEC) || pipe2(go_pipe, O_CLOEXEC) || pipe(result_pipe))
		die("pipe");
	setvbuf(stdout, NULL, _IONBF, 0);
	setvbuf(stdin, NULL, _IONBF, 0);
	while (fgets(line, sizeof line, stdin)) {
		int count = 0;
		for (char *word = strtok(line, " \n"); word && count < MANY - 1; word = strtok(NULL, " \n"))
			words[count++] = word;
		words[count] = NULL;
		if (!count)
			continue;
		if (!strcmp(words[0], "ns"))
			make_namespace(words);
		else if (!strcmp(words[0], "hold"))
			start(hold, words);
		else if (!strcmp(words[0], "prober"))
			prober = innermost(start(try_it, words), words);
		else if (!strcmp(words[0], "ready"))
			printf("READY %d\n", prober);
		else if (!strcmp(words[0], "go")) {
			char result[64];
			say(go_pipe[1], "x");
			ssize_t length = read(result_pipe[0], result, sizeof result - 1);
			if (length <= 0)
				die("result");
			result[length] = 0;
			fputs(result, stdout);
		}
	}
	end_all();
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "after-exec")) {
		probe(0, atoi(argv[2]));
		sleep_for_good();
	}
	if (argc == 3 && !strcmp(argv[1], "hold")) {
		for (int i = atoi(argv[2]); i > 1; i--)
			start_thread(idle, NULL);
		sleep_for_good();
	}
	if (argc == 2 && !strcmp(argv[1], "probe")) {
		say(1, "READY\n");
		await_byte(0);
		probe(0, 1);
		sleep_for_good();
	}
	self_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (self_fd < 0)
		die("/proc/self/exe");
	conduct();
	return 0;
}
