#include "wire.hpp"

#include <algorithm>

namespace ota {
namespace {

/// One message in the making: the topic is written at once, the payload through `json`, and the
/// command is pushed when both are whole. All uplinks are QoS 1 (WIRE.md section 1).
struct Message {
  Message(Commands& commands, std::initializer_list<std::string_view> topic_parts)
      : out(commands), topic(write_topic(commands, topic_parts)), json(commands.free_text()) {}

  void send() {
    const std::string_view payload = out.commit_text(json.size());
    if (topic.empty() || !json.fits()) {
      out.mark_overflow();
      return;
    }
    out.push(command::Publish{topic, std::as_bytes(std::span{payload}), 1});
  }

  static std::string_view write_topic(Commands& out,
                                      std::initializer_list<std::string_view> parts) {
    TextWriter topic{out.free_text()};
    for (const std::string_view part : parts) {
      topic.text(part);
    }
    return topic.fits() ? out.commit_text(topic.size()) : std::string_view{};
  }

  Commands& out;
  std::string_view topic;
  TextWriter json;
};

void write_anchors(TextWriter& w, const TrustStore& trust) {
  w.text("\"anchors\":[");
  for (std::size_t i = 0; i < trust.installed; ++i) {
    w.text(i == 0 ? "\"" : ",\"").hex64(trust.anchors[i].id.value).text("\"");
  }
  w.text("]");
}

void open_update(TextWriter& w, const JobUpdate& update) {
  w.text("{\"status\":\"").text(update.status).text("\",\"expectedVersion\":");
  w.decimal(update.expected_version).text(",\"executionNumber\":").decimal(update.execution);
  w.text(",\"statusDetails\":{");
}

void close_update(TextWriter& w, const JobUpdate& update) {
  w.text("},\"clientToken\":\"").hex64(update.token).text("\"}");
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

TextWriter& TextWriter::decimal(std::uint64_t value) {
  char digits[20];
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
  Message message{out, {"carts/", thing, "/heartbeat"}};
  TextWriter& w = message.json;
  w.text("{\"version\":\"").version(beat.version).text("\",\"slot\":\"");
  w.text(beat.slot == Slot::a ? "a" : "b").text("\",\"state\":\"").text(beat.state);
  w.text("\",\"secver\":").decimal(beat.security_version).text(",");
  write_anchors(w, trust);
  w.text("}");
  message.send();
}

void publish_describe(Commands& out, std::string_view thing, std::uint64_t token,
                      bool with_document) {
  Message message{out, {"$aws/things/", thing, "/jobs/$next/get"}};
  TextWriter& w = message.json;
  w.text("{\"includeJobDocument\":").text(with_document ? "true" : "false");
  w.text(",\"clientToken\":\"").hex64(token).text("\"}");
  message.send();
}

void publish_progress(Commands& out, std::string_view thing, const JobUpdate& update,
                      std::string_view state, std::uint32_t percent) {
  Message message{out, {"$aws/things/", thing, "/jobs/", update.job, "/update"}};
  TextWriter& w = message.json;
  open_update(w, update);
  w.text("\"state\":\"").text(state).text("\",\"progress\":\"").decimal(percent).text("\"");
  close_update(w, update);
  message.send();
}

void publish_final(Commands& out, std::string_view thing, const JobUpdate& update, Reason reason,
                   Version version) {
  Message message{out, {"$aws/things/", thing, "/jobs/", update.job, "/update"}};
  TextWriter& w = message.json;
  open_update(w, update);
  if (reason == Reason::none) {
    w.text("\"version\":\"").version(version).text("\"");
  } else {
    w.text("\"reason\":\"").text(name(reason)).text("\"");
  }
  close_update(w, update);
  message.send();
}

void publish_rollback(Commands& out, std::string_view thing, const PendingRollback& rollback,
                      Version running) {
  Message message{out, {"carts/", thing, "/rollback"}};
  TextWriter& w = message.json;
  w.text("{\"occurrence\":\"").hex64(rollback.occurrence.value).text("\",\"target\":\"");
  w.version(rollback.from).text("\",\"running\":\"").version(running).text("\",\"reason\":\"");
  w.text(name(rollback.reason)).text("\",\"attempt\":\"").hex64(rollback.attempt).text("\"}");
  message.send();
}

void publish_anchor_request(Commands& out, std::string_view thing, AnchorId anchor) {
  Message message{out, {"carts/", thing, "/ca/request"}};
  TextWriter& w = message.json;
  w.text("{\"anchor\":\"").hex64(anchor.value).text("\"}");
  message.send();
}

void publish_anchor_ack(Commands& out, std::string_view thing, const TrustStore& trust) {
  Message message{out, {"carts/", thing, "/ca/ack"}};
  TextWriter& w = message.json;
  w.text("{");
  write_anchors(w, trust);
  w.text("}");
  message.send();
}

void publish_consent(Commands& out, std::string_view thing, std::string_view tier,
                     bool is_opted_in) {
  Message message{out, {"carts/", thing, "/consent"}};
  TextWriter& w = message.json;
  w.text("{\"tier\":\"").text(tier).text("\",\"updates\":\"");
  w.text(is_opted_in ? "opted_in" : "opted_out").text("\"}");
  message.send();
}

}  // namespace ota
