// SPDX-License-Identifier: Apache-2.0
//
// Whether a configuration that has been read is the one that its user has trusted.

#ifndef KEYSEAT_CONFIG_TRUST_CHECK_H
#define KEYSEAT_CONFIG_TRUST_CHECK_H

#include <filesystem>

#include "config/file_content.h"
#include "config/source_text.h"
#include "config/trust.h"

namespace keyseat {

// Compares what was read, and is used, with the pin. The key files are looked at only when the text is
// the trusted one: a stranger's text does not make anybody read files.
TrustState compare_with_pin(const SourceText &source, const FileContent &content,
                            const std::filesystem::path &user_folder);

} // namespace keyseat

#endif
