#pragma once
#include <memory>
#include <utility>

#include "sim/scenario/definitions.hpp"

/// What the definitions of faults share.
namespace cartstorm::sim {

/// `old` or `new`.
inline Type<std::string> image_name() {
  return one_of<std::string>("image", {{"old", "old"}, {"new", "new"}});
}

template <class Body>
Alternative<Fault> kind_of(Mapping<Body> mapping) {
  // Kinds live as long as the program; closures and schema refer to them.
  const auto keys = std::make_shared<const Mapping<Body>>(std::move(mapping));
  Alternative<Fault> kind;
  kind.name = keys->name();
  kind.doc = keys->doc();
  kind.read = [keys](const Node& node, Fault& fault, Reader& reader) {
    Body body;
    keys->read(node, body, reader);
    fault.body = std::move(body);
  };
  kind.is_it = [](const Fault& fault) { return std::holds_alternative<Body>(fault.body); };
  kind.show = [keys](const Fault& fault) { return keys->show(std::get<Body>(fault.body)); };
  kind.schema = [keys](SchemaDefs& defs) { return keys->schema(defs); };
  kind.rows = [keys] { return keys->rows(); };
  return kind;
}

/// Of the metric channel.
std::vector<Alternative<Fault>> metric_fault_kinds();
/// Of single carts: what happens to them on the new image, and what people do with them.
std::vector<Alternative<Fault>> cart_fault_kinds();
/// Of many carts at once, and of the cloud.
std::vector<Alternative<Fault>> world_fault_kinds();

}  // namespace cartstorm::sim
