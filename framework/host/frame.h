// SPDX-License-Identifier: Apache-2.0
//
// Frame: one message between a host and a plugin that does not run on the host's thread (worker.h).
// The codec of both directions. All integers are little-endian:
//
//    offset  size
//         0     4   "KSF1"
//         4     2   type    what the frame says (messages.h)
//         6     2   0
//         8     4   call    number of the call that it belongs to
//        12     4   size    bytes that follow: all the rest of the frame
//        16         fields, one behind the other:
//                      2   tag
//                      4   size of the value
//                          the value
//
// A channel delivers frames whole. Fields do not nest. Every sequence of fields has one encoding, and
// every frame that decodes is encoded to the same bytes again: nothing is skipped, padded or left to
// choice. Both sides distrust each other: a plugin may write into its worker's memory as it likes.
//
// Frames carry CEKs and PINs. Their bytes lie in key memory on both sides and are wiped with them.

#ifndef KEYSEAT_HOST_FRAME_H
#define KEYSEAT_HOST_FRAME_H

#include <keyseat/secret.h>

#include <cstdint>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace keyseat {

inline constexpr std::size_t kMaxFrame = std::size_t{128} << 10; // bytes, header included
inline constexpr std::size_t kMaxFields = 4096;

struct Field {
   std::uint16_t tag = 0;
   BytesView value; // lies in its frame
};

// A decoded frame. Its fields point into it; moving it does not move them.
class Frame {
 public:
   // None when the bytes are no frame.
   static std::optional<Frame> decode(SecretBytes bytes);

   std::uint16_t type() const { return type_; }
   std::uint32_t call() const { return call_; }
   const std::vector<Field> &fields() const { return fields_; }

 private:
   explicit Frame(SecretBytes bytes) : bytes_(std::move(bytes)) {}

   SecretBytes bytes_;
   std::uint16_t type_ = 0;
   std::uint32_t call_ = 0;
   std::vector<Field> fields_;
};

// A frame whose fields are not those of its type.
class FrameError : public std::exception {
 public:
   const char *what() const noexcept override { return "a malformed frame"; }
};

// Makes a frame, field by field.
class FrameWriter {
 public:
   // Throws Error(protector_unavailable) when there is no key memory, std::bad_alloc when it is spent.
   FrameWriter(std::uint16_t type, std::uint32_t call);

   // Throw FrameError when the frame gets larger than one may be.
   void bytes(std::uint16_t tag, BytesView value);
   void text(std::uint16_t tag, std::string_view value) { bytes(tag, as_bytes(value)); }
   void u32(std::uint16_t tag, std::uint32_t value);
   void u64(std::uint16_t tag, std::uint64_t value);

   SecretBytes finish(); // the whole frame, once

 private:
   SecretBytes frame_;
   std::size_t fields_ = 0;
};

// Takes the fields of a frame in their order. Every function throws FrameError when the next field is
// not the expected one.
class FrameReader {
 public:
   explicit FrameReader(const Frame &frame) : fields_(frame.fields()) {}

   bool next_is(std::uint16_t tag) const {
      return next_ < fields_.size() && fields_[next_].tag == tag;
   }
   BytesView bytes(std::uint16_t tag);
   std::string_view text(std::uint16_t tag); // without NUL inside
   std::uint32_t u32(std::uint16_t tag);
   std::uint64_t u64(std::uint16_t tag);
   void end() const; // nothing may be left

 private:
   const std::vector<Field> &fields_;
   std::size_t next_ = 0;
};

} // namespace keyseat

#endif
