// SPDX-License-Identifier: Apache-2.0
//
// What TPM2-TSS and the TPM answer, in words and with their numbers (TPM 2.0 Library Part 2 section
// 6.6, TSS 2.0 Overview section 3.11).

#ifndef TPM2_TPM_FAILURE_H
#define TPM2_TPM_FAILURE_H

#include <keyseat/sdk/failure.h>

#include <tss2/tss2_common.h>
#include <tss2/tss2_tpm2_types.h>

#include <string>

namespace tpm2 {

using keyseat::sdk::Failure;

// A failed command. Its code is for callers that know better than the general text what it means.
class TpmFailure : public Failure {
 public:
   TpmFailure(Failure failure, TSS2_RC code) : Failure(std::move(failure)), code_(code) {}

   TSS2_RC code() const { return code_; }

 private:
   TSS2_RC code_;
};

// A TPM's own code without the number of the parameter, handle or session that it blames:
// TPM2_RC_AUTH_FAIL for 0x98e. 0 for codes of the software in between.
TSS2_RC base_code(TSS2_RC code);

// "TPM_RC_LOCKOUT 0x921"; "0x1234" for those without a name here.
std::string code_name(TSS2_RC code);

bool is_transient_code(TSS2_RC code);  // send the same command again
bool is_exhaustion_code(TSS2_RC code); // others hold too many objects or sessions
bool is_restart_code(TSS2_RC code);    // the TPM has been reset under us: begin anew

// The failure of `command` ("TPM2_Load") by `code`.
TpmFailure command_failed(const char *command, TSS2_RC code);

// The connection broke while `command` was at work.
TpmFailure connection_lost(const char *command, TSS2_RC code);

// The failure to connect by the TCTI string `tcti`.
TpmFailure cannot_connect(const std::string &tcti, TSS2_RC code);

} // namespace tpm2

#endif
