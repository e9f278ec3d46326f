// SPDX-License-Identifier: Apache-2.0
//
//    with_environment NAME=VALUE... -- PROGRAM [ARGUMENT]...
//
// Runs a program with these variables, which Wine takes from its own registry and not from the environment that it is
// started in. What follows the dashes is passed on as it stands.

#include <windows.h>

#include <shellapi.h>

#include <string>

namespace {

// Ctrl-C is the program's to answer; a handler is not handed on to it, as ignoring would be.
BOOL WINAPI wait_for_the_program(DWORD) { return TRUE; }

} // namespace

int main() {
   ::SetConsoleCtrlHandler(wait_for_the_program, TRUE);
   const std::wstring line = ::GetCommandLineW();
   const std::wstring mark = L" -- ";
   const std::size_t at = line.find(mark);
   if (at == std::wstring::npos) return 125;
   int count = 0;
   wchar_t **words = ::CommandLineToArgvW(line.substr(0, at).c_str(), &count);
   for (int i = 1; i < count; ++i) {
      const std::wstring word = words[i];
      const std::size_t sign = word.find(L'=');
      if (sign == std::wstring::npos) return 125;
      ::SetEnvironmentVariableW(word.substr(0, sign).c_str(), word.substr(sign + 1).c_str());
   }
   std::wstring command = line.substr(at + mark.size());
   STARTUPINFOW startup{};
   startup.cb = sizeof startup;
   startup.dwFlags = STARTF_USESTDHANDLES;
   startup.hStdInput = ::GetStdHandle(STD_INPUT_HANDLE);
   startup.hStdOutput = ::GetStdHandle(STD_OUTPUT_HANDLE);
   startup.hStdError = ::GetStdHandle(STD_ERROR_HANDLE);
   PROCESS_INFORMATION process{};
   if (::CreateProcessW(nullptr, command.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr,
                        &startup, &process) == 0) {
      return 126;
   }
   ::WaitForSingleObject(process.hProcess, INFINITE);
   DWORD code = 0;
   ::GetExitCodeProcess(process.hProcess, &code);
   return static_cast<int>(code);
}
