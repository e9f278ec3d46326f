// SPDX-License-Identifier: Apache-2.0
#include "host/messages.h"

#include <algorithm>

namespace keyseat {
namespace {

template <class Message>
SecretBytes rewritten(const Frame &frame) {
   return to_frame(from_frame<Message>(frame), frame.call(), type_of(frame));
}

} // namespace

void FieldTaker::operator()(Tag tag, Id &value) {
   const BytesView bytes = frame_.bytes(number(tag));
   if (bytes.size() != value.size()) throw FrameError();
   std::copy(bytes.begin(), bytes.end(), value.begin());
}

SecretBytes canonical(const Frame &frame) {
   switch (type_of(frame)) {
      case MessageType::load:
         return rewritten<LoadMessage>(frame);
      case MessageType::open:
         return rewritten<OpenMessage>(frame);
      case MessageType::status:
      case MessageType::wrap:
      case MessageType::unwrap:
      case MessageType::create_key:
      case MessageType::list_keys:
      case MessageType::destroy_key:
      case MessageType::export_public_key:
      case MessageType::approve:
      case MessageType::self_test:
      case MessageType::explain:
      case MessageType::close:
         return rewritten<Request>(frame);
      case MessageType::answer:
         return rewritten<AnswerMessage>(frame);
      case MessageType::next:
         return rewritten<NextMessage>(frame);
      case MessageType::cancel:
         return rewritten<CancelMessage>(frame);
      case MessageType::loaded:
         return rewritten<LoadedMessage>(frame);
      case MessageType::refused:
         return rewritten<RefusedMessage>(frame);
      case MessageType::done:
         return rewritten<DoneMessage>(frame);
      case MessageType::failure:
         return rewritten<FailureMessage>(frame);
      case MessageType::log:
         return rewritten<LogMessage>(frame);
      case MessageType::prompt:
         return rewritten<PromptMessage>(frame);
      case MessageType::key:
         return rewritten<KeyMessage>(frame);
   }
   throw FrameError();
}

} // namespace keyseat
