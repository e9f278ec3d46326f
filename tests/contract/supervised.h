// SPDX-License-Identifier: Apache-2.0
//
// Runs the tests in a process of their own, so that a plugin that ends its process (R-PRC-1) cannot pass for
// one that has passed them all.

#ifndef KEYSEAT_TESTS_CONTRACT_SUPERVISED_H
#define KEYSEAT_TESTS_CONTRACT_SUPERVISED_H

#include <functional>

namespace contract {

// Runs `tests` in a child process and returns the exit code that it came to. Where the child ends before
// `tests` returns, says so on standard error and returns 1. Flushed output, no threads: to be called first.
int run_supervised(const std::function<int()> &tests);

} // namespace contract

#endif
