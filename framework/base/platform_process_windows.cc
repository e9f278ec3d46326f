// SPDX-License-Identifier: Apache-2.0
//
// Windows: running a program.

#include <keyseat/sdk/windows/text.h>

#include <fmt/format.h>
#include <windows.h>

#include <array>
#include <memory>
#include <system_error>
#include <thread>

#include "base/path_text.h"
#include "base/platform.h"
#include "base/process_windows.h"
#include "base/text.h"

namespace keyseat::platform {
namespace {

constexpr std::size_t kMaxChildOutput = std::size_t{1} << 20;
// As if signals had ended it: SIGKILL after the timeout, SIGSEGV for every exception.
constexpr int kEndedByTimeout = 128 + 9;
constexpr int kEndedByException = 128 + 11;

[[noreturn]] void system_fails(const char *what) {
   throw std::system_error(static_cast<int>(::GetLastError()), std::system_category(), what);
}

// A word so that CommandLineToArgvW() and the C library read it back: in quotes, quotes behind a
// backslash, and backslashes doubled where they stand before a quote.
std::wstring quoted(const std::wstring &word) {
   std::wstring text = L"\"";
   std::size_t backslashes = 0;
   for (const wchar_t c : word) {
      if (c == L'"') text.append(backslashes + 1, L'\\');
      backslashes = c == L'\\' ? backslashes + 1 : 0;
      text += c;
   }
   text.append(backslashes, L'\\');
   return text + L'"';
}

// For libraries that nobody here has built: no code in data, images where nobody expects them, an end at a
// damaged heap, no extension points (AppInit_DLLs, hooks), no images from other machines or of low integrity.
// Not forbidden: making code at run time, which some libraries do. Wine takes note of it and no more.
constexpr DWORD64 kMitigations =
      PROCESS_CREATION_MITIGATION_POLICY_DEP_ENABLE |
      PROCESS_CREATION_MITIGATION_POLICY_FORCE_RELOCATE_IMAGES_ALWAYS_ON |
      PROCESS_CREATION_MITIGATION_POLICY_HEAP_TERMINATE_ALWAYS_ON |
      PROCESS_CREATION_MITIGATION_POLICY_BOTTOM_UP_ASLR_ALWAYS_ON |
      PROCESS_CREATION_MITIGATION_POLICY_HIGH_ENTROPY_ASLR_ALWAYS_ON |
      PROCESS_CREATION_MITIGATION_POLICY_EXTENSION_POINT_DISABLE_ALWAYS_ON |
      PROCESS_CREATION_MITIGATION_POLICY_FONT_DISABLE_ALWAYS_ON |
      PROCESS_CREATION_MITIGATION_POLICY_IMAGE_LOAD_NO_REMOTE_ALWAYS_ON |
      PROCESS_CREATION_MITIGATION_POLICY_IMAGE_LOAD_NO_LOW_LABEL_ALWAYS_ON;

// What CreateProcessW() is told beyond its arguments: the handles that the child inherits, and its
// mitigations.
class Attributes {
 public:
   Attributes(std::vector<void *> handles, DWORD64 mitigations)
         : handles_(std::move(handles)), mitigations_(mitigations) {
      const DWORD count = mitigations_ == 0 ? 1 : 2;
      SIZE_T size = 0;
      ::InitializeProcThreadAttributeList(nullptr, count, 0, &size);
      room_ = std::make_unique<std::uint8_t[]>(size);
      if (::InitializeProcThreadAttributeList(list(), count, 0, &size) == 0)
         system_fails("InitializeProcThreadAttributeList");
      add(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles_.data(), handles_.size() * sizeof(HANDLE));
      if (mitigations_ != 0)
         add(PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY, &mitigations_, sizeof mitigations_);
   }
   Attributes(const Attributes &) = delete;
   Attributes &operator=(const Attributes &) = delete;
   ~Attributes() { ::DeleteProcThreadAttributeList(list()); }

   LPPROC_THREAD_ATTRIBUTE_LIST list() const {
      return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(room_.get());
   }

 private:
   void add(DWORD_PTR attribute, void *value, std::size_t size) {
      if (::UpdateProcThreadAttribute(list(), 0, attribute, value, size, nullptr, nullptr) == 0)
         system_fails("UpdateProcThreadAttribute");
   }

