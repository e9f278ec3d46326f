// SPDX-License-Identifier: Apache-2.0
//
// Linux: the system calls of a worker, by seccomp (seccomp(2)). What is listed fails with EPERM, all else
// is allowed: nobody knows what vendors' modules call. The kernel caches the answer for calls whose
// arguments do not matter, so the length of the list costs nothing.

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <vector>

#include "base/platform_sandbox.h"
#include "base/worker_posix.h"

namespace keyseat::platform {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#elif defined(__riscv)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_RISCV64;
#else
#error "name this architecture's AUDIT_ARCH_* here"
#endif

constexpr std::uint32_t kX32 =
      0x40000000; // __X32_SYSCALL_BIT: another table behind the same architecture

// Looks into other processes, or changes the system. And ways out of the process group, as which a
// worker and all that it starts are ended.
constexpr std::array kNeverNeeded{
      SYS_ptrace,
      SYS_process_vm_readv,
      SYS_process_vm_writev,
      SYS_process_madvise,
      SYS_pidfd_getfd,
      SYS_kcmp,
      SYS_move_pages,
      SYS_migrate_pages,
      SYS_rt_sigqueueinfo,
      SYS_rt_tgsigqueueinfo,
      SYS_pidfd_send_signal,
      SYS_setsid,
      SYS_setpgid,
      SYS_unshare,
      SYS_setns,
      SYS_chroot,
      SYS_pivot_root,
      SYS_mount,
      SYS_umount2,
      SYS_open_tree,
      SYS_move_mount,
      SYS_fsopen,
      SYS_fsconfig,
      SYS_fsmount,
      SYS_fspick,
      SYS_mount_setattr,
      SYS_open_by_handle_at,
      SYS_name_to_handle_at,
      SYS_init_module,
      SYS_finit_module,
      SYS_delete_module,
      SYS_kexec_load,
      SYS_bpf,
      SYS_perf_event_open,
      SYS_userfaultfd,
      SYS_io_uring_setup,
      SYS_io_uring_enter,
      SYS_io_uring_register,
      SYS_keyctl,
      SYS_add_key,
      SYS_request_key,
      SYS_reboot,
      SYS_swapon,
      SYS_swapoff,
      SYS_acct,
      SYS_quotactl,
      SYS_syslog,
      SYS_settimeofday,
      SYS_clock_settime,
      SYS_adjtimex,
      SYS_clock_adjtime,
      SYS_sethostname,
      SYS_setdomainname,
      SYS_personality,
      SYS_setuid,
      SYS_setgid,
      SYS_setreuid,
      SYS_setregid,
      SYS_setresuid,
      SYS_setresgid,
      SYS_setgroups,
      SYS_setfsuid,
      SYS_setfsgid,
      SYS_capset,
};

// Once the instance is open, it starts no program and no process.
constexpr std::array kNotWhileServing {
   SYS_execve, SYS_execveat,
#if defined(SYS_fork)
         SYS_fork, SYS_vfork,
#endif
};

constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;

// A filter, instruction by instruction. Each rule leaves the number of the call in the accumulator.
class Filter {
 public:
   Filter() {
      load(offsetof(seccomp_data, arch));
      unless_equal(kArchitecture, SECCOMP_RET_KILL_PROCESS);
      load_number();
      add(BPF_JMP | BPF_JGE | BPF_K, kX32, 0, 1);
      add(BPF_RET | BPF_K, kRefuse);
   }

   void refuse(long call) { answer(call, kRefuse); }
   void answer(long call, std::uint32_t verdict) {
      add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 1);
      add(BPF_RET | BPF_K, verdict);
   }

