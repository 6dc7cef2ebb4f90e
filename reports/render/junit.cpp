#include "reports/render/junit.hpp"

#include <fmt/format.h>

#include <utility>

#include "reports/render/clean.hpp"

namespace cartstorm::report::junit {
namespace {

std::string escaped(std::string_view words) {
  std::string text;
  for (const char c : clean(words)) {
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      default:
        text += c;
    }
  }
  return text;
}

std::string test_case(std::string_view suite, std::string_view what, const std::string& inside) {
  const std::string head = fmt::format("    <testcase classname=\"cartstorm.{}\" name=\"{}\"",
                                       escaped(suite), escaped(what));
  return inside.empty() ? head + "/>\n" : head + ">\n" + inside + "    </testcase>\n";
}

}  // namespace

std::string outcome(std::string_view tag, std::string_view message, std::string_view body) {
  if (tag == "system-out") {
    return fmt::format("      <system-out>{}</system-out>\n", escaped(message));
  }
  return fmt::format("      <{0} message=\"{1}\">{2}</{0}>\n", tag, escaped(message),
                     escaped(body));
}

Suite::Suite(std::string name, std::string property, std::string value)
    : name_(std::move(name)), property_(std::move(property)), value_(std::move(value)) {}

void Suite::add(std::string_view what, const std::string& inside) {
  cases_ += test_case(name_, what, inside);
  ++tests_;
  failures_ += inside.find("<failure") != std::string::npos ? 1 : 0;
  errors_ += inside.find("<error") != std::string::npos ? 1 : 0;
  skipped_ += inside.find("<skipped") != std::string::npos ? 1 : 0;
}

std::string Suite::text() const {
  return fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n"
      "    <properties><property name=\"{}\" value=\"{}\"/></properties>\n"
      "{}  </testsuite>\n",
      escaped(name_), tests_, failures_, errors_, skipped_, escaped(property_), escaped(value_),
      cases_);
}

std::string document(const std::string& suites) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cartstorm\">\n" + suites +
         "</testsuites>\n";
}

}  // namespace cartstorm::report::junit
