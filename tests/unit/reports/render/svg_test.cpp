#include "reports/render/svg.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reports/render/well_formed.hpp"

namespace cartstorm::report::svg {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(SvgAxis, IsEvenOrByDecadesAndRunsEitherWay) {
  const Axis up = Axis::linear(0, 1, 200, 100);  // pixels count from the top
  EXPECT_DOUBLE_EQ(up.at(0), 200);
  EXPECT_DOUBLE_EQ(up.at(0.25), 175);
  EXPECT_DOUBLE_EQ(up.at(1), 100);
  const Axis decades = Axis::logarithmic(0.01, 1, 0, 300);
  EXPECT_DOUBLE_EQ(decades.at(0.01), 0);
  EXPECT_NEAR(decades.at(0.1), 150, 1e-9);
  EXPECT_DOUBLE_EQ(decades.at(1), 300);
  // ln 1.25 / ln 10 = 0.0969100130, ln 5 / ln 10 = 0.6989700043
  const Axis factors = Axis::logarithmic(1, 10, 0, 1);
  EXPECT_NEAR(factors.at(1.25), 0.0969100130, 1e-10);
  EXPECT_NEAR(factors.at(5), 0.6989700043, 1e-10);
}

TEST(SvgAxis, KeepsWhatLiesOutsideAtItsRim) {
  const Axis axis = Axis::logarithmic(1, 10, 50, 90);
  EXPECT_DOUBLE_EQ(axis.at(0), 50);
  EXPECT_DOUBLE_EQ(axis.at(1e9), 90);
}

TEST(Svg, EscapesEveryWord) {
  EXPECT_EQ(words({1, 2.25}, "said", "<a & \"b\">"),
            "<text class=\"said\" x=\"1.0\" y=\"2.2\">&lt;a &amp; &quot;b&quot;&gt;</text>\n");
  EXPECT_THAT(marker({1, 2}, 0, "point", "</title>"), HasSubstr("<title>&lt;/title&gt;</title>"));
}

TEST(Svg, DrawsNoLineOfOnePoint) {
  EXPECT_EQ(polyline({{1, 2}}, "curve"), "");
  EXPECT_EQ(polyline({{1, 2}, {3, 4.5}}, "curve"),
            "<path class=\"curve\" d=\"M1.0 2.0L3.0 4.5\"/>\n");
}

TEST(Svg, HasAsManyShapesAsItSays) {
  for (std::size_t i = 1; i < marker_shapes; ++i) {
    EXPECT_NE(marker({}, 0, "point", "x"), marker({}, i, "point", "x")) << i;
  }
  EXPECT_EQ(marker({}, 0, "point", "x"), marker({}, marker_shapes, "point", "x"));
}

TEST(Svg, TellsWhatItShowsLineByLine) {
  const std::string text =
      document({"odds", "a<b", "one\n\x1b[31mtwo & three\n", ".odds {}\n", 100, 50, ""});
  EXPECT_THAT(text, HasSubstr("role=\"img\" aria-labelledby=\"odds-title odds-desc\""));
  EXPECT_THAT(text, HasSubstr("<title id=\"odds-title\">a&lt;b</title>"));
  EXPECT_THAT(text, HasSubstr("<desc id=\"odds-desc\">one\n?[31mtwo &amp; three\n</desc>"));
  EXPECT_THAT(text, HasSubstr("width=\"100\" height=\"50\" viewBox=\"0 0 100 50\""));
  EXPECT_EQ(well_formed_elements(text), 4);
}

}  // namespace
}  // namespace cartstorm::report::svg