   // Allows the call only when the lower half of an argument has one of these values.
   void allow_only(long call, unsigned argument, std::uint32_t value, std::uint32_t other) {
      add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 5);
      load_argument(argument);
      add(BPF_JMP | BPF_JEQ | BPF_K, value, 2, 0);
      add(BPF_JMP | BPF_JEQ | BPF_K, other, 1, 0);
      add(BPF_RET | BPF_K, kRefuse);
      load_number();
   }

   // Refuses the call when the lower half of an argument has this value.
   void refuse_when(long call, unsigned argument, std::uint32_t value) {
      add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 4);
      load_argument(argument);
      add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
      add(BPF_RET | BPF_K, kRefuse);
      load_number();
   }

   // Answers the call when the lower half of an argument is this value or less.
   void answer_up_to(long call, unsigned argument, std::uint32_t value, std::uint32_t verdict) {
      add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 4);
      load_argument(argument);
      add(BPF_JMP | BPF_JGT | BPF_K, value, 1, 0);
      add(BPF_RET | BPF_K, verdict);
      load_number();
   }

   // Refuses the call when any of these bits of an argument is set.
   void refuse_with(long call, unsigned argument, std::uint32_t bits) {
      add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 4);
      load_argument(argument);
      add(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
      add(BPF_RET | BPF_K, kRefuse);
      load_number();
   }

   // Refuses the call when these bits of an argument are all clear.
   void refuse_without(long call, unsigned argument, std::uint32_t bits) {
      add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 4);
      load_argument(argument);
      add(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0);
      add(BPF_RET | BPF_K, kRefuse);
      load_number();
   }

   // For all threads that there are, and all that will be.
   void enforce() {
      add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
      sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
      if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) !=
          0) {
         throw Error(ErrorCode::internal, "the sandbox cannot be made: seccomp fails");
      }
   }

 private:
   void add(unsigned code, std::uint32_t value, std::uint8_t if_true = 0,
            std::uint8_t if_false = 0) {
      code_.push_back({static_cast<std::uint16_t>(code), if_true, if_false, value});
   }
   void load(std::size_t offset) {
      add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
   }
   void load_number() { load(offsetof(seccomp_data, nr)); }
   // The lower half of an argument; these architectures are little-endian.
   void load_argument(unsigned index) {
      load(offsetof(seccomp_data, args) + index * sizeof(std::uint64_t));
   }
   void unless_equal(std::uint32_t value, std::uint32_t verdict) {
      add(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
      add(BPF_RET | BPF_K, verdict);
   }

   std::vector<sock_filter> code_;
};

// A namespace of one's own, and a child that is the host's and not the worker's.
constexpr std::uint32_t kForeignFamily = CLONE_PARENT | CLONE_NEWNS | CLONE_NEWCGROUP |
                                         CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                                         CLONE_NEWPID | CLONE_NEWNET;

// Whoever closes all descriptors, as daemons do, does not cut the lifeline. A program that is started has
// other descriptors by these numbers, and rarely as many.
void keep_lifeline(Filter &filter) {
   constexpr auto kLine = static_cast<std::uint32_t>(kLifeline);
   // As if it had worked: where that fails, closefrom(3) closes one by one until nothing is left to close.
   filter.answer_up_to(SYS_close_range, 0, kLine, SECCOMP_RET_ERRNO);
   filter.refuse_when(SYS_close, 0, kLine);
   filter.refuse_when(SYS_fcntl, 0, kLine);
   filter.refuse_when(SYS_ioctl, 0, kLine);
   filter.refuse_when(SYS_dup3, 1, kLine);
#if defined(SYS_dup2)
   filter.refuse_when(SYS_dup2, 1, kLine);
#endif
}

} // namespace

void restrict_system_calls(WorkerPhase phase, bool network) {
   if (!sandbox_support().system_calls) return;
   Filter filter;
   if (phase == WorkerPhase::loading) {
      const auto self = static_cast<std::uint32_t>(::getpid());
      for (const long call : kNeverNeeded)
         filter.refuse(call);
      filter.allow_only(SYS_kill, 0, self, self);
      filter.allow_only(SYS_tgkill, 0, self, self);
      filter.allow_only(SYS_prlimit64, 0, 0, self);
      filter.refuse_when(SYS_prctl, 0, PR_SET_DUMPABLE);
      // Its arguments lie in memory, where no filter sees them. C libraries go on with clone().
      filter.answer(SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
      filter.refuse_with(SYS_clone, 0, kForeignFamily);
      if (!network)
         filter.allow_only(SYS_socket, 0, AF_UNIX, AF_NETLINK); // UDP, which Landlock lets through
      keep_lifeline(filter);
   } else {
      for (const long call : kNotWhileServing)
         filter.refuse(call);
      filter.refuse_without(SYS_clone, 0, CLONE_THREAD);
   }
   filter.enforce();
}

} // namespace keyseat::platform
