#include "device-model/src/json.hpp"

#include "device-model/src/wire.hpp"
#include "json_grammar.hpp"
#include "kit.hpp"
#include "ota/job_context.hpp"

// The reader accepts what the grammar accepts, up to its limits, and hands out nothing from outside
// the text. The small readers of texts are asked about whatever it finds.
namespace ota::fuzz {
namespace {

constexpr int deepest = 200;  // more than there are tokens
constexpr const char* keys[] = {"execution", "jobDocument", "a", "b", "delta", "url", "", "n"};

void read_text(std::string_view text, std::string_view whole) {
  require(text.data() >= whole.data() && text.data() + text.size() <= whole.data() + whole.size(),
          "a text is a part of the message");
  char url[JobContext::url_capacity];
  const std::size_t size = unescape_json(text, url, sizeof url);
  require(size <= sizeof url && size <= text.size(), "an escape stands for less than it takes");
  require(size == unescape_json(text, nullptr, sizeof url), "measuring says the size");
  Version version;
  std::byte bytes[manifest_bytes];
  if (parse_version(text, version)) {
    require(text.size() <= 13, "a version has three short numbers");
  }
  if (base64_size(text) <= sizeof bytes) {
    (void)parse_base64(text, MutableBytes{bytes}.first(base64_size(text)));
  }
  (void)parse_hex(text, MutableBytes{bytes}.first(text.size() / 2 % sizeof bytes));
  require(!is_job_id(text) || text.size() <= 64, "a job id is short");
}

void read_members(JsonReader& json, int object, std::string_view whole) {
  for (const char* key : keys) {
    std::string_view text;
    std::uint64_t number = 0;
    if (json.string(object, key, text)) {
      read_text(text, whole);
    }
    (void)json.number(object, key, number);
    const int inner = json.object(object, key);
    if (inner != JsonReader::absent && object == JsonReader::root) {
      read_members(json, inner, whole);
    }
  }
}

}  // namespace

void run(Bytes input) {
  const std::string_view text = text_of(input);
  JsonReader json;
  const JsonReader::Verdict verdict = json.parse(text);
  require(is_utf8(text) == is_utf8_text(text), "both readings of UTF-8 agree");
  if (verdict == JsonReader::Verdict::too_large) {
    read_members(json, JsonReader::root, text);
    return;
  }
  const bool is_accepted = verdict == JsonReader::Verdict::ok;
  require(is_accepted == is_json_object(text, deepest), "both readings of the grammar agree");
  read_members(json, JsonReader::root, text);
}

}  // namespace ota::fuzz
