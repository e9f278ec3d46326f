// SPDX-License-Identifier: Apache-2.0
//
// The fields of messages: what their tags are, and how values of C++ become fields and come back. A
// message lists its fields in a function template walk(walk, self), which serves both directions: see
// messages.h.

#ifndef KEYSEAT_HOST_FIELDS_H
#define KEYSEAT_HOST_FIELDS_H

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "host/frame.h"

namespace keyseat {

// Tags of fields. Each tag means one thing in all messages.
enum class Tag : std::uint16_t {
   id = 1,
   read_path,
   write_path,
   device_path,
   network,
   draft,
   capabilities,
   name,
   vendor,
   version,
   description,
   license,
   url,
   inspects,
   option,
   type,
   marks,
   default_value,
   choice,
   flags,
   request_id,
   credential_id,
   timeout,
   subject,
   context,
   parallel,
   is_default,
   integer,
   text,
   input,
   status,
   health,
   extensions,
   output,
   refused_size,
   message,
   hint,
   retry_after,
   tries_left,
   native_code,
   native_domain,
   level,
   struct_size,
   kind,
   secret,
   title,
   error,
   attempt,
   min_length,
   max_length,
   state,
   created_at,
   kid,
   label,
   key_type,
   alg,
   stop,
};

using Text = std::string_view;
using OptionalText = std::optional<std::string_view>; // a C string that may be null
using Id = std::array<std::uint8_t, 16>;

// Writes the fields of a message.
class FieldPutter {
 public:
   explicit FieldPutter(FrameWriter &frame) : frame_(frame) {}

   void operator()(Tag tag, std::uint32_t value) { frame_.u32(number(tag), value); }
   void operator()(Tag tag, std::uint64_t value) { frame_.u64(number(tag), value); }
   void operator()(Tag tag, std::same_as<bool> auto value) {
      frame_.u32(number(tag), value ? 1 : 0);
   }
   void operator()(Tag tag, Text value) { frame_.text(number(tag), value); }
   void operator()(Tag tag, BytesView value) { frame_.bytes(number(tag), value); }
   void operator()(Tag tag, const Id &value) { frame_.bytes(number(tag), value); }
   void operator()(Tag tag, const OptionalText &value) {
      if (value) (*this)(tag, *value);
   }
   template <class Value>
   void operator()(Tag tag, const std::vector<Value> &values) {
      for (const Value &value : values)
         (*this)(tag, value);
   }
   template <class Part>
   void group(Tag, const std::vector<Part> &parts) {
      for (const Part &part : parts)
         Part::walk(*this, part);
   }

 private:
   static std::uint16_t number(Tag tag) { return static_cast<std::uint16_t>(tag); }
   FrameWriter &frame_;
};

// Reads them.
class FieldTaker {
 public:
   explicit FieldTaker(const Frame &frame) : frame_(frame) {}

   void operator()(Tag tag, std::uint32_t &value) { value = frame_.u32(number(tag)); }
   void operator()(Tag tag, std::uint64_t &value) { value = frame_.u64(number(tag)); }
   void operator()(Tag tag, bool &value) {
      const std::uint32_t word = frame_.u32(number(tag));
      if (word > 1) throw FrameError();
      value = word == 1;
   }
   void operator()(Tag tag, Text &value) { value = frame_.text(number(tag)); }
   void operator()(Tag tag, BytesView &value) { value = frame_.bytes(number(tag)); }
   void operator()(Tag tag, Id &value);
   void operator()(Tag tag, OptionalText &value) {
      if (frame_.next_is(number(tag))) value = frame_.text(number(tag));
   }
   template <class Value>
   void operator()(Tag tag, std::vector<Value> &values) {
      while (frame_.next_is(number(tag)))
         (*this)(tag, values.emplace_back());
   }
   template <class Part>
   void group(Tag first, std::vector<Part> &parts) {
      while (frame_.next_is(number(first)))
         Part::walk(*this, parts.emplace_back());
   }
   void end() const { frame_.end(); }

 private:
   static std::uint16_t number(Tag tag) { return static_cast<std::uint16_t>(tag); }
   FrameReader frame_;
};

} // namespace keyseat

#endif
