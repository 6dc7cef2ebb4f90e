#pragma once
#include "broker-mock/http/message.hpp"

/// HTTP messages in durable records (rollout/archive.hpp).
namespace cartstorm::broker::http {

template <class Archive>
void fields(Archive& archive, Field& field) {
  archive(field.name, field.value);
}

template <class Archive>
void fields(Archive& archive, Request& request) {
  archive(request.method, request.target, request.fields, request.body);
}

}  // namespace cartstorm::broker::http
