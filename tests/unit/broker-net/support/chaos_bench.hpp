#pragma once
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/unit/broker-net/support/aws_request.hpp"
#include "tests/unit/broker-net/support/mqtt_client.hpp"
#include "tests/unit/broker-net/support/running_endpoint.hpp"
#include "tests/unit/broker-net/support/secrets_of.hpp"
#include "tests/unit/broker-net/support/temporary_folder.hpp"

namespace cartstorm::broker::net {

/// A running endpoint that is told what to do wrong, as an operator tells it.
struct ChaosBench : testing::Test {
  TemporaryFolder folder;
  RunningEndpoint endpoint{test_options(folder.path())};
  const Addresses& at = endpoint.addresses();
  std::string bearer = bearer_of(folder.path());

  HttpReply change(std::string_view path, std::string_view body) {
    return ask(at.admin, "POST", path, body, bearer);
  }
  void set(std::string_view chaos) { ASSERT_EQ(change("/chaos", chaos).status, 200) << chaos; }
  HttpReply s3(std::string_view method, std::string_view target, std::string_view body = {}) {
    return call_aws(at.http, folder.path(), {method, target, body, "s3"});
  }
  HttpReply iot(std::string_view method, std::string_view target, std::string_view body = {}) {
    return call_aws(at.http, folder.path(), {method, target, body, "iot"});
  }
  HttpReply jobs_data(std::string_view method, std::string_view target,
                      std::string_view body = {}) {
    return call_aws(at.http, folder.path(), {method, target, body, "iot-jobs-data"});
  }
};

}  // namespace cartstorm::broker::net
