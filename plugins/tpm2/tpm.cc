// SPDX-License-Identifier: Apache-2.0

#include "tpm.h"

#include <openssl/crypto.h>
#include <tss2/tss2_sys.h>

#include <algorithm>
#include <filesystem>

namespace tpm2 {

namespace {

constexpr const char *kKernelDevice = "/dev/tpmrm0";
constexpr std::chrono::milliseconds kLongestPause{250};

bool begins_with(const std::string &text, const std::string &start) {
   return text.compare(0, start.size(), start) == 0;
}

// A name is looked up where the system keeps its libraries. A relative path would be one's own wherever
// the process stands.
void require_harmless(const std::string &tcti) {
   const std::string module = tcti.substr(0, tcti.find(':'));
   if (module.find('/') == std::string::npos || module.front() == '/') return;
   throw Failure(KEYSEAT_E_CONFIG, "a TCTI module is named by its name or an absolute path")
         .with_option("tcti");
}

std::unique_ptr<Line> connect(std::string &tcti, LeftBehind &left_behind,
                              const Deadline &deadline) {
   if (!tcti.empty()) {
      require_harmless(tcti);
      return std::make_unique<Line>(tcti, left_behind, deadline);
   }
   std::error_code ignored;
   if (std::filesystem::exists(kKernelDevice, ignored)) {
      tcti = std::string("device:") + kKernelDevice;
      return std::make_unique<Line>(tcti, left_behind, deadline);
   }
   try {
      tcti = "tabrmd";
      return std::make_unique<Line>(tcti, left_behind, deadline);
   } catch (const TpmFailure &failure) {
      throw Failure(KEYSEAT_E_UNAVAILABLE, std::string("this machine has no TPM: there is no ") +
                                                 kKernelDevice +
                                                 ", and tpm2-abrmd does not answer either")
            .with_hint(
                  "switch it on in the firmware's settings, or name another one by option "
                  "'tcti'")
            .with_native("tss2", failure.code());
   }
}

bool has_resource_manager(const std::string &tcti) {
   return begins_with(tcti, "tabrmd") || begins_with(tcti, "device:/dev/tpmrm");
}

} // namespace

Tpm::Tpm(const std::string &tcti, LeftBehind &left_behind, const Deadline &deadline)
      : deadline_(&deadline) {
   // ESYS computes with OpenSSL's default context, which would load what OPENSSL_CONF names.
   OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
   std::string name = tcti;
   line_ = connect(name, left_behind, deadline);
   is_shared_ = has_resource_manager(name);
   const TSS2_RC code = Esys_Initialize(&esys_, line_->tcti(), nullptr);
   if (code != TSS2_RC_SUCCESS) throw command_failed("Esys_Initialize", code);
}

// The command buffer still holds what was decrypted in it last.
Tpm::~Tpm() {
   TSS2_SYS_CONTEXT *sys = nullptr;
   if (Esys_GetSysContext(esys_, &sys) == TSS2_RC_SUCCESS && sys != nullptr)
      OPENSSL_cleanse(sys, Tss2_Sys_GetContextSize(0));
   Esys_Finalize(&esys_);
}

void Tpm::wait_until(const Deadline &deadline) {
   deadline_ = &deadline;
   line_->wait_until(&deadline);
}

void Tpm::forget_deadline() {
   deadline_ = nullptr;
   line_->wait_until(nullptr);
}

bool Tpm::Attempts::accept(TSS2_RC code) {
   if (code == TSS2_RC_SUCCESS) return true;
   try {
      if (tpm_.line_->state() == LineState::silent) tpm_.deadline_->check();
      if (tpm_.is_lost()) throw connection_lost(command_, code);
      if (!is_transient_code(code)) throw command_failed(command_, code);
      busy_ = code;
      tpm_.deadline_->sleep(pause_);
   } catch (const Failure &failure) {
      if (failure.status() != KEYSEAT_E_TIMEOUT || busy_ == TSS2_RC_SUCCESS) throw;
      throw command_failed(command_, busy_); // which says more than that time is over
   }
   pause_ = std::min(2 * pause_, kLongestPause);
   return false;
}

void Handle::release() noexcept {
   if (tr_ == ESYS_TR_NONE) return;
   ESYS_TR tr = std::exchange(tr_, ESYS_TR_NONE);
   if (is_persistent_) {
      Esys_TR_Close(tpm_->esys(), &tr);
   } else if (!tpm_->is_lost() && !tpm_->is_left_to_line()) {
      Esys_FlushContext(tpm_->esys(), tr); // what this leaves, the line flushes
   }
}

} // namespace tpm2
