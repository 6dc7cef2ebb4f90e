#include <gtest/gtest.h>

#include "rows.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

Settings aws() {
  Settings settings;
  settings.limits = limits_of(Profile::aws);
  return settings;
}

TEST(MqttStatements, ConnectV3) { run_rows(connect_rows_v3()); }
TEST(MqttStatements, PublishV3) { run_rows(publish_rows_v3()); }
TEST(MqttStatements, SubscribeV3) { run_rows(subscribe_rows_v3()); }
TEST(MqttStatements, ConnectV5) { run_rows(connect_rows_v5()); }
TEST(MqttStatements, SessionV5) { run_rows(session_rows_v5()); }
TEST(MqttStatements, PublishV5) { run_rows(publish_rows_v5()); }
TEST(MqttStatements, QualityV5) { run_rows(quality_rows_v5()); }
TEST(MqttStatements, SubscribeV5) { run_rows(subscribe_rows_v5()); }
TEST(MqttStatements, AwsV3) { run_rows(aws_rows_v3(), aws()); }
TEST(MqttStatements, AwsV5) { run_rows(aws_rows_v5(), aws()); }

}  // namespace
}  // namespace cartstorm::broker::mqtt::testing
