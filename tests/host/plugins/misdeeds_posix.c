// SPDX-License-Identifier: Apache-2.0
//
// Acts that take POSIX, or Linux.

#define _GNU_SOURCE

#include "misdeeds.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_CHANNEL = 5 }; // as the worker program inherits it

void hang(void) {
   for (;;)
      pause();
}

void sleep_half_a_second(void) { usleep(500 * 1000); }

static int hang_deaf(void) {
   sigset_t all;
   sigfillset(&all);
   sigprocmask(SIG_BLOCK, &all, NULL);
   signal(SIGTERM, SIG_IGN);
   hang();
   return 0;
}

// As if to become a daemon.
static int hang_with_all_closed(void) {
   int file;
   for (file = 3; file < 1024; ++file)
      close(file);
   return hang_deaf();
}

static int start_process(void) {
   const pid_t child = fork();
   if (child < 0) return errno;
   if (child == 0) hang();
   return 0;
}

// A child whose own child goes on without it.
static int start_orphan(void) {
   const pid_t child = fork();
   if (child < 0) return errno;
   if (child == 0) {
      if (fork() == 0) hang_deaf();
      _exit(0);
   }
   waitpid(child, NULL, 0);
   return 0;
}

// By the system call itself: a child of the host, or one that sees a system of its own.
static int clone_with(unsigned long flags) {
   const long child = syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
   if (child < 0) return errno;
   if (child == 0) hang();
   return 0;
}

static int start_program(void) {
   char *const arguments[] = {"/bin/true", NULL};
   execv("/bin/true", arguments);
   return errno;
}

static void *run_thread(void *data) { return data; }

static int start_thread(void) {
   pthread_t thread;
   const int error = pthread_create(&thread, NULL, run_thread, NULL);
   return error != 0 ? error : pthread_join(thread, NULL);
}

static int open_file(const char *path, int flags) {
   const int file = open(path, flags | O_CLOEXEC, 0600);
   if (file < 0) return errno;
   close(file);
   return 0;
}

static int exhaust_descriptors(void) {
   int taken = 0;
   for (; taken < 100000; ++taken) {
      if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) return errno;
   }
   return 0;
}

static int make_socket(int domain, int type) {
   const int made = socket(domain, type | SOCK_CLOEXEC, 0);
   if (made < 0) return errno;
   close(made);
   return 0;
}

// Behind the back of the worker, to the host.
static int send_bytes(const void *bytes, size_t size) {
   return send(FIRST_CHANNEL, bytes, size, MSG_NOSIGNAL) < 0 ? errno : 0;
}

// A whole frame, DoneMessage, of a call that nobody has made, with nothing in it.
static int answer_another_call(void) {
   static const unsigned char frame[16] = {'K', 'S', 'F', '1', 34, 0, 0, 0, 0xff, 0xff};
   return send_bytes(frame, sizeof frame);
}

int make_new_file(const char *path) { return open_file(path, O_WRONLY | O_CREAT | O_EXCL) == 0; }

int act_of_system(const misbehaving *self) {
   const char *what = self->act;
   if (strcmp(what, "hang-deaf") == 0) return hang_deaf();
   if (strcmp(what, "hang-closed") == 0) return hang_with_all_closed();
   if (strcmp(what, "fork") == 0) return start_process();
   if (strcmp(what, "orphan") == 0) return start_orphan();
   if (strcmp(what, "adopt") == 0) return clone_with(CLONE_PARENT);
   if (strcmp(what, "namespace") == 0) return clone_with(CLONE_NEWUSER);
   if (strcmp(what, "exec") == 0) return start_program();
   if (strcmp(what, "thread") == 0) return start_thread();
   if (strcmp(what, "setsid") == 0) return setsid() < 0 ? errno : 0;
   if (strcmp(what, "kill-parent") == 0) return kill(getppid(), SIGKILL) < 0 ? errno : 0;
   if (strcmp(what, "descriptors") == 0) return exhaust_descriptors();
   if (strcmp(what, "read") == 0) return open_file(self->file, O_RDONLY);
   if (strcmp(what, "write") == 0) return open_file(self->file, O_WRONLY | O_CREAT);
   if (strcmp(what, "tcp") == 0) return make_socket(AF_INET6, SOCK_STREAM);
   if (strcmp(what, "udp") == 0) return make_socket(AF_INET, SOCK_DGRAM);
   if (strcmp(what, "local") == 0) return make_socket(AF_UNIX, SOCK_STREAM);
   if (strcmp(what, "garble") == 0) return send_bytes("no frame", 8);
   if (strcmp(what, "wrong-call") == 0) return answer_another_call();
   return 0;
}
