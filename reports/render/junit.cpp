#include "reports/render/junit.hpp"

#include <fmt/format.h>

#include <utility>

#include "reports/render/clean.hpp"

namespace cartstorm::report::junit {
namespace {

std::string test_case(std::string_view suite, std::string_view what, const std::string& inside) {
  const std::string head = fmt::format("    <testcase classname=\"cartstorm.{}\" name=\"{}\"",
                                       xml_text(suite), xml_text(what));
  return inside.empty() ? head + "/>\n" : head + ">\n" + inside + "    </testcase>\n";
}

}  // namespace

std::string outcome(std::string_view tag, std::string_view message, std::string_view body) {
  if (tag == "system-out") {
    return fmt::format("      <system-out>{}</system-out>\n", xml_text(message));
  }
  return fmt::format("      <{0} message=\"{1}\">{2}</{0}>\n", tag, xml_text(message),
                     xml_text(body));
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
      xml_text(name_), tests_, failures_, errors_, skipped_, xml_text(property_), xml_text(value_),
      cases_);
}

std::string document(const std::string& suites) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cartstorm\">\n" + suites +
         "</testsuites>\n";
}

}  // namespace cartstorm::report::junit
