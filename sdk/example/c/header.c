// SPDX-License-Identifier: Apache-2.0

#include "header.h"

#include <string.h>

// What is left to read.
typedef struct cursor {
   const char *at;
   const char *end;
} cursor;

static int take(cursor *c, char wanted) {
   if (c->at == c->end || *c->at != wanted) return 0;
   ++c->at;
   return 1;
}

static void skip_space(cursor *c) {
   while (c->at < c->end && *c->at != '\0' && strchr(" \t\r\n", *c->at) != NULL)
      ++c->at;
}

// Reads a string; `raw` receives its characters as they are written.
static int take_string(cursor *c, keyseat_text *raw) {
   if (!take(c, '"')) return 0;
   raw->data = c->at;
   for (; c->at < c->end; ++c->at) {
      if (*c->at == '"') {
         raw->size = (size_t)(c->at - raw->data);
         ++c->at;
         return 1;
      }
      if ((unsigned char)*c->at < 0x20) return 0;
      if (*c->at == '\\' && ++c->at == c->end) return 0;
   }
   return 0;
}

// Skips one value. Containers are skipped by counting brackets outside of strings, without
// recursion: a header nested a million deep costs no stack.
static int skip_value(cursor *c) {
   keyseat_text ignored;
   size_t depth = 0;
   const char *begin = c->at;
   while (c->at < c->end) {
      switch (*c->at) {
         case '"':
            if (!take_string(c, &ignored)) return 0;
            continue;
         case '{':
         case '[':
            ++depth;
            break;
         case '}':
         case ']':
            if (depth == 0) return c->at > begin;
            --depth;
            break;
         case ',':
            if (depth == 0) return c->at > begin;
            break;
         default:
            break;
      }
      ++c->at;
   }
   return 0;
}

static int text_is(const keyseat_text *text, const char *wanted) {
   return text->size == strlen(wanted) && memcmp(text->data, wanted, text->size) == 0;
}

// Reads one member. Counts it in `found` when it is called `name`, and in `matching` when its value
// is the string `value` besides.
static int take_member(cursor *c, const char *name, const char *value, unsigned *found,
                       unsigned *matching) {
   keyseat_text key;
   keyseat_text string;
   skip_space(c);
   if (!take_string(c, &key)) return 0;
   skip_space(c);
   if (!take(c, ':')) return 0;
   skip_space(c);
   if (!text_is(&key, name)) return skip_value(c);
   ++*found;
   if (c->at == c->end || *c->at != '"') return skip_value(c);
   if (!take_string(c, &string)) return 0;
   if (text_is(&string, value)) ++*matching;
   skip_space(c);
   return 1;
}

header_answer header_ask(const keyseat_text *header, const char *name, const char *value) {
   cursor c = {header->data, header->data + header->size};
   unsigned found = 0;
   unsigned matching = 0;
   skip_space(&c);
   if (!take(&c, '{')) return HEADER_DIFFERS;
   do {
      if (!take_member(&c, name, value, &found, &matching)) return HEADER_DIFFERS;
   } while (take(&c, ','));
   if (!take(&c, '}')) return HEADER_DIFFERS;
   skip_space(&c);
   if (c.at != c.end) return HEADER_DIFFERS;
   if (found == 0) return HEADER_LACKS;
   return found == 1 && matching == 1 ? HEADER_HAS : HEADER_DIFFERS;
}
