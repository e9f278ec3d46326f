// SPDX-License-Identifier: Apache-2.0

#include "tpm_failure.h"

#include <array>
#include <cstdio>

namespace tpm2 {

namespace {

constexpr TSS2_RC kLayerMask = 0x00ff0000;
constexpr TSS2_RC kFormatOne = 0x080;
constexpr TSS2_RC kFormatOneMask = 0x0bf;

struct Code {
   TSS2_RC code;
   const char *name;
   keyseat_status status;
   const char *message; // null: "TPM2_X fails"
   const char *hint;
};

// Those that a person meets; every other one is named by its number.
constexpr std::array kCodes{
      Code{TPM2_RC_INITIALIZE, "TPM_RC_INITIALIZE", KEYSEAT_E_UNAVAILABLE,
           "the TPM has not been started", "it is the system's to start it (TPM2_Startup)"},
      Code{TPM2_RC_FAILURE, "TPM_RC_FAILURE", KEYSEAT_E_UNAVAILABLE, "the TPM is in failure mode",
           "turn the machine off and on again"},
      Code{TPM2_RC_AUTH_FAIL, "TPM_RC_AUTH_FAIL", KEYSEAT_E_AUTH_FAILED, "wrong PIN", nullptr},
      Code{TPM2_RC_BAD_AUTH, "TPM_RC_BAD_AUTH", KEYSEAT_E_DENIED,
           "the TPM takes an authorisation that is not there", nullptr},
      Code{TPM2_RC_LOCKOUT, "TPM_RC_LOCKOUT", KEYSEAT_E_AUTH_LOCKED,
           "the TPM is in lockout after wrong PINs", nullptr},
      Code{TPM2_RC_POLICY_FAIL, "TPM_RC_POLICY_FAIL", KEYSEAT_E_DENIED,
           "the state of the machine is not the one that the key is bound to", nullptr},
      Code{TPM2_RC_PCR_CHANGED, "TPM_RC_PCR_CHANGED", KEYSEAT_E_BUSY,
           "a PCR changed while the TPM was at work", "try again"},
      Code{TPM2_RC_INTEGRITY, "TPM_RC_INTEGRITY", KEYSEAT_E_CONFIG,
           "the key file is not one of this TPM, or was altered", nullptr},
      Code{TPM2_RC_OBJECT_MEMORY, "TPM_RC_OBJECT_MEMORY", KEYSEAT_E_BUSY,
           "the TPM has no room for another key", nullptr},
      Code{TPM2_RC_SESSION_MEMORY, "TPM_RC_SESSION_MEMORY", KEYSEAT_E_BUSY,
           "the TPM has no room for another session", nullptr},
      Code{TPM2_RC_SESSION_HANDLES, "TPM_RC_SESSION_HANDLES", KEYSEAT_E_BUSY,
           "the TPM has no room for another session", nullptr},
      Code{TPM2_RC_OBJECT_HANDLES, "TPM_RC_OBJECT_HANDLES", KEYSEAT_E_BUSY,
           "the TPM has no room for another key", nullptr},
      Code{TPM2_RC_MEMORY, "TPM_RC_MEMORY", KEYSEAT_E_BUSY, "the TPM is out of memory", nullptr},
      Code{TPM2_RC_NV_RATE, "TPM_RC_NV_RATE", KEYSEAT_E_BUSY, "the TPM limits how often it writes",
           "try again later"},
      Code{TPM2_RC_RETRY, "TPM_RC_RETRY", KEYSEAT_E_BUSY, "the TPM is busy", "try again later"},
      Code{TPM2_RC_YIELDED, "TPM_RC_YIELDED", KEYSEAT_E_BUSY, "the TPM is busy", "try again later"},
      Code{TPM2_RC_TESTING, "TPM_RC_TESTING", KEYSEAT_E_BUSY, "the TPM tests itself",
           "try again later"},
      Code{TPM2_RC_SIGNATURE, "TPM_RC_SIGNATURE", KEYSEAT_E_UNAVAILABLE, nullptr, nullptr},
      Code{TPM2_RC_HANDLE, "TPM_RC_HANDLE", KEYSEAT_E_UNAVAILABLE, nullptr, nullptr},
      Code{TPM2_RC_VALUE, "TPM_RC_VALUE", KEYSEAT_E_UNAVAILABLE, nullptr, nullptr},
      Code{TPM2_RC_REFERENCE_H0, "TPM_RC_REFERENCE_H0", KEYSEAT_E_UNAVAILABLE, nullptr, nullptr},
      Code{TPM2_RC_REFERENCE_S0, "TPM_RC_REFERENCE_S0", KEYSEAT_E_UNAVAILABLE, nullptr, nullptr},
      Code{TPM2_RC_CURVE, "TPM_RC_CURVE", KEYSEAT_E_UNSUPPORTED, "the TPM does not have this curve",
           nullptr},
      Code{TPM2_RC_COMMAND_CODE, "TPM_RC_COMMAND_CODE", KEYSEAT_E_UNSUPPORTED,
           "the TPM does not have this command", nullptr},
};

const Code *find_code(TSS2_RC base) {
   for (const Code &known : kCodes) {
      if (known.code == base) return &known;
   }
   return nullptr;
}

std::string hexadecimal(TSS2_RC code) {
   std::array<char, 16> text{};
   static_cast<void>(std::snprintf(text.data(), text.size(), "0x%x", code)); // fits
   return text.data();
}

// The response did not come from the TPM that the session was salted to, or was changed on the way.
bool is_forgery(TSS2_RC code) {
   const TSS2_RC base = code & ~kLayerMask;
   return (code & kLayerMask) != 0 &&
          (base == TSS2_BASE_RC_RSP_AUTH_FAILED || base == TSS2_BASE_RC_MALFORMED_RESPONSE);
}

Failure explain(const char *command, TSS2_RC code) {
   if (is_forgery(code)) {
      return Failure(KEYSEAT_E_UNAVAILABLE, std::string("the answer to ") + command +
                                                  " does not come from the TPM (" +
                                                  hexadecimal(code) + ")")
            .with_hint("somebody stands between this machine and its TPM, or it is another TPM");
   }
   const Code *known = find_code(base_code(code));
   if (known == nullptr || known->message == nullptr)
      return {KEYSEAT_E_UNAVAILABLE, std::string(command) + " fails (" + code_name(code) + ")"};
   Failure failure(known->status, std::string(known->message) + " (" + code_name(code) + ")");
   if (known->hint == nullptr) return failure;
   return std::move(failure).with_hint(known->hint);
}

} // namespace

TSS2_RC base_code(TSS2_RC code) {
   // A resource manager passes on the TPM's own codes and may mark them with its layer.
   const TSS2_RC layer = code & kLayerMask;
   if (layer != TSS2_TPM_RC_LAYER && layer != TSS2_RESMGR_TPM_RC_LAYER) return 0;
   const TSS2_RC own = code & ~kLayerMask;
   return (own & kFormatOne) != 0 ? own & kFormatOneMask : own;
}

std::string code_name(TSS2_RC code) {
   const Code *known = find_code(base_code(code));
   return known == nullptr ? hexadecimal(code) : std::string(known->name) + " " + hexadecimal(code);
}

bool is_transient_code(TSS2_RC code) {
   const TSS2_RC base = base_code(code);
   return base == TPM2_RC_RETRY || base == TPM2_RC_YIELDED || base == TPM2_RC_TESTING;
}

bool is_exhaustion_code(TSS2_RC code) {
   const TSS2_RC base = base_code(code);
   return base == TPM2_RC_OBJECT_MEMORY || base == TPM2_RC_SESSION_MEMORY ||
          base == TPM2_RC_OBJECT_HANDLES || base == TPM2_RC_SESSION_HANDLES ||
          base == TPM2_RC_MEMORY;
}

bool is_restart_code(TSS2_RC code) {
   const TSS2_RC base = base_code(code);
   return base == TPM2_RC_INITIALIZE || base == TPM2_RC_HANDLE ||
          (base >= TPM2_RC_REFERENCE_H0 && base <= TPM2_RC_REFERENCE_S6);
}

TpmFailure command_failed(const char *command, TSS2_RC code) {
   return {explain(command, code).with_native("tss2", code), code};
}

TpmFailure connection_lost(const char *command, TSS2_RC code) {
   return {Failure(KEYSEAT_E_UNAVAILABLE, std::string("the connection to the TPM broke during ") +
                                                command + " (" + hexadecimal(code) + ")")
                 .with_hint("try again; if it stays so, look at the kernel's log")
                 .with_native("tss2", code),
           code};
}

TpmFailure cannot_connect(const std::string &tcti, TSS2_RC code) {
   return {Failure(KEYSEAT_E_UNAVAILABLE,
                   "there is no TPM at '" + tcti + "' (" + hexadecimal(code) + ")")
                 .with_hint("is it running, and may this user (group tss) talk to it? see option "
                            "'tcti'")
                 .with_native("tss2", code),
           code};
}

} // namespace tpm2
