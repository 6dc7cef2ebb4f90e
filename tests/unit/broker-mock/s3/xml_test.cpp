#include "broker-mock/s3/xml.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace cartstorm::broker::s3 {
namespace {

TEST(Xml, ReadsWhatClientsSend) {
  const auto root = read_xml(
      "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a --><Delete "
      "xmlns=\"http://x\" "
      "a = 'b'><Object><Key>a &amp; b&#x20AC;&#233;&lt;</Key></Object><Quiet/><!-- b - c "
      "--></Delete "
      ">\n");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->name, "Delete");
  ASSERT_EQ(root->children.size(), 2U);
  const XmlElement* const object = root->only("Object");
  ASSERT_NE(object, nullptr);
  EXPECT_EQ(object->only("Key")->text, "a & b\xe2\x82\xac\xc3\xa9<");
  EXPECT_EQ(root->only("Quiet")->text, "");
  EXPECT_EQ(root->only("None"), nullptr);
  EXPECT_EQ(read_xml("<a>1<![CDATA[<&>]]>2<b/>3</a>")->text, "1<&>23");
  EXPECT_EQ(read_xml("<a>\r\n\r\n\r&#13;</a>")->text, "\n\n\n\r");
  EXPECT_EQ(read_xml("<a>&#1;</a>")->text, "\x01")
      << "a key may have it, and has no other spelling";
}

constexpr std::string_view refused[] = {"",
                                        " ",
                                        "text",
                                        "<",
                                        "<a",
                                        "<a>",
                                        "<a/",
                                        "</a>",
                                        "<a></b>",
                                        "<a><b></a></b>",
                                        "<a/><b/>",
                                        "<a/>text",
                                        "<a b></a>",
                                        "<a b=c/>",
                                        "<a b='<'/>",
                                        "<a b='1'c='2'/>",
                                        "< a/>",
                                        "<1a/>",
                                        "<a>&</a>",
                                        "<a>&amp</a>",
                                        "<a>&nbsp;</a>",
                                        "<a>&#0;</a>",
                                        "<a>&#xD800;</a>",
                                        "<a>&#x110000;</a>",
                                        "<a>&#;</a>",
                                        "<a>&#x;</a>",
                                        "<a>&#-1;</a>",
                                        "<a>]]></a>",
                                        "<a><!-- -- --></a>",
                                        "<a><!-- </a>",
                                        "<a><![CDATA[</a>",
                                        "<a><?php ?></a>",
                                        "<?xml?><a/>",
                                        "<!DOCTYPE a><a/>",
                                        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
                                        "<a>\xff</a>",
                                        "<a>\x01</a>",
                                        "\xef\xbb<a/>",
                                        " <?xml version=\"1.0\"?><a/>"};

TEST(Xml, RefusesTheRest) {
  for (const std::string_view text : refused) EXPECT_FALSE(read_xml(text)) << text;
}

TEST(Xml, HasLimits) {
  const auto nested = [](unsigned depth) {
    std::string text;
    for (unsigned i = 0; i < depth; ++i) text += "<a>";
    for (unsigned i = 0; i < depth; ++i) text += "</a>";
    return text;
  };
  EXPECT_TRUE(read_xml(nested(8)));
  EXPECT_FALSE(read_xml(nested(9)));
  EXPECT_FALSE(read_xml(nested(100'000)));
  std::string wide = "<a>";
  for (int i = 0; i < 59'999; ++i) wide += "<b/>";
  EXPECT_TRUE(read_xml(wide + "</a>"));
  EXPECT_FALSE(read_xml(wide + "<b/></a>"));
  EXPECT_FALSE(read_xml("<a>" + std::string(2U << 20, 'x') + "</a>"));
}

RC_GTEST_PROP(Xml, WhatIsWrittenIsRead, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
  std::string xml;
  append_element(xml, "Key", text);
  const auto root = read_xml(xml);
  RC_ASSERT(root.has_value());
  RC_ASSERT(root->text == text);
}

}  // namespace
}  // namespace cartstorm::broker::s3
