// SPDX-License-Identifier: Apache-2.0
//
// Windows: worker processes. Handles are inherited under the numbers that they have here, which the
// program's arguments tell: "LIBRARY CHANNEL...".

#include <keyseat/sdk/windows/text.h>

#include <fmt/format.h>
#include <windows.h>

#include <charconv>
#include <system_error>

#include "base/channel_windows.h"
#include "base/path_text.h"
#include "base/platform_sandbox.h"
#include "base/platform_worker.h"
#include "base/process_windows.h"

namespace keyseat::platform {

namespace fs = std::filesystem;

struct WorkerProcess::State {
   StartedProcess child;
   std::string ending{};
};

namespace {

// What the environment of every process needs, so that system libraries work.
constexpr const wchar_t *kNeeded[] = {L"SystemRoot", L"SystemDrive", L"TEMP", L"TMP"};

// "NAME=value", each with its end, and one more at the end of all.
std::wstring environment_block(const std::vector<std::string> &variables) {
   std::wstring block;
   for (const wchar_t *name : kNeeded) {
      std::wstring value(32768, L'\0'); // the most that Windows allows
      const DWORD size = ::GetEnvironmentVariableW(name, value.data(), 32768);
      if (size > 0 && size < value.size())
         block.append(name).append(L"=").append(value, 0, size + 1);
   }
   for (const std::string &variable : variables)
      block += sdk::windows::to_wide(variable).value_or(L"") + L'\0';
   return block + L'\0';
}

std::wstring number_of(const Handle &handle) {
   return std::to_wstring(reinterpret_cast<std::uintptr_t>(handle.get()));
}

StartedProcess start_worker(const fs::path &program, const PinnedFile &library,
                            const std::vector<Channel> &channels,
                            const std::vector<std::string> &variables) {
   const Handle nothing = open_null_device();
   std::vector<Handle> handed;
   handed.push_back(inheritable(reinterpret_cast<void *>(library.handle())));
   for (const Channel &channel : channels)
      handed.push_back(inheritable(pipe_of(channel).pipe()));
   const std::wstring block = environment_block(variables);
   ProcessStart start;
   start.program = program.native();
   start.standard = {nothing.get(), nothing.get(), nothing.get()};
   start.environment = block.c_str();
   start.confined_to = kMostWorkerMemory;
   for (const Handle &handle : handed) {
      start.words.push_back(number_of(handle));
      start.more.push_back(handle.get());
   }
   return start_process(start);
}

// An exception's name where it has a short one; otherwise its number says more.
std::string describe_end(HANDLE process) {
   DWORD code = 0;
   ::GetExitCodeProcess(process, &code);
   constexpr DWORD kFirstException = 0x80000000; // NTSTATUS of severity warning or error
   if (code < kFirstException) return fmt::format("ended with exit code {}", code);
   const char *name = code == STATUS_ACCESS_VIOLATION  ? " (access violation)"
                      : code == STATUS_STACK_OVERFLOW  ? " (stack overflow)"
                      : code == STATUS_HEAP_CORRUPTION ? " (heap corruption)"
                                                       : "";
   return fmt::format("was ended by exception 0x{:08x}{}", code, name);
}

} // namespace

WorkerProcess::WorkerProcess(const fs::path &program, const PinnedFile &library,
                             const std::vector<Channel> &channels,
                             const std::vector<std::string> &environment) {
   try {
      state_.reset(new State{start_worker(program, library, channels, environment)});
   } catch (const std::system_error &error) {
      const auto code = static_cast<std::uint32_t>(error.code().value());
      throw Error(
            ErrorCode::protector_unavailable,
            fmt::format("cannot start {}: {}", path_text(program), sdk::windows::error_text(code)));
   }
}

WorkerProcess::~WorkerProcess() { end(); }

const std::string &WorkerProcess::end(std::chrono::milliseconds time) noexcept {
   constexpr DWORD kLastWait = 10'000; // for what cannot be refused
   if (!state_->ending.empty()) return state_->ending;
   const HANDLE process = state_->child.process.get();
   const bool by_itself =
         ::WaitForSingleObject(process, static_cast<DWORD>(time.count())) == WAIT_OBJECT_0;
   state_->child.job.close();
   ::WaitForSingleObject(process, kLastWait);
   state_->ending = by_itself ? describe_end(process) : "was ended by its host";
   return state_->ending;
}

bool WorkerProcess::has_ended() const noexcept {
   return ::WaitForSingleObject(state_->child.process.get(), 0) == WAIT_OBJECT_0;
}

std::int64_t WorkerProcess::id() const { return ::GetProcessId(state_->child.process.get()); }

std::vector<std::string> environment() {
   std::vector<std::string> variables;
   wchar_t *const block = ::GetEnvironmentStringsW();
   for (const wchar_t *entry = block; entry != nullptr && *entry != L'\0';) {
      const std::wstring_view variable(entry);
      if (variable.front() != L'=') variables.push_back(sdk::windows::to_utf8(variable));
      entry += variable.size() + 1;
   }
   ::FreeEnvironmentStringsW(block);
   return variables;
}

// -- the worker's side -------------------------------------------------------------------------------

// The job, of which the host has the only handle, ends this process with its host.
WorkerEnds inherited_worker_ends(int argc, char **argv) {
   std::vector<void *> handles;
   for (int i = 1; i < argc; ++i) {
      std::uintptr_t number = 0;
      const std::string_view word = argv[i];
      const auto parsed = std::from_chars(word.data(), word.data() + word.size(), number);
      auto *const handle = reinterpret_cast<void *>(number);
      if (parsed.ptr != word.data() + word.size() ||
          ::SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0) == 0) {
         handles.clear();
         break;
      }
      handles.push_back(handle);
   }
   if (handles.size() < 2)
      throw Error(ErrorCode::usage, "this program is started by Keyseat, and not by hand");
   WorkerEnds ends;
   ends.library = std::make_unique<PinnedFile>(reinterpret_cast<std::intptr_t>(handles.front()));
   for (std::size_t i = 1; i < handles.size(); ++i)
      ends.channels.push_back(channel_of_pipe(Handle(handles[i])));
   return ends;
}

void end_process(int exit_code) noexcept {
   ::TerminateProcess(::GetCurrentProcess(), static_cast<UINT>(exit_code));
   std::terminate(); // not reached
}

// -- the sandbox -------------------------------------------------------------------------------------

// By the job (platform_process_windows.cc). For the rest Windows has means of its own (AppContainer), which
// libraries would have to be written for.
SandboxSupport sandbox_support() noexcept { return {.programs = true, .memory = true}; }

// An exception that nobody handles ends the process with its code, at once: no reports, no debugger.
void limit_worker() {
   forbid_dumps();
   restrict_library_search();
   ::SetUnhandledExceptionFilter([](EXCEPTION_POINTERS *exception) -> LONG {
      ::TerminateProcess(::GetCurrentProcess(), exception->ExceptionRecord->ExceptionCode);
      return EXCEPTION_EXECUTE_HANDLER;
   });
}

void restrict_access(const SandboxAccess &, const PinnedFile &) {}

void restrict_system_calls(WorkerPhase, bool) {}

} // namespace keyseat::platform
