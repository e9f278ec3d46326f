// SPDX-License-Identifier: Apache-2.0
//
// The two ways of put_back() (take_out.h): into the text that was left, and into another text of the
// same meaning.

#ifndef KEYSEAT_LINKED_SERVICE_PUT_BACK_H
#define KEYSEAT_LINKED_SERVICE_PUT_BACK_H

#include "linked_service/take_out.h"

#include <keyseat/error.h>

#include <optional>
#include <string>
#include <vector>

namespace keyseat {

// The refusal of a secret that does not fit where the payload says.
Error misfit(const std::string &pointer, std::string why);

// By offsets. The result is checked: each secret is one whole member or value at its pointer.
Restored put_back_text(const Document &left, const Definition &definition, const Payload &payload);

// By pointers.
Restored put_back_values(const Document &left, const Definition &definition,
                         const Payload &payload);

// Reads the restored text; text that is no definition any more was never taken from one. Throws
// Error(credential_refused).
Restored read_restored(const SecretBytes &text, const std::string &name);

// True when `parts` are what a rule of secret discovery cuts out of `text`.
bool are_parts_of(std::string_view text, const std::vector<CutPart> &parts);

// `text` without its parts. They are parts of it.
SecretBytes without_parts(std::string_view text, const std::vector<CutPart> &parts);

// An edited rest with the cut parts appended to it; empty where the result would not be split into
// this rest and these parts again.
std::optional<SecretBytes> reattach(std::string_view rest, const std::vector<CutPart> &parts);

} // namespace keyseat

#endif
