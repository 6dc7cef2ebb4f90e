#include "wire.hpp"

#include <algorithm>

#include "json.hpp"

namespace ota {
namespace {

/// What stands for one `%` of a pattern.
struct Piece {
  enum class Kind : std::uint8_t { text, decimal, hex64, version, anchors };

  Piece(std::string_view value) : kind(Kind::text), text(value) {}
  Piece(const char* value) : Piece(std::string_view{value}) {}
  Piece(std::uint32_t value) : kind(Kind::decimal), number(value) {}
  Piece(Version value) : kind(Kind::version), number(value.value) {}
  Piece(const TrustStore& value) : kind(Kind::anchors), trust(&value) {}
  static Piece hex(std::uint64_t value) {
    Piece piece{std::uint32_t{0}};
    piece.kind = Kind::hex64;
    piece.number = value;
    return piece;
  }

  Kind kind;
  union {
    std::string_view text;
    std::uint64_t number;
    const TrustStore* trust;
  };
};

void write_anchors(TextWriter& w, const TrustStore& trust) {
  for (std::size_t i = 0; i < trust.installed; ++i) {
    w.text(i == 0 ? "\"" : ",\"").hex64(trust.anchors[i].id.value).text("\"");
  }
}

void write(TextWriter& w, const Piece& piece) {
  switch (piece.kind) {
    case Piece::Kind::text:
      w.text(piece.text);
      break;
    case Piece::Kind::decimal:
      w.decimal(static_cast<std::uint32_t>(piece.number));
      break;
    case Piece::Kind::hex64:
      w.hex64(piece.number);
      break;
    case Piece::Kind::version:
      w.version({static_cast<std::uint32_t>(piece.number)});
      break;
    case Piece::Kind::anchors:
      write_anchors(w, *piece.trust);
      break;
  }
}

/// Writes a pattern with a piece in the place of each `%`; `piece` moves on to the first left over.
std::string_view write(Commands& out, std::string_view pattern, const Piece*& piece) {
  TextWriter w{out.free_text()};
  for (std::size_t place = 0; (place = place_of(pattern, '%')) != std::string_view::npos;) {
    w.text(slice(pattern, 0, place));
    write(w, *piece++);
    pattern.remove_prefix(place + 1);
  }
  w.text(pattern);
  return w.fits() ? out.commit_text(w.size()) : std::string_view{};
}

/// Pushes one message, or takes note that it has no room. The pattern is a topic, a blank and the
/// payload. All uplinks are QoS 1 (WIRE.md section 1).
void publish(Commands& out, std::string_view pattern, const Piece* pieces) {
  const std::size_t blank = place_of(pattern, ' ');
  const std::string_view topic = write(out, slice(pattern, 0, blank), pieces);
  pattern.remove_prefix(blank + 1);
  const std::string_view payload = write(out, pattern, pieces);
  if (topic.empty() || payload.empty()) {
    out.mark_overflow();
    return;
  }
  out.push(command::Publish{topic, std::as_bytes(std::span{payload}), 1});
}

}  // namespace

TextWriter& TextWriter::text(std::string_view content) {
  if (content.size() > out_.size() - size_) {
    fits_ = false;
    return *this;
  }
  std::copy(content.begin(), content.end(), out_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += content.size();
  return *this;
}

TextWriter& TextWriter::decimal(std::uint32_t value) {
  char digits[10];
  std::size_t at = sizeof digits;
  do {
    digits[--at] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  return text({digits + at, sizeof digits - at});
}

TextWriter& TextWriter::hex64(std::uint64_t value) {
  char digits[16];
  for (std::size_t i = 0; i < sizeof digits; ++i) {
    digits[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
  }
  return text({digits, sizeof digits});
}

TextWriter& TextWriter::version(Version value) {
  decimal(value.value >> 16).text(".").decimal(value.value >> 8 & 255).text(".");
  return decimal(value.value & 255);
}

void publish_heartbeat(Commands& out, std::string_view thing, const Heartbeat& beat,
                       const TrustStore& trust) {
  const Piece pieces[] = {thing,      beat.version,          beat.slot == Slot::a ? "a" : "b",
                          beat.state, beat.security_version, trust};
  publish(out,
          "carts/%/heartbeat "
          R"({"version":"%","slot":"%","state":"%","secver":%,"anchors":[%]})",
          pieces);
}

void publish_describe(Commands& out, std::string_view thing, std::uint64_t token,
                      bool with_document) {
  const Piece pieces[] = {thing, with_document ? "true" : "false", Piece::hex(token)};
  publish(out, R"($aws/things/%/jobs/$next/get {"includeJobDocument":%,"clientToken":"%"})",
          pieces);
}

void publish_progress(Commands& out, std::string_view thing, const JobUpdate& update,
                      std::string_view state, std::uint32_t percent) {
  const Piece pieces[] = {
      thing, update.job, update.status,           update.expected_version, update.execution,
      state, percent,    Piece::hex(update.token)};
  publish(out,
          R"($aws/things/%/jobs/%/update {"status":"%","expectedVersion":%,"executionNumber":%,)"
          R"("statusDetails":{"state":"%","progress":"%"},"clientToken":"%"})",
          pieces);
}

void publish_final(Commands& out, std::string_view thing, const JobUpdate& update, Reason reason,
                   Version version) {
  const bool is_done = reason == Reason::none;
  const Piece pieces[] = {thing,
                          update.job,
                          update.status,
                          update.expected_version,
                          update.execution,
                          is_done ? "version" : "reason",
                          is_done ? Piece{version} : Piece{name(reason)},
                          Piece::hex(update.token)};
  publish(out,
          R"($aws/things/%/jobs/%/update {"status":"%","expectedVersion":%,"executionNumber":%,)"
          R"("statusDetails":{"%":"%"},"clientToken":"%"})",
          pieces);
}

void publish_rollback(Commands& out, std::string_view thing, const PendingRollback& rollback,
                      Version running) {
  const Piece pieces[] = {thing,
                          Piece::hex(rollback.occurrence.value),
                          rollback.from,
                          running,
                          name(rollback.reason),
                          Piece::hex(rollback.attempt)};
  publish(out,
          "carts/%/rollback "
          R"({"occurrence":"%","target":"%","running":"%","reason":"%","attempt":"%"})",
          pieces);
}

void publish_anchor_request(Commands& out, std::string_view thing, AnchorId anchor) {
  const Piece pieces[] = {thing, Piece::hex(anchor.value)};
  publish(out, R"(carts/%/ca/request {"anchor":"%"})", pieces);
}

void publish_anchor_ack(Commands& out, std::string_view thing, const TrustStore& trust) {
  const Piece pieces[] = {thing, trust};
  publish(out, R"(carts/%/ca/ack {"anchors":[%]})", pieces);
}

void publish_consent(Commands& out, std::string_view thing, std::string_view tier,
                     bool is_opted_in) {
  const Piece pieces[] = {thing, tier, is_opted_in ? "opted_in" : "opted_out"};
  publish(out, R"(carts/%/consent {"tier":"%","updates":"%"})", pieces);
}

}  // namespace ota
