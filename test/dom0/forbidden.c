/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../dom0/jail.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
/*
 * forbidden filter|confine: from inside the jail, try what a worker that was
 * taken over would try. Prints one "ok" or "not ok" line for each. filter: the
 * whole jail, where every attempt must end the process by SIGSYS. confine: the
 * jail without its system call filter, as root, where the attempt must fail.
 */

/* What the jailed child is given, as a worker is: a pipe, an output, a disk, a terminal. */
enum { FD_LIFE, FD_OUT, FD_DISK, FD_TTY, FD_ERR, FDS };
static pid_t parent;	/* a process outside */
static uint16_t port;	/* where it listens on 127.0.0.1 */
static char victim[64]; /* a file in a directory that anybody may write to */

static bool is_fd(long fd)
{
	return fd >= 0;
}
static bool read_a_file(void)
{
	return is_fd(open("/etc/passwd", O_RDONLY));
}
static bool old_open(void)
{
	return is_fd(syscall(SYS_open, "/etc/passwd", O_RDONLY, 0));
}
static bool open_the_root(void)
{
	return is_fd(open("/", O_RDONLY | O_DIRECTORY));
}
static bool create_a_file(void)
{
	char name[sizeof victim + 2];
	snprintf(name, sizeof name, "%s2", victim);
	return is_fd(open(name, O_WRONLY | O_CREAT, 0600)) ||
	       is_fd(open("/x", O_WRONLY | O_CREAT, 0600)) ||
	       is_fd(open("x", O_WRONLY | O_CREAT, 0600));
}
static bool leave_the_root(void)
{
	return is_fd(open("../../../../etc/passwd", O_RDONLY));
}
static bool open_proc(void)
{
	return is_fd(open("/proc/1/environ", O_RDONLY)) || is_fd(open("self", O_RDONLY));
}
static bool second_way_to_open(void)
{
	uint64_t how[3] = { O_RDONLY };
	return is_fd(syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", how, sizeof how));
}
static bool look_at_a_name(void)
{
	struct stat st;
	return stat("/etc/passwd", &st) == 0;
}
static bool make_a_directory(void)
{
	return mkdir("/d", 0700) == 0 || mkdir("d", 0700) == 0;
}
static bool remove_a_file(void)
{
	return unlink(victim) == 0;
}
static bool make_a_link(void)
{
	return symlink("/etc/passwd", "/l") == 0 || symlink("/etc/passwd", "l") == 0;
}
static bool make_a_device(void)
{
	return mknod("/m", S_IFBLK | 0600, 0x800) == 0;
}
static bool talk_tcp(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) == 0;
}
static bool talk_netlink(void)
{
	return is_fd(socket(AF_NETLINK, SOCK_RAW, 0));
}
static bool talk_unix(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "/run/systemd/notify" };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	return fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) == 0;
}
static bool start_a_process(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return pid > 0;
}
static bool start_a_thread(void)
{
	long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		_exit(0);
	return pid > 0;
}
static bool run_a_program(void)
{
	execl("/bin/true", "true", NULL);
	execl("true", "true", NULL);
	return false; /* success shows as exit status 0 of what was run: see attempt() */
}
static bool trace_the_parent(void)
{
	return ptrace(PTRACE_ATTACH, parent, NULL, NULL) == 0;
}
static bool kill_the_parent(void)
{
	return kill(parent, 0) == 0;
}
static bool read_the_parents_memory(void)
{
	char c;
	struct iovec here = { &c, 1 }, there = { &parent, 1 };
	return process_vm_readv(parent, &here, 1, &there, 1, 0) == 1;
}
static bool write_the_parents_memory(void)
{
	struct iovec here = { &parent, sizeof parent }, there = here;
	return process_vm_writev(parent, &here, 1, &there, 1, 0) > 0;
}
static bool hold_the_parent(void)
{
	return is_fd(syscall(SYS_pidfd_open, parent, 0));
}
static bool take_a_descriptor(void)
{
	return is_fd(syscall(SYS_pidfd_getfd, FD_DISK, 0, 0));
}
static bool start_a_process_the_new_way(void)
{
	uint64_t args[8] = { [4] = SIGCHLD };
	long pid = syscall(SYS_clone3, args, sizeof args);
	if (pid == 0)
		_exit(0);
	return pid > 0;
}
static bool run_a_descriptor(void)
{
	char *none[] = { NULL };
	syscall(SYS_execveat, FD_DISK, "", none, none, AT_EMPTY_PATH);
	return false;
}
static bool open_by_number(void)
{
	struct {
		struct file_handle h;
		unsigned char inode[8];
	} to = { .h = { .handle_bytes = 8, .handle_type = 1 }, .inode = { 2 } };
	return is_fd(open_by_handle_at(FD_DISK, &to.h, O_RDONLY));
}
static bool handle_faults(void)
{
	return is_fd(syscall(SYS_userfaultfd, 0));
}
static bool use_the_key_ring(void)
{
	return syscall(SYS_add_key, "user", "x", "y", 1, -3 /* of the process */) > 0;
}
#ifdef __x86_64__
/* Numbers mean other calls there: 20 is getpid for i386, and writev here. */
static bool enter_as_i386(void)
{
	long result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
	return result > 0;
}
static bool enter_as_x32(void)
{
	return syscall(0x40000000 | SYS_getpid) > 0;
}
#endif
static bool mount_something(void)
{
	return mount("none", "/", "tmpfs", 0, NULL) == 0;
}
static bool new_namespaces(void)
{
	return unshare(CLONE_NEWNS) == 0;
}
static bool another_root(void)
{
	return chroot(".") == 0;
}
static bool become_root(void)
{
	return setuid(0) == 0 || setresuid(0, 0, 0) == 0;
}
static bool more_memory(void)
{
	struct rlimit r = { RLIM_INFINITY, RLIM_INFINITY };
	return setrlimit(RLIMIT_AS, &r) == 0;
}
static bool more_files(void)
{
	return is_fd(dup(FD_DISK));
}
static bool type_for_the_user(void)
{
	return ioctl(FD_TTY, TIOCSTI, "x") == 0;
}
static bool load_bpf(void)
{
	union bpf_attr a = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1
	};
	return is_fd(syscall(SYS_bpf, BPF_MAP_CREATE, &a, sizeof a));
}
static bool measure(void)
{
	struct perf_event_attr a = { .type = PERF_TYPE_SOFTWARE, .size = sizeof a };
	return is_fd(syscall(SYS_perf_event_open, &a, parent, -1, -1, 0));
}
static bool io_ring(void)
{
	char params[256] = { 0 };
	return is_fd(syscall(SYS_io_uring_setup, 8, params));
}
static bool memory_file(void)
{
	return is_fd(memfd_create("x", 0));
}
static bool host_name(void)
{
	return sethostname("x", 1) == 0;
}
static bool set_the_clock(void)
{
	struct timespec t = { 0 };
	return clock_settime(CLOCK_REALTIME, &t) == 0;
}
static bool load_a_module(void)
{
	return syscall(SYS_init_module, "x", 1, "") == 0;
}
static bool reboot_the_host(void)
{
	return syscall(SYS_reboot, 0, 0, 0, 0) == 0;
}
static bool shared_memory(void)
{
	/* Ours alone without the filter: the name space of System V IPC is new. */
	return shmget(0x646f6d62, 4096, 0) >= 0;
}
static bool executable_memory(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	       MAP_FAILED;
}
static bool map_the_disk(void)
{
	return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, FD_DISK, 0) != MAP_FAILED;
}
static bool make_executable(void)
{
	static char page[8192];
	uintptr_t at = ((uintptr_t)page + 4095) & ~(uintptr_t)4095;
	return mprotect((void *)at, 4096, PROT_READ | PROT_EXEC) == 0;
}
static bool write_the_disk(void)
{
	return write(FD_DISK, "x", 1) == 1;
}
static bool change_the_mode(void)
{
	return fchmod(FD_OUT, 04755) == 0;
}
static bool dumpable_again(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

static const struct attempt {
	const char *name;
	bool (*succeeds)(void);
	enum kind {
		CONFINED = 1,	/* fails without the filter, too */
		UNFILTERED = 2, /* is no forbidden call: fails, and the process lives */
		MAY_FAULT = 4,	/* by SIGSEGV, where the kernel has no such entry */
	} kind;
} attempts[] = {
	{ "read a file", read_a_file, CONFINED },
	{ "read a file, the old way", old_open, CONFINED },
	{ "read a file, the new way", second_way_to_open, CONFINED },
	{ "open the root", open_the_root, CONFINED },
	{ "create a file", create_a_file, CONFINED },
	{ "leave the root", leave_the_root, CONFINED },
	{ "look into /proc", open_proc, CONFINED },
	{ "look at a name", look_at_a_name, CONFINED },
	{ "make a directory", make_a_directory, CONFINED },
	{ "remove a file", remove_a_file, CONFINED },
	{ "make a link", make_a_link, CONFINED },
	{ "make a device", make_a_device, CONFINED },
	{ "talk TCP", talk_tcp, CONFINED },
	{ "talk netlink", talk_netlink, CONFINED },
	{ "talk to a UNIX socket", talk_unix, CONFINED },
	{ "start a process", start_a_process, CONFINED },
	{ "start a thread", start_a_thread, CONFINED },
	{ "run a program", run_a_program, CONFINED },
	{ "trace the parent", trace_the_parent, CONFINED },
	{ "kill the parent", kill_the_parent, CONFINED },
	{ "read the parent's memory", read_the_parents_memory, CONFINED },
	{ "write the parent's memory", write_the_parents_memory, CONFINED },
	{ "get hold of the parent", hold_the_parent, CONFINED },
	{ "take a descriptor", take_a_descriptor, CONFINED },
	{ "start a process, the new way", start_a_process_the_new_way, CONFINED },
	{ "run a descriptor", run_a_descriptor, CONFINED },
	{ "open by number", open_by_number, CONFINED },
	{ "handle faults", handle_faults, 0 },
	{ "use the key ring", use_the_key_ring, 0 },
#ifdef __x86_64__
	{ "enter as i386 does", enter_as_i386, MAY_FAULT },
	{ "enter as x32 does", enter_as_x32, 0 },
#endif
	{ "mount", mount_something, CONFINED },
	{ "make a name space", new_namespaces, CONFINED },
	{ "change the root", another_root, CONFINED },
	{ "become root", become_root, CONFINED },
	{ "raise a limit", more_memory, CONFINED },
	{ "get another descriptor", more_files, CONFINED },
	{ "type for the user", type_for_the_user, 0 },
	{ "load BPF", load_bpf, CONFINED },
	{ "measure the parent", measure, CONFINED },
	{ "make an I/O ring", io_ring, CONFINED },
	{ "make a file in memory", memory_file, CONFINED },
	{ "change the host's name", host_name, CONFINED },
	{ "set the clock", set_the_clock, 0 },
	{ "load a module", load_a_module, CONFINED },
	{ "reboot", reboot_the_host, 0 },
	{ "share memory", shared_memory, 0 },
	{ "map executable memory", executable_memory, 0 },
	{ "map the disk", map_the_disk, 0 },
	{ "make memory executable", make_executable, 0 },
	{ "write to the disk", write_the_disk, CONFINED | UNFILTERED },
	{ "change an output's mode", change_the_mode, 0 },
	{ "be dumpable again", dumpable_again, 0 },
};

static bool make_victim(char dir[])
{
	int fd = -1;
	umask(0);
	if (mkdtemp(dir) && chmod(dir, 0777) == 0) {
		snprintf(victim, sizeof victim, "%s/victim", dir);
		fd = open(victim, O_RDWR | O_CREAT | O_EXCL, 0666);
	}
	return fd >= 0 && ftruncate(fd, 8192) == 0 && close(fd) == 0;
}

static bool open_all(int fd[FDS], int life)
{
	int pty = posix_openpt(O_RDWR | O_NOCTTY);
	if (pty < 0 || grantpt(pty) || unlockpt(pty))
		return false;
	fd[FD_LIFE] = life;
	fd[FD_ERR] = STDERR_FILENO;
	fd[FD_OUT] = open(victim, O_WRONLY);
	fd[FD_DISK] = open(victim, O_RDONLY);
	fd[FD_TTY] = open(ptsname(pty), O_RDWR | O_NOCTTY);
	return fd[FD_OUT] >= 0 && fd[FD_DISK] >= 0 && fd[FD_TTY] >= 0;
}

enum { BLOCKED = 10, SUCCEEDED, NO_JAIL };

static _Noreturn void attempt(const struct attempt *a, const int fd[FDS], bool filter)
{
	struct jail j = { .n_fds = FDS,
			  .life = FD_LIFE,
			  .uid = 65534,
			  .max_file = 1 << 20,
			  .max_memory = 64 << 20,
			  .cpu_s = 5 };
	int at[FDS];
	setsid(); /* so that the terminal can become ours */
	ioctl(fd[FD_TTY], TIOCSCTTY, 0);
	for (int i = 0; i < FDS; i++)
		at[i] = fcntl(fd[i], F_DUPFD, 64);
	for (int i = 0; i < FDS; i++)
		dup2(at[i], i);
	char words[JAIL_WORDS];
	jail_words(jail_confine(&j), words);
	if (words[0]) {
		dprintf(FD_ERR, "missing: %s\n", words);
		_exit(NO_JAIL);
	}
	if (filter && jail_filter())
		_exit(NO_JAIL);
	_exit(a->succeeds() ? SUCCEEDED : BLOCKED);
}

static bool run(const struct attempt *a, const int fd[FDS], bool filter)
{
	int status = 0;
	pid_t pid = jail_fork();
	if (pid == 0)
		attempt(a, fd, filter);
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		printf("not ok jail: %s: no process\n", a->name);
		return false;
	}
	/* SIGSEGV: the kernel has no such entry at all. */
	bool killed =
		WIFSIGNALED(status) && (WTERMSIG(status) == SIGSYS || WTERMSIG(status) == SIGSEGV);
	bool blocked = WIFEXITED(status) && WEXITSTATUS(status) == BLOCKED;
	if (filter && !(a->kind & UNFILTERED) ? killed : blocked) {
		printf("ok jail%s: %s\n", filter ? "" : " without its filter", a->name);
		return true;
	}
	if (WIFSIGNALED(status))
		printf("not ok jail: %s: signal %d\n", a->name, WTERMSIG(status));
	else if (WEXITSTATUS(status) == NO_JAIL)
		printf("not ok jail: %s: this machine lacks a part of the jail\n", a->name);
	else
		printf("not ok jail: %s: %s\n", a->name,
		       WEXITSTATUS(status) == BLOCKED ? "failed, but was not killed" : "succeeded");
	return false;
}

static void listen_somewhere(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof a;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, 8) ||
	    getsockname(fd, (struct sockaddr *)&a, &n))
		perror("listen");
	port = ntohs(a.sin_port);
}

int main(int argc, char **argv)
{
	int fd[FDS], life[2], failed = 0;
	char dir[] = "/tmp/forbidden.XXXXXX";
	bool filter = argc < 2 || strcmp(argv[1], "confine") != 0;
	parent = getpid();
	setvbuf(stdout, NULL, _IOLBF, 0);
	listen_somewhere();
	if (pipe(life) || !make_victim(dir) || !open_all(fd, life[1])) {
		perror("not ok jail: set up");
		return 1;
	}
	for (size_t i = 0; i < array_len(attempts); i++)
		if (filter || attempts[i].kind & CONFINED)
			failed |= !run(&attempts[i], fd, filter);
	unlink(victim);
	rmdir(dir);
	return failed;
}
