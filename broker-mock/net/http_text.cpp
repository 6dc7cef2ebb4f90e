#include "broker-mock/net/http_text.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace cartstorm::broker::net {
namespace {

struct Phrase {
  std::uint16_t status;
  std::string_view words;
};
constexpr std::array phrases = {
    Phrase{100, "Continue"},
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{202, "Accepted"},
    Phrase{204, "No Content"},
    Phrase{206, "Partial Content"},
    Phrase{304, "Not Modified"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{409, "Conflict"},
    Phrase{410, "Gone"},
    Phrase{411, "Length Required"},
    Phrase{412, "Precondition Failed"},
    Phrase{413, "Content Too Large"},
    Phrase{416, "Range Not Satisfiable"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{503, "Service Unavailable"},
};

std::string_view phrase(std::uint16_t status) {
  for (const Phrase& known : phrases) {
    if (known.status == status) return known.words;
  }
  return "Answer";
}

bool may_have_body(const http::Response& response, const Framing& framing) {
  return !framing.is_head && response.status != 204 && response.status != 304;
}

std::uint64_t announced(const http::Response& response) {
  if (response.announced_size > 0) return response.announced_size;
  return response.content ? response.size : response.body.size();
}

}  // namespace

std::string http_date(ServerTime time) {
  using std::chrono::days;
  constexpr std::array<std::string_view, 7> weekdays = {"Sun", "Mon", "Tue", "Wed",
                                                        "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds point{
      std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds{time.unix_ms})};
  const auto day = std::chrono::floor<days>(point);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{point - day};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     weekdays[std::chrono::weekday{day}.c_encoding()],
                     static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string head_of(const http::Response& response, const Framing& framing, ServerTime now) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                                 phrase(response.status), http_date(now));
  for (const http::Field& field : response.fields) {
    head.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  if (framing.is_chunked) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (response.status != 204) {
    head += fmt::format("Content-Length: {}\r\n", announced(response));
  }
  if (!framing.keeps_alive) {
    head += "Connection: close\r\n";
  } else if (framing.is_http_1_0) {
    head += "Connection: keep-alive\r\n";
  }
  return head + "\r\n";
}

std::size_t body_size(const http::Response& response, const Framing& framing) {
  if (!may_have_body(response, framing)) return 0;
  return response.content ? response.size : response.body.size();
}

}  // namespace cartstorm::broker::net
