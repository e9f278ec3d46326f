// SPDX-License-Identifier: Apache-2.0
#include "host/processes.h"

#include <windows.h>

#include <tlhelp32.h>

#include <chrono>
#include <optional>
#include <thread>

namespace keyseat::test {
namespace {

template <class Wanted>
std::vector<int> processes_where(Wanted wanted) {
   std::vector<int> found;
   const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
   PROCESSENTRY32W entry{};
   entry.dwSize = sizeof entry;
   for (BOOL more = Process32FirstW(snapshot, &entry); more;
        more = Process32NextW(snapshot, &entry)) {
      if (wanted(entry)) found.push_back(static_cast<int>(entry.th32ProcessID));
   }
   CloseHandle(snapshot);
   return found;
}

std::optional<FILETIME> start_of(HANDLE process) {
   FILETIME created{};
   FILETIME other{};
   if (!GetProcessTimes(process, &created, &other, &other, &other)) return std::nullopt;
   return created;
}

// Ids are soon used again: what began before this process is no child of it or of its workers, whatever
// the id of its parent says. Services of the system are such.
bool is_older(const PROCESSENTRY32W &process) {
   const HANDLE handle =
         OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process.th32ProcessID);
   if (handle == nullptr) return false; // it has just ended
   const std::optional<FILETIME> start = start_of(handle);
   CloseHandle(handle);
   const std::optional<FILETIME> own = start_of(GetCurrentProcess());
   return start && own && CompareFileTime(&*start, &*own) < 0;
}

bool is_child_of(DWORD parent, const PROCESSENTRY32W &process) {
   return process.th32ParentProcessID == parent && !is_older(process);
}

} // namespace

int this_process() { return static_cast<int>(GetCurrentProcessId()); }

std::vector<int> children() {
   return processes_where([](const PROCESSENTRY32W &process) {
      return is_child_of(GetCurrentProcessId(), process);
   });
}

// A process of the worker's id that is not this one's child is somebody else's, and so are its children.
std::vector<int> family_of(int worker) {
   const auto newcomers =
         processes_where([id = static_cast<DWORD>(worker)](const PROCESSENTRY32W &process) {
            return process.th32ProcessID == id &&
                   process.th32ParentProcessID != GetCurrentProcessId();
         });
   if (!newcomers.empty()) return {};
   return processes_where([id = static_cast<DWORD>(worker)](const PROCESSENTRY32W &process) {
      return process.th32ProcessID == id || is_child_of(id, process);
   });
}

bool is_gone(int worker) {
   for (int i = 0; i < 3000; ++i) {
      if (family_of(worker).empty()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
   }
   return false;
}

bool has_jobs_without_limits() {
   return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

void kill_process(int process) {
   const HANDLE handle = OpenProcess(PROCESS_TERMINATE, FALSE, static_cast<DWORD>(process));
   TerminateProcess(handle, 1);
   CloseHandle(handle);
}

} // namespace keyseat::test
