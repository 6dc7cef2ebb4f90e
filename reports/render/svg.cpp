#include "reports/render/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/render/clean.hpp"

namespace cartstorm::report::svg {
namespace {

/// Around (0, 0), all of about the same area.
constexpr std::array<std::string_view, marker_shapes> shapes{
    "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z",
    "M-3.6-3.6H3.6V3.6H-3.6Z",
    "M0-4.8L4.6 3.4H-4.6Z",
    "M0-5L5 0L0 5L-5 0Z",
    "M0 4.8L4.6-3.4H-4.6Z",
    "M-1.6-4.6H1.6V-1.6H4.6V1.6H1.6V4.6H-1.6V1.6H-4.6V-1.6H-1.6Z",
    "M-4.4 0L-2.2-3.9H2.2L4.4 0L2.2 3.9H-2.2Z",
};

/// The natural logarithm of a number above 0 by arithmetic alone, to about 1e-12: a picture is the
/// same bytes whatever maths library is there.
double logarithm(double number) {
  constexpr double of_two = 0.693147180559945309;
  int doublings = 0;
  for (; number >= 2; ++doublings) number /= 2;
  for (; number < 1; --doublings) number *= 2;
  // 2 (s + s^3/3 + s^5/5 + ...), where s is at most a third.
  const double s = (number - 1) / (number + 1);
  double sum = 0, power = s;
  for (int odd = 1; odd < 26; odd += 2, power *= s * s) sum += power / odd;
  return doublings * of_two + 2 * sum;
}

/// Line by line, because cleaning would join them.
std::string lines_text(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines += xml_text(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

Axis::Axis(double from, double to, double pixel_from, double pixel_to, bool is_logarithmic)
    : from_{from},
      to_{to},
      pixel_from_{pixel_from},
      pixel_to_{pixel_to},
      is_logarithmic_{is_logarithmic} {}

Axis Axis::linear(double from, double to, double pixel_from, double pixel_to) {
  return {from, to, pixel_from, pixel_to, false};
}

Axis Axis::logarithmic(double from, double to, double pixel_from, double pixel_to) {
  return {from, to, pixel_from, pixel_to, true};
}

double Axis::at(double value) const {
  const double inside = std::clamp(value, from_, to_);
  const double share = is_logarithmic_ ? logarithm(inside / from_) / logarithm(to_ / from_)
                                       : (inside - from_) / (to_ - from_);
  return pixel_from_ + share * (pixel_to_ - pixel_from_);
}

std::string words(Point at, std::string_view kind, std::string_view text) {
  return fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", kind, at.x, at.y,
                     xml_text(text));
}

std::string line(Point from, Point to, std::string_view kind) {
  return fmt::format("<path class=\"{}\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\"/>\n", kind, from.x,
                     from.y, to.x, to.y);
}

std::string polyline(const std::vector<Point>& points, std::string_view kind) {
  if (points.size() < 2) return {};
  std::string path;
  for (const Point& point : points) {
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? 'M' : 'L', point.x, point.y);
  }
  return fmt::format("<path class=\"{}\" d=\"{}\"/>\n", kind, path);
}

std::string rectangle(Point corner, double width, double height, std::string_view kind) {
  return fmt::format(
      "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n", kind,
      corner.x, corner.y, width, height);
}

std::string group(std::string_view kind, const std::string& inside) {
  return fmt::format("<g class=\"{}\">\n{}</g>\n", kind, inside);
}

std::string marker(Point at, std::size_t number, std::string_view kind, std::string_view tip) {
  return fmt::format(
      "<g class=\"{}\" transform=\"translate({:.1f} {:.1f})\"><title>{}</title>"
      "<path d=\"{}\"/></g>\n",
      kind, at.x, at.y, xml_text(tip), shapes[number % marker_shapes]);
}

std::string document(const Picture& picture) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{0}\" role=\"img\" "
      "aria-labelledby=\"{0}-title {0}-desc\" width=\"{1:.0f}\" height=\"{2:.0f}\" "
      "viewBox=\"0 0 {1:.0f} {2:.0f}\">\n"
      "<title id=\"{0}-title\">{3}</title>\n<desc id=\"{0}-desc\">{4}</desc>\n"
      "<style>\n{5}</style>\n{6}</svg>\n",
      picture.name, picture.width, picture.height, xml_text(picture.title),
      lines_text(picture.told), picture.style, picture.inside);
}

}  // namespace cartstorm::report::svg
