#include "broker-mock/s3/xml.hpp"

#include "kit.hpp"

// A request's body as XML: what is read has limits, and is read again as it was when it is written.
namespace ota::fuzz {
namespace {

using cartstorm::broker::s3::XmlElement;

void write(std::string& out, const XmlElement& element, unsigned depth, std::size_t& count) {
  require(depth <= 8, "elements are nested at most 8 deep");
  ++count;
  out.append("<").append(element.name).append(">");
  append_escaped(out, element.text, cartstorm::broker::s3::Controls::reference);
  for (const XmlElement& child : element.children) write(out, child, depth + 1, count);
  out.append("</").append(element.name).append(">");
}

bool are_equal(const XmlElement& a, const XmlElement& b) {
  if (a.name != b.name || a.text != b.text || a.children.size() != b.children.size()) return false;
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    if (!are_equal(a.children[i], b.children[i])) return false;
  }
  return true;
}

}  // namespace

void run(Bytes input) {
  const std::string_view text = text_of(input);
  const auto root = cartstorm::broker::s3::read_xml(text);
  if (!root) return;
  std::string written;
  std::size_t elements = 0;
  write(written, *root, 1, elements);
  require(elements <= 60'000 && elements <= text.size() / 4, "an element takes four characters");
  const auto again = cartstorm::broker::s3::read_xml(written);
  require(again && are_equal(*root, *again), "what is written is read as it was");
}

}  // namespace ota::fuzz
