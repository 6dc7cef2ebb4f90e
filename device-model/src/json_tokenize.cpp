#include <algorithm>

#include "json.hpp"

// The library is one header of C; its functions stay inside this file.
#define JSMN_STATIC
#define JSMN_STRICT
#include <jsmn.h>

namespace ota {
namespace {

JsonToken::Kind kind_of(jsmntype_t type) {
  if (type == JSMN_OBJECT) {
    return JsonToken::Kind::object;
  }
  if (type == JSMN_ARRAY) {
    return JsonToken::Kind::array;
  }
  return type == JSMN_STRING ? JsonToken::Kind::string : JsonToken::Kind::primitive;
}

}  // namespace

int tokenize_json(std::string_view text, std::span<JsonToken> out) {
  jsmntok_t tokens[JsonReader::token_capacity];
  jsmn_parser parser;
  jsmn_init(&parser);
  const int count = jsmn_parse(&parser, text.data(), text.size(), tokens,
                               static_cast<unsigned>(std::min(out.size(), std::size(tokens))));
  if (count < 0) {
    return count == JSMN_ERROR_NOMEM ? -2 : -1;
  }
  for (int i = 0; i < count; ++i) {
    const jsmntok_t& token = tokens[i];
    out[static_cast<std::size_t>(i)] = {kind_of(token.type), static_cast<std::uint16_t>(token.size),
                                        static_cast<std::uint16_t>(token.start),
                                        static_cast<std::uint16_t>(token.end)};
  }
  return count;
}

}  // namespace ota
