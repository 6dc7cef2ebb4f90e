#pragma once
#include <span>

#include "dialogue.hpp"

namespace cartstorm::broker::mqtt::testing {

/// MQTT Version 3.1.1, OASIS Standard, 29 October 2014.
std::span<const Row> connect_rows_v3();
std::span<const Row> publish_rows_v3();
std::span<const Row> subscribe_rows_v3();
/// MQTT Version 5.0, OASIS Standard, 7 March 2019.
std::span<const Row> connect_rows_v5();
std::span<const Row> session_rows_v5();
std::span<const Row> publish_rows_v5();
std::span<const Row> quality_rows_v5();
std::span<const Row> subscribe_rows_v5();
/// Both, in a server with the limits of AWS IoT.
std::span<const Row> aws_rows_v3();
std::span<const Row> aws_rows_v5();

}  // namespace cartstorm::broker::mqtt::testing
