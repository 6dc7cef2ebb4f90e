#pragma once
#include <string_view>

#include "broker-mock/iot/control_plane.hpp"
#include "broker-mock/iot/data_plane.hpp"

namespace cartstorm::broker::iot {

/// Both planes have the same paths with other meanings, on AWS behind other hosts. On one port only
/// the service of the credential scope tells them apart: `iot` and `execute-api` are the control
/// plane, `iot-jobs-data` is the data plane.
inline http::Response route(ControlPlane& control, DataPlane& data, const http::Request& request,
                            std::string_view service, ServerTime now) {
  if (service == "iot-jobs-data") return data.handle(request, now);
  if (service == "iot" || service == "execute-api") return control.handle(request, now);
  return refuse(Plane::control, Failure::invalid_request,
                "The credential scope must name one of the services iot, iot-jobs-data");
}

}  // namespace cartstorm::broker::iot
