// SPDX-License-Identifier: Apache-2.0

#include "contract/supervised.h"

#include <windows.h>

#include <cstdio>
#include <stdexcept>
#include <string>

namespace contract {

namespace {

// The variable that tells the child what it is.
constexpr const wchar_t *kMark = L"KEYSEAT_CONTRACT_CHILD";

// The upper bits of an exit code that no plugin chooses.
constexpr DWORD kFinished = 0x4b530000;

// The same program, with the same arguments and the same standard handles, but without input, which is
// for whoever has started this.
DWORD run_again() {
   std::wstring command = ::GetCommandLineW();
   STARTUPINFOW startup{};
   startup.cb = sizeof startup;
   startup.dwFlags = STARTF_USESTDHANDLES;
   SECURITY_ATTRIBUTES inherited{sizeof inherited, nullptr, TRUE};
   startup.hStdInput = ::CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                     &inherited, OPEN_EXISTING, 0, nullptr);
   startup.hStdOutput = ::GetStdHandle(STD_OUTPUT_HANDLE);
   startup.hStdError = ::GetStdHandle(STD_ERROR_HANDLE);
   PROCESS_INFORMATION child{};
   ::SetEnvironmentVariableW(kMark, L"1");
   if (::CreateProcessW(nullptr, command.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr,
                        &startup, &child) == 0) {
      throw std::runtime_error("cannot start the tests: error " + std::to_string(::GetLastError()));
   }
   ::CloseHandle(startup.hStdInput);
   ::CloseHandle(child.hThread);
   ::WaitForSingleObject(child.hProcess, INFINITE);
   DWORD code = 0;
   ::GetExitCodeProcess(child.hProcess, &code);
   ::CloseHandle(child.hProcess);
   return code;
}

} // namespace

int run_supervised(const std::function<int()> &tests) {
   if (::GetEnvironmentVariableW(kMark, nullptr, 0) != 0)
      return static_cast<int>(kFinished | static_cast<DWORD>(tests()));
   const DWORD code = run_again();
   if ((code & 0xffff0000) == kFinished) return static_cast<int>(code & 0xffff);
   std::fprintf(stderr,
                "[  FAILED  ] R-PRC-1: the process has ended in the test that was named last, with "
                "exit code "
                "0x%lx\n",
                code);
   return 1;
}

} // namespace contract
