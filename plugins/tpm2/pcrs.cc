// SPDX-License-Identifier: Apache-2.0

#include "pcrs.h"

#include <keyseat/sdk/jose/primitives.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace tpm2 {

namespace jose = keyseat::sdk::jose;

namespace {

constexpr unsigned kPcrCount = 24; // PC Client Platform TPM Profile section 4.6
constexpr std::size_t kSelectSize = kPcrCount / 8;

struct Bank {
   const char *name;
   TPM2_ALG_ID alg;
   std::size_t digest_size;
};

constexpr std::array kBanks{Bank{"sha1", TPM2_ALG_SHA1, TPM2_SHA1_DIGEST_SIZE},
                            Bank{"sha256", TPM2_ALG_SHA256, TPM2_SHA256_DIGEST_SIZE},
                            Bank{"sha384", TPM2_ALG_SHA384, TPM2_SHA384_DIGEST_SIZE},
                            Bank{"sha512", TPM2_ALG_SHA512, TPM2_SHA512_DIGEST_SIZE}};

Failure bad_selection(const std::string &why) {
   return Failure(KEYSEAT_E_CONFIG, "'pcrs' is a bank and numbers, such as sha256:7,11: " + why)
         .with_option("pcrs");
}

const Bank *bank_of(TPM2_ALG_ID alg) {
   const auto *found =
         std::find_if(kBanks.begin(), kBanks.end(), [&](const Bank &b) { return b.alg == alg; });
   return found == kBanks.end() ? nullptr : found;
}

unsigned parse_index(std::string_view text) {
   if (text.empty() || text.size() > 2 || !std::all_of(text.begin(), text.end(), [](char c) {
          return std::isdigit(static_cast<unsigned char>(c)) != 0;
       })) {
      throw bad_selection("numbers are separated by commas");
   }
   unsigned value = 0;
   for (const char c : text)
      value = value * 10 + static_cast<unsigned>(c - '0');
   if (value >= kPcrCount) throw bad_selection("numbers go from 0 to 23");
   return value;
}

} // namespace

PcrSelection PcrSelection::parse(std::string_view text) {
   const std::size_t colon = text.find(':');
   if (colon == std::string_view::npos) throw bad_selection("the bank is missing");
   const std::string_view name = text.substr(0, colon);
   const auto *bank =
         std::find_if(kBanks.begin(), kBanks.end(), [&](const Bank &b) { return name == b.name; });
   if (bank == kBanks.end()) throw bad_selection("banks are sha1, sha256, sha384 and sha512");
   PcrSelection result;
   result.bank = bank->alg;
   std::string_view rest = text.substr(colon + 1);
   while (true) {
      const std::size_t comma = rest.find(',');
      result.indexes.push_back(parse_index(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest = rest.substr(comma + 1);
   }
   std::sort(result.indexes.begin(), result.indexes.end());
   if (std::adjacent_find(result.indexes.begin(), result.indexes.end()) != result.indexes.end())
      throw bad_selection("a number is there twice");
   return result;
}

std::string PcrSelection::text() const {
   const Bank *known = bank_of(bank);
   std::string text = known == nullptr ? "?" : known->name;
   for (const unsigned index : indexes)
      text += (index == indexes.front() ? ":" : ",") + std::to_string(index);
   return text;
}

TPML_PCR_SELECTION PcrSelection::tpml() const {
   TPML_PCR_SELECTION list{};
   list.count = 1;
   list.pcrSelections[0].hash = bank;
   list.pcrSelections[0].sizeofSelect = kSelectSize;
   for (const unsigned index : indexes) {
      BYTE &byte = list.pcrSelections[0].pcrSelect[index / 8];
      byte = static_cast<BYTE>(byte | 1u << index % 8);
   }
   return list;
}

Bytes PcrValues::digest() const {
   Bytes all;
   for (const Bytes &value : values)
      all.insert(all.end(), value.begin(), value.end());
   const jose::Digest digest = jose::sha256(all);
   return {digest.begin(), digest.end()};
}

// A response holds at most eight values: one register a command is simple, and there are few.
PcrValues read_pcrs(Tpm &tpm, const PcrSelection &selection, ESYS_TR session) {
   PcrValues result{selection, {}};
   for (const unsigned index : selection.indexes) {
      const TPML_PCR_SELECTION wanted = PcrSelection{selection.bank, {index}}.tpml();
      TPML_DIGEST *values = nullptr;
      tpm.run("TPM2_PCR_Read", [&] {
         return Esys_PCR_Read(tpm.esys(), session, ESYS_TR_NONE, ESYS_TR_NONE, &wanted, nullptr,
                              nullptr, &values);
      });
      const EsysPtr<TPML_DIGEST> owner(values);
      if (values->count != 1 || values->digests[0].size != bank_of(selection.bank)->digest_size) {
         throw Failure(KEYSEAT_E_UNSUPPORTED, "the TPM does not keep " + selection.text())
               .with_hint("choose a bank that it has: tpm2_getcap pcrs")
               .with_option("pcrs");
      }
      const TPM2B_DIGEST &value = values->digests[0];
      result.values.emplace_back(value.buffer, value.buffer + value.size);
   }
   return result;
}

std::string changed_pcrs(const PcrValues &expected, const PcrValues &now) {
   std::vector<unsigned> changed;
   for (std::size_t i = 0; i < expected.selection.indexes.size(); ++i) {
      if (expected.values.at(i) != now.values.at(i))
         changed.push_back(expected.selection.indexes[i]);
   }
   if (changed.empty()) return {};
   std::string text = changed.size() == 1 ? "PCR" : "PCRs";
   for (std::size_t i = 0; i < changed.size(); ++i) {
      const char *separator = i == 0 ? " " : i + 1 == changed.size() ? " and " : ", ";
      text += separator + std::to_string(changed[i]);
   }
   return text;
}

} // namespace tpm2