   std::vector<void *> handles_;
   DWORD64 mitigations_;
   std::unique_ptr<std::uint8_t[]> room_;
};

Handle make_job(std::uint64_t confined_to) {
   Handle job(::CreateJobObjectW(nullptr, nullptr));
   JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
   JOBOBJECT_BASIC_UI_RESTRICTIONS desktop{};
   DWORD &flags = limits.BasicLimitInformation.LimitFlags;
   flags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
   if (confined_to != 0) {
      flags |= JOB_OBJECT_LIMIT_JOB_MEMORY | JOB_OBJECT_LIMIT_ACTIVE_PROCESS |
               JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
      limits.JobMemoryLimit = confined_to;
      limits.BasicLimitInformation.ActiveProcessLimit = 1;
      desktop.UIRestrictionsClass =
            JOB_OBJECT_UILIMIT_DESKTOP | JOB_OBJECT_UILIMIT_DISPLAYSETTINGS |
            JOB_OBJECT_UILIMIT_EXITWINDOWS | JOB_OBJECT_UILIMIT_GLOBALATOMS |
            JOB_OBJECT_UILIMIT_HANDLES | JOB_OBJECT_UILIMIT_READCLIPBOARD |
            JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS | JOB_OBJECT_UILIMIT_WRITECLIPBOARD;
   }
   const auto set = [&](JOBOBJECTINFOCLASS kind, void *value, DWORD size) {
      return ::SetInformationJobObject(job.get(), kind, value, size) != 0;
   };
   if (!job.is_open() || !set(JobObjectExtendedLimitInformation, &limits, sizeof limits) ||
       (confined_to != 0 && !set(JobObjectBasicUIRestrictions, &desktop, sizeof desktop))) {
      system_fails("CreateJobObject");
   }
   return job;
}

// Reads to the end; what exceeds the limit is dropped.
void drain(HANDLE reader, std::string &output) {
   std::array<char, 16384> chunk{};
   DWORD got = 0;
   while (::ReadFile(reader, chunk.data(), chunk.size(), &got, nullptr) != 0 && got > 0) {
      output.append(chunk.data(), std::min<std::size_t>(got, kMaxChildOutput - output.size()));
   }
}

int exit_code_of(HANDLE process) {
   constexpr DWORD kFirstException = 0x80000000; // NTSTATUS of severity warning or error
   DWORD code = 0;
   ::GetExitCodeProcess(process, &code);
   return code >= kFirstException ? kEndedByException : static_cast<int>(code);
}

std::wstring wide_or_refuse(const std::string &text) {
   auto wide = sdk::windows::to_wide(text);
   if (wide) return std::move(*wide);
   throw std::system_error(ERROR_NO_UNICODE_TRANSLATION, std::system_category(), "argument");
}

ChildResult run(const std::vector<std::string> &arguments, unsigned timeout_ms) {
   HANDLE ends[2] = {};
   if (::CreatePipe(&ends[0], &ends[1], nullptr, 0) == 0) system_fails("CreatePipe");
   const Handle reader(ends[0]);
   Handle writer(ends[1]);
   ProcessStart start;
   start.program = wide_or_refuse(arguments.front());
   for (std::size_t i = 1; i < arguments.size(); ++i)
      start.words.push_back(wide_or_refuse(arguments[i]));
   Handle input = open_null_device();
   Handle output = inheritable(writer.get());
   const HANDLE error = ::GetStdHandle(STD_ERROR_HANDLE);
   Handle errors = error == nullptr || error == INVALID_HANDLE_VALUE ? open_null_device()
                                                                     : inheritable(error);
   start.standard = {input.get(), output.get(), errors.get()};
   StartedProcess child = start_process(start);
   output.close();
   writer.close();

   ChildResult result;
   std::thread reading([&] { drain(reader.get(), result.output); });
   const bool ended = ::WaitForSingleObject(child.process.get(), timeout_ms) == WAIT_OBJECT_0;
   child.job.close(); // a grandchild may hold the pipe longer than the child lives
   reading.join();
   result.timed_out = !ended;
   result.exit_code = ended ? exit_code_of(child.process.get()) : kEndedByTimeout;
   return result;
}

} // namespace

Handle inheritable(void *handle) {
   HANDLE twin = nullptr;
   if (::DuplicateHandle(::GetCurrentProcess(), handle, ::GetCurrentProcess(), &twin, 0, TRUE,
                         DUPLICATE_SAME_ACCESS) == 0) {
      system_fails("DuplicateHandle");
   }
   return Handle(twin);
}

Handle open_null_device() {
   SECURITY_ATTRIBUTES inherited{sizeof(SECURITY_ATTRIBUTES), nullptr, TRUE};
   Handle device(::CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE,
                               FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited, OPEN_EXISTING, 0,
                               nullptr));
   if (!device.is_open()) system_fails("NUL");
   return device;
}

StartedProcess start_process(const ProcessStart &start) {
   std::wstring line = quoted(start.program); // CreateProcessW() writes into it
   for (const std::wstring &word : start.words)
      line += L' ' + quoted(word);
   std::vector<void *> all = start.standard;
   all.insert(all.end(), start.more.begin(), start.more.end());
   const bool confined = start.confined_to != 0;
   const Attributes attributes(std::move(all), confined ? kMitigations : 0);
   Handle job = make_job(start.confined_to);

   STARTUPINFOEXW startup{};
   startup.StartupInfo.cb = sizeof startup;
   startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
   startup.StartupInfo.hStdInput = start.standard[0];
   startup.StartupInfo.hStdOutput = start.standard[1];
   startup.StartupInfo.hStdError = start.standard[2];
   startup.lpAttributeList = attributes.list();
   const DWORD flags = CREATE_SUSPENDED | EXTENDED_STARTUPINFO_PRESENT |
                       CREATE_UNICODE_ENVIRONMENT | (confined ? DETACHED_PROCESS : 0);
   PROCESS_INFORMATION started{};
   // The environment is not written to, whatever the type says.
   if (::CreateProcessW(start.program.c_str(), line.data(), nullptr, nullptr, TRUE, flags,
                        const_cast<wchar_t *>(start.environment), nullptr, &startup.StartupInfo,
                        &started) == 0) {
      system_fails("CreateProcess");
   }
   StartedProcess child{Handle(started.hProcess), std::move(job)};
   const Handle thread(started.hThread);
   if (::AssignProcessToJobObject(child.job.get(), child.process.get()) == 0) {
      const DWORD error = ::GetLastError();
      ::TerminateProcess(child.process.get(), 1);
      throw std::system_error(static_cast<int>(error), std::system_category(),
                              "AssignProcessToJobObject");
   }
   ::ResumeThread(thread.get());
   return child;
}

ChildResult run_child(const std::vector<std::string> &arguments, unsigned timeout_ms) {
   try {
      return run(arguments, timeout_ms);
   } catch (const std::system_error &error) {
      const auto code = static_cast<std::uint32_t>(error.code().value());
      throw Error(ErrorCode::io, fmt::format("cannot run '{}': {}", printable(arguments.front()),
                                             sdk::windows::error_text(code)))
            .in_file(arguments.front());
   }
}

} // namespace keyseat::platform
