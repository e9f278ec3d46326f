// SPDX-License-Identifier: Apache-2.0
//
// Comments in JSON text: from // to the end of the line, and from /* to */.

#ifndef KEYSEAT_CONFIG_COMMENTS_H
#define KEYSEAT_CONFIG_COMMENTS_H

#include <string>
#include <string_view>

namespace keyseat {

// `text` with each byte of a comment replaced by a space. Line ends stay, and so does the offset of
// everything else. Throws sdk::jose::JsonError at a comment that does not end.
std::string blank_comments(std::string_view text);

} // namespace keyseat

#endif
