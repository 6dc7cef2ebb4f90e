#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cartstorm::broker::s3 {

inline constexpr std::string_view xml_declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
inline constexpr std::string_view s3_namespace =
    " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

/// What becomes of control characters, for which XML 1.0 has no spelling.
enum class Controls : std::uint8_t {
  question_mark,  ///< and of what is not UTF-8: texts of errors, which people read
  reference,  ///< `&#x1;`, as S3 does for keys, though no XML 1.0 parser takes it: better a client
              ///< that complains than one that reads another key
};
void append_escaped(std::string& out, std::string_view text, Controls controls);
/// `<name>text</name>`, controls as references.
void append_element(std::string& out, std::string_view name, std::string_view text);
void append_element(std::string& out, std::string_view name, std::uint64_t number);

/// One element of a request's body. Texts of an element with children are what stands between them.
struct XmlElement {
  std::string name;  ///< as it stands there
  std::string text;
  std::vector<XmlElement> children;

  /// Null if there is none, or more than one.
  const XmlElement* only(std::string_view child) const;
};

/// Reads one document: elements, attributes (which are skipped), texts, comments, CDATA, the five
/// predefined entities and character references. Empty for everything else, and for what exceeds
/// 2 MiB, 8 levels or 60,000 elements. A document type declaration is refused, so that there is no
/// entity that could expand to anything.
std::optional<XmlElement> read_xml(std::string_view text);

}  // namespace cartstorm::broker::s3
