// SPDX-License-Identifier: Apache-2.0
//
// What the frames between a host and a plugin say, one struct for each type of message.
//
//    host                                     plugin's side
//    ----                                     -------------
//    Load                               -->                     worker processes only: locks itself
//                                       <--   Loaded, Refused   down, loads the library
//    Open, Request                      -->                     one call into the plugin
//                                       <--   Failure, Log      any number, in between
//                                       <--   Prompt
//    Answer                             -->
//                                       <--   Key               while keys are listed
//    Next                               -->
//    Cancel                             -->                     at any time during the call
//                                       <--   Done              the call has returned
//
// One call at a time runs over one channel, so a frame always belongs to the call that was begun last;
// its number is checked all the same. Each struct lists its fields once, in walk(), for both
// directions. Texts and bytes are views into the frame that was read; a message that is to be written
// borrows them.

#ifndef KEYSEAT_HOST_MESSAGES_H
#define KEYSEAT_HOST_MESSAGES_H

#include <cstdint>
#include <vector>

#include "host/fields.h"

namespace keyseat {

enum class MessageType : std::uint16_t {
   load = 1,
   open = 2,
   // Requests, by function.
   status = 3,
   wrap = 4,
   unwrap = 5,
   create_key = 6,
   list_keys = 7,
   destroy_key = 8,
   export_public_key = 9,
   approve = 10,
   self_test = 11,
   explain = 12,
   close = 13,
   // To what the plugin's side asks.
   answer = 20,
   next = 21,
   cancel = 22,

   loaded = 32,
   refused = 33,
   done = 34,
   failure = 35,
   log = 36,
   prompt = 37,
   key = 38,
};

struct LoadMessage {
   static constexpr MessageType kType = MessageType::load;
   Text version; // of Keyseat, which is the worker's, too
   Text id;
   std::vector<Text> read_paths; // beyond those of the system
   std::vector<Text> write_paths;
   std::vector<Text> device_paths;
   bool network = false; // the plugin connects to other machines

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::version, self.version);
      walk(Tag::id, self.id);
      walk(Tag::read_path, self.read_paths);
      walk(Tag::write_path, self.write_paths);
      walk(Tag::device_path, self.device_paths);
      walk(Tag::network, self.network);
   }
};

// keyseat_option
struct OptionFields {
   Text name;
   std::uint32_t type = 0;
   std::uint32_t marks = 0;
   Text description;
   OptionalText default_value;
   std::vector<Text> choices;

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::option, self.name);
      walk(Tag::type, self.type);
      walk(Tag::marks, self.marks);
      walk(Tag::description, self.description);
      walk(Tag::default_value, self.default_value);
      walk(Tag::choice, self.choices);
   }
};

// keyseat_descriptor, which has been checked by then.
struct LoadedMessage {
   static constexpr MessageType kType = MessageType::loaded;
   std::uint32_t draft = 0;
   std::uint32_t capabilities = 0;
   Text id;
   Text name;
   Text vendor;
   Text version;
   Text description;
   OptionalText license;
   OptionalText url;
   bool inspects = false; // offers keyseat.inspect/1
   std::vector<OptionFields> options;

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::draft, self.draft);
      walk(Tag::capabilities, self.capabilities);
      walk(Tag::id, self.id);
      walk(Tag::name, self.name);
      walk(Tag::vendor, self.vendor);
      walk(Tag::version, self.version);
      walk(Tag::description, self.description);
      walk(Tag::license, self.license);
      walk(Tag::url, self.url);
      walk(Tag::inspects, self.inspects);
      walk.group(Tag::option, self.options);
   }
};

// The library is not loaded.
struct RefusedMessage {
   static constexpr MessageType kType = MessageType::refused;
   Text message; // "plugin 'ID' is refused: it has no symbol ..."

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::message, self.message);
   }
};

// keyseat_call
struct CallFields {
   std::uint32_t flags = 0;
   Id request_id{};
   Id credential_id{};
   std::uint32_t timeout_ms = 0;
   Text subject;
   Text context;

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::flags, self.flags);
      walk(Tag::request_id, self.request_id);
      walk(Tag::credential_id, self.credential_id);
      walk(Tag::timeout, self.timeout_ms);
      walk(Tag::subject, self.subject);
      walk(Tag::context, self.context);
   }
};

// keyseat_setting
struct SettingFields {
   Text name;
   std::uint32_t type = 0;
   bool is_default = false;
   std::uint64_t integer = 0;
   std::vector<Text> texts;

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::name, self.name);
      walk(Tag::type, self.type);
      walk(Tag::is_default, self.is_default);
      walk(Tag::integer, self.integer);
      walk(Tag::text, self.texts);
   }
};

struct OpenMessage {
   static constexpr MessageType kType = MessageType::open;
   CallFields call;
   bool parallel = false; // the host may use all channels at once, without a status before
   std::vector<SettingFields> settings;

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      CallFields::walk(walk, self.call);
      walk(Tag::parallel, self.parallel);
      walk.group(Tag::name, self.settings);
   }
};

// Every other call; the type names the function.
//
//    function           flags            inputs                   outputs
//    status                                                       kid, message, details
//    wrap                                CEK                      header, encrypted key
//    unwrap                              header, encrypted key    CEK
//    create_key         KEYSEAT_KEYS_*   key type, if any         kid
//    list_keys
//    destroy_key                         kid
//    export_public_key, approve, self_test                        document
//    explain                             header, encrypted key    document
//    close
struct Request {
   CallFields call;
   std::uint32_t flags = 0;
   std::vector<BytesView> inputs;

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      CallFields::walk(walk, self.call);
      walk(Tag::flags, self.flags);
      walk(Tag::input, self.inputs);
   }
};

