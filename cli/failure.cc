// SPDX-License-Identifier: Apache-2.0
#include "cli/failure.h"

#include <fmt/format.h>

#include <filesystem>
#include <new>

#include "base/path_text.h"

namespace keyseat::cli {

Error current_failure() {
   try {
      throw;
   } catch (const Error &error) {
      return error;
   } catch (const std::filesystem::filesystem_error &error) {
      return Error(ErrorCode::io,
                   fmt::format("'{}': {}", path_text(error.path1()), error.code().message()));
   } catch (const std::bad_alloc &) {
      return Error(ErrorCode::internal, "there is not enough memory");
   } catch (const std::exception &error) {
      return Error(ErrorCode::internal, fmt::format("internal error: {}", error.what()))
            .hint("please report it; docs/exit-codes.md says how");
   }
}

} // namespace keyseat::cli
