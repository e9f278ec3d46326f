// SPDX-License-Identifier: Apache-2.0
//
// Results for files: lines of batches, errors, inspections.
#include "cli/json_output.h"

#include "base/path_text.h"
#include "cli/json_parts.h"

namespace keyseat::cli {
namespace {

Json secrets_json(const std::vector<SecretFacts> &secrets) {
   Json array = Json::array();
   for (const SecretFacts &secret : secrets) {
      array.push_back({{"pointer", secret.pointer},
                       {"kind", secret.kind},
                       {"why", secret.why},
                       {"remains", secret.remains},
                       {"line", number_or_null(secret.line)},
                       {"column", number_or_null(secret.column)}});
   }
   return array;
}

// An explanation that is no JSON object was refused by the host.
Json recipients_json(const std::vector<RecipientFacts> &recipients) {
   Json array = Json::array();
   for (const RecipientFacts &recipient : recipients) {
      Json object = {{"protector", text_or_null(recipient.protector)},
                     {"alg", text_or_null(recipient.alg)},
                     {"kid", text_or_null(recipient.kid)}};
      if (!recipient.explanation.empty())
         object["explanation"] = Json::parse(recipient.explanation, nullptr, false);
      array.push_back(std::move(object));
   }
   return array;
}

Json remarks_json(const std::vector<Remark> &remarks) {
   Json array = Json::array();
   for (const Remark &remark : remarks) {
      array.push_back({{"kind", remark.kind},
                       {"text", remark.text},
                       {"pointer", remark.pointer},
                       {"line", number_or_null(remark.line)},
                       {"column", number_or_null(remark.column)}});
   }
   return array;
}

} // namespace

Json error_json(const Error &error) {
   Json json = {{"code", error_name(error.code())},
                {"exit", error.exit_code()},
                {"message", error.message()},
                {"hint", text_or_null(error.hint())},
                {"file", text_or_null(error.place().file)},
                {"line", number_or_null(error.place().line)},
                {"column", number_or_null(error.place().column)},
                {"pointer", text_or_null(error.place().pointer)}};
   if (!error.others().empty()) {
      Json others = Json::array();
      for (const Error &other : error.others())
         others.push_back(error_json(other));
      json["others"] = std::move(others);
   }
   return json;
}

std::string to_json(const FileReport &report) {
   const Outcome *outcome = report.outcome;
   return json_line(
         {{"file", report.file},
          {"status", report.status},
          {"output", report.output ? Json(path_text(*report.output)) : Json()},
          {"definition", outcome != nullptr ? text_or_null(outcome->definition) : Json()},
          {"type", outcome != nullptr ? text_or_null(outcome->type) : Json()},
          {"binding", outcome != nullptr ? text_or_null(outcome->binding) : Json()},
          {"secrets", outcome != nullptr ? secrets_json(outcome->secrets) : Json::array()},
          {"recipients", outcome != nullptr ? recipients_json(outcome->recipients) : Json::array()},
          {"remarks", outcome != nullptr ? remarks_json(outcome->remarks) : Json::array()},
          {"error", report.error != nullptr ? error_json(*report.error) : Json()}});
}

std::string to_json(const Summary &summary) {
   return json_line({{"summary",
                      {{"command", summary.command},
                       {"files", summary.files},
                       {"done", summary.done},
                       {"unchanged", summary.unchanged},
                       {"skipped", summary.skipped},
                       {"failed", summary.failed},
                       {"secrets", summary.secrets},
                       {"may-be-secret", summary.may_be_secret},
                       {"exit", summary.exit}}}});
}

std::string to_json(const Error &error) { return json_line({{"error", error_json(error)}}); }

std::string to_json(const std::string &file, const Inspection &inspection) {
   return json_line({{"file", file},
                     {"definition", text_or_null(inspection.definition)},
                     {"type", text_or_null(inspection.type)},
                     {"credential", inspection.credential},
                     {"id", text_or_null(inspection.id)},
                     {"enc", text_or_null(inspection.enc)},
                     {"binding", text_or_null(inspection.binding)},
                     {"bound", inspection.bound},
                     {"differing", inspection.differing},
                     {"recipients", recipients_json(inspection.recipients)},
                     {"plaintext", secrets_json(inspection.plaintext)},
                     {"remarks", remarks_json(inspection.remarks)}});
}

} // namespace keyseat::cli