// What a plugin put into a sink.
struct Output {
   BytesView value;
   std::uint64_t refused_size = 0; // not 0: what it wanted last, beyond the contract's limit

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::output, self.value);
      walk(Tag::refused_size, self.refused_size);
   }
};

struct DoneMessage {
   static constexpr MessageType kType = MessageType::done;
   std::uint32_t status = 0;       // keyseat_status
   std::uint32_t health = 0;       // of status()
   std::uint32_t capabilities = 0; // of status()
   std::uint32_t extensions = 0;   // of open(): bit N is the Extension N
   std::vector<Output> outputs;

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::status, self.status);
      walk(Tag::health, self.health);
      walk(Tag::capabilities, self.capabilities);
      walk(Tag::extensions, self.extensions);
      walk.group(Tag::output, self.outputs);
   }
};

// keyseat_error
struct FailureMessage {
   static constexpr MessageType kType = MessageType::failure;
   std::uint32_t struct_size = 0;
   std::uint32_t status = 0;
   std::uint32_t retry_after_ms = 0;
   std::uint32_t tries_left = 0;
   std::uint64_t native_code = 0;
   OptionalText native_domain;
   OptionalText message;
   OptionalText hint;
   OptionalText option;

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::struct_size, self.struct_size);
      walk(Tag::status, self.status);
      walk(Tag::retry_after, self.retry_after_ms);
      walk(Tag::tries_left, self.tries_left);
      walk(Tag::native_code, self.native_code);
      walk(Tag::native_domain, self.native_domain);
      walk(Tag::message, self.message);
      walk(Tag::hint, self.hint);
      walk(Tag::option, self.option);
   }
};

struct LogMessage {
   static constexpr MessageType kType = MessageType::log;
   std::uint32_t level = 0;
   BytesView message; // as the plugin wrote it

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::level, self.level);
      walk(Tag::message, self.message);
   }
};

// keyseat_prompt
struct PromptMessage {
   static constexpr MessageType kType = MessageType::prompt;
   std::uint32_t struct_size = 0;
   std::uint32_t kind = 0;
   OptionalText secret;
   OptionalText title;
   OptionalText error;
   std::uint32_t attempt = 0;
   std::uint32_t tries_left = 0;
   std::uint32_t min_length = 0;
   std::uint32_t max_length = 0;

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::struct_size, self.struct_size);
      walk(Tag::kind, self.kind);
      walk(Tag::secret, self.secret);
      walk(Tag::title, self.title);
      walk(Tag::error, self.error);
      walk(Tag::attempt, self.attempt);
      walk(Tag::tries_left, self.tries_left);
      walk(Tag::min_length, self.min_length);
      walk(Tag::max_length, self.max_length);
   }
};

struct AnswerMessage {
   static constexpr MessageType kType = MessageType::answer;
   std::uint32_t status = 0;
   BytesView answer;

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::status, self.status);
      walk(Tag::input, self.answer);
   }
};

// keyseat_key_info; a text is absent where the plugin's struct has null.
struct KeyMessage {
   static constexpr MessageType kType = MessageType::key;
   std::uint32_t struct_size = 0;
   std::uint32_t state = 0;
   std::uint32_t capabilities = 0;
   std::uint64_t created_at = 0;
   OptionalText kid;
   OptionalText label;
   OptionalText key_type;
   OptionalText alg;

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::struct_size, self.struct_size);
      walk(Tag::state, self.state);
      walk(Tag::capabilities, self.capabilities);
      walk(Tag::created_at, self.created_at);
      walk(Tag::kid, self.kid);
      walk(Tag::label, self.label);
      walk(Tag::key_type, self.key_type);
      walk(Tag::alg, self.alg);
   }
};

struct NextMessage {
   static constexpr MessageType kType = MessageType::next;
   std::uint32_t stop = 0; // what the visitor returned

   template <class Walk, class Self>
   static void walk(Walk &walk, Self &self) {
      walk(Tag::stop, self.stop);
   }
};

struct CancelMessage {
   static constexpr MessageType kType = MessageType::cancel;

   template <class Walk, class Self>
   static void walk(Walk &, Self &) {}
};

// A message as a frame of call number `call`. Throws FrameError when it is too large for one.
template <class Message>
SecretBytes to_frame(const Message &message, std::uint32_t call,
                     MessageType type = Message::kType) {
   FrameWriter writer(static_cast<std::uint16_t>(type), call);
   FieldPutter put(writer);
   Message::walk(put, message);
   return writer.finish();
}

// The message in a frame, whose type is for the caller to have looked at; it lives no longer than
// the frame. Throws FrameError when the fields are others than the message's.
template <class Message>
Message from_frame(const Frame &frame) {
   Message message;
   FieldTaker take(frame);
   Message::walk(take, message);
   take.end();
   return message;
}

inline MessageType type_of(const Frame &frame) { return static_cast<MessageType>(frame.type()); }

// Reads the frame as the message of its type and writes it again: the same bytes, for every frame that
// this does not throw FrameError for.
SecretBytes canonical(const Frame &frame);

} // namespace keyseat

#endif
