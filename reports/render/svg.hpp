#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// The pieces of an SVG picture. Lengths are pixels, `y` grows downwards; all words are escaped
/// here.
namespace cartstorm::report::svg {

struct Point {
  double x = 0, y = 0;
};

/// From values to pixels, evenly or by decades. What lies outside is drawn at the nearer end: a
/// point at the rim of a panel is better than one in the neighbour's.
class Axis {
 public:
  static Axis linear(double from, double to, double pixel_from, double pixel_to);
  /// `from` is above 0.
  static Axis logarithmic(double from, double to, double pixel_from, double pixel_to);
  double at(double value) const;

 private:
  Axis(double from, double to, double pixel_from, double pixel_to, bool is_logarithmic);
  double from_, to_, pixel_from_, pixel_to_;
  bool is_logarithmic_;
};

/// `kind` is a class of the style sheet, here and below.
std::string words(Point, std::string_view kind, std::string_view text);
std::string line(Point from, Point to, std::string_view kind);
/// Nothing for fewer than two points.
std::string polyline(const std::vector<Point>&, std::string_view kind);
std::string rectangle(Point corner, double width, double height, std::string_view kind);
std::string group(std::string_view kind, const std::string& inside);

/// Shapes that differ in more than their colour; `number` counts on after the last one.
inline constexpr std::size_t marker_shapes = 7;
/// A marker with a tip that a mouse over it shows and that screen readers may read.
std::string marker(Point, std::size_t number, std::string_view kind, std::string_view tip);

struct Picture {
  std::string name;         ///< of the kind of picture; scopes its style and its ids
  std::string title, told;  ///< the second tells in lines what the picture shows
  std::string style;
  double width = 0, height = 0;
  std::string inside;
};
/// The whole file. It stands alone, and may be put into a page: its ids begin with the name.
std::string document(const Picture&);

}  // namespace cartstorm::report::svg
