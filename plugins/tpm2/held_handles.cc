// SPDX-License-Identifier: Apache-2.0

#include "held_handles.h"

#include "tpm_failure.h"

#include <cstdint>

namespace tpm2 {

namespace {

constexpr std::size_t kHeaderSize = 10; // tag, size, command or response code
constexpr std::size_t kCodeOffset = 6;

std::uint32_t read_u32(BytesView bytes, std::size_t offset) {
   std::uint32_t value = 0;
   for (std::size_t i = 0; i < 4; ++i)
      value = value << 8 | bytes[offset + i];
   return value;
}

void append_u32(Bytes &bytes, std::uint32_t value) {
   for (int shift = 24; shift >= 0; shift -= 8)
      bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

// Commands whose response begins with the handle of something new.
bool makes_handle(TPM2_CC code) {
   return code == TPM2_CC_CreatePrimary || code == TPM2_CC_Load || code == TPM2_CC_LoadExternal ||
          code == TPM2_CC_StartAuthSession || code == TPM2_CC_ContextLoad;
}

} // namespace

void HeldHandles::note(BytesView command, BytesView response) {
   constexpr std::size_t kWithHandle = kHeaderSize + 4;
   if (command.size() < kHeaderSize || response.size() < kHeaderSize) return;
   const TPM2_CC code = read_u32(command, kCodeOffset);
   const TPM2_RC result = read_u32(response, kCodeOffset);
   if (makes_handle(code) && result == TPM2_RC_SUCCESS && response.size() >= kWithHandle)
      handles_.insert(read_u32(response, kHeaderSize));
   // What the TPM does not know is flushed as well.
   if (code == TPM2_CC_FlushContext && command.size() >= kWithHandle &&
       (result == TPM2_RC_SUCCESS || base_code(result) == TPM2_RC_HANDLE))
      handles_.erase(read_u32(command, kHeaderSize));
}

std::vector<Bytes> HeldHandles::flush_commands() const {
   std::vector<Bytes> commands;
   for (const TPM2_HANDLE handle : handles_) {
      Bytes &command = commands.emplace_back();
      command = {TPM2_ST_NO_SESSIONS >> 8, TPM2_ST_NO_SESSIONS & 0xff};
      append_u32(command, kHeaderSize + 4);
      append_u32(command, TPM2_CC_FlushContext);
      append_u32(command, handle);
   }
   return commands;
}

} // namespace tpm2
