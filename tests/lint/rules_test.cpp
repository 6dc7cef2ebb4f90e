#include <gmock/gmock.h>

#include "functions.hpp"
#include "planted.hpp"

namespace cartstorm::lint {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string repeated(std::size_t times, const std::string& line) {
  std::string text;
  for (std::size_t n = 0; n < times; ++n) text += line;
  return text;
}

std::vector<std::string> sizes_of(const std::string& text) {
  return found_by(check_sizes, tree_of({{"sim/kernel/a.cpp", text}}));
}

TEST(Sizes, FileOf400LinesIsFineOf401IsWarnedOf701IsRefused) {
  EXPECT_THAT(sizes_of(repeated(400, "int a;\n")), IsEmpty());
  EXPECT_THAT(sizes_of(repeated(401, "int a;\n")), ElementsAre("sim/kernel/a.cpp:0 size warning"));
  EXPECT_THAT(sizes_of(repeated(701, "int a;\n")), ElementsAre("sim/kernel/a.cpp:0 size"));
}

TEST(Sizes, FunctionCountsFromItsHeadToItsBrace) {
  const std::string head = "namespace x {\nvoid f() {\n";
  EXPECT_THAT(sizes_of(head + repeated(38, "  g();\n") + "}\n}\n"), IsEmpty());
  EXPECT_THAT(sizes_of(head + repeated(39, "  g();\n") + "}\n}\n"),
              ElementsAre("sim/kernel/a.cpp:2 size warning"));
  EXPECT_THAT(sizes_of(head + repeated(69, "  g();\n") + "}\n}\n"),
              ElementsAre("sim/kernel/a.cpp:2 size"));
}

TEST(Sizes, LongTableIsNoFunction) {
  EXPECT_THAT(sizes_of("const Row rows[] = {\n" + repeated(90, "  {f(1), 2},\n") + "};\n"),
              IsEmpty());
}

TEST(Sizes, LineOf101ColumnsIsFoundAndCountsCodePoints) {
  EXPECT_THAT(sizes_of(std::string(100, 'x') + "\n"), IsEmpty());
  EXPECT_THAT(sizes_of(std::string(101, 'x') + "\n"), ElementsAre("sim/kernel/a.cpp:1 columns"));
  EXPECT_THAT(sizes_of(std::string(99, 'x') + "\u2013\n"), IsEmpty());
}

TEST(Sizes, RawLiteralMayBeAsLongAsItsBytes) {
  EXPECT_THAT(sizes_of("auto bytes = R\"(" + std::string(100, 'x') + ")\";\n"), IsEmpty());
  EXPECT_THAT(sizes_of("auto text = \"" + std::string(100, 'x') + "\";\n"),
              ElementsAre("sim/kernel/a.cpp:1 columns"));
}

TEST(Functions, AreFoundInClassesBehindInitialisersAndWithLambdas) {
  const File file = make_file("a.cpp",
                              "struct A {\n"
                              "  A() : a_{1}, b_{2} {\n"
                              "    go();\n"
                              "  }\n"
                              "  int f(int c = 3) const { return c; }\n"
                              "};\n"
                              "bool operator==(A x, A y) {\n"
                              "  auto g = [&](int i) { return i; };\n"
                              "  return g(1) == '{';  // }\n"
                              "}\n");
  std::vector<std::size_t> places;
  for (const Function& function : functions_of(file)) {
    places.insert(places.end(), {function.first_line, function.last_line});
  }
  EXPECT_THAT(places, ElementsAre(2, 4, 5, 5, 7, 10));
}

std::vector<std::string> clock_in(const std::string& path, const std::string& code) {
  return found_by(check_host_clock, tree_of({{path, code + "\n"}}));
}

TEST(HostClock, IsFoundHoweverItIsRead) {
  for (const char* code :
       {"auto t = std::chrono::steady_clock::now();", "auto t = time(nullptr);",
        "auto t = std::time(nullptr);", "gettimeofday(&a, nullptr);", "int x = rand();",
        "return rand();", "std::random_device dice;", "std::this_thread::sleep_for(1s);"}) {
    EXPECT_THAT(clock_in("sim/kernel/a.cpp", code), ElementsAre("sim/kernel/a.cpp:1 host_clock"))
        << code;
  }
}

TEST(HostClock, IsNotSeenInProseMembersOrOtherNames) {
  for (const char* code :
       {"// time(nullptr) is wrong", "auto t = wheel.time(3);", "std::int64_t time(int x);",
        "auto t = kernel::time(3);", "f(\"rand()\");", "int x = operand(1);"}) {
    EXPECT_THAT(clock_in("sim/kernel/a.cpp", code), IsEmpty()) << code;
  }
}

TEST(HostClock, MayBeReadByTheCommandLineOnly) {
  EXPECT_THAT(clock_in("sim/cli/a.cpp", "auto t = time(nullptr);"), IsEmpty());
  EXPECT_THAT(clock_in("reports/check/a.cpp", "auto t = time(nullptr);"),
              ElementsAre("reports/check/a.cpp:1 host_clock"));
}

TEST(Decisions, UseNeitherLibmNorDistributions) {
  for (const char* code : {"double x = std::exp(y);", "double x = log(y);", "return pow(a, b);",
                           "std::mt19937 g;", "std::uniform_int_distribution<int> d(0, 9);"}) {
    EXPECT_THAT(found_by(check_decisions, tree_of({{"broker-mock/rollout/a.cpp", code}})),
                ElementsAre("broker-mock/rollout/a.cpp:1 decision"))
        << code;
  }
  EXPECT_THAT(found_by(check_decisions, tree_of({{"sim/kernel/a.cpp", "x = std::sqrt(y);"}})),
              IsEmpty());
}

std::vector<std::string> texts_in(const std::string& line) {
  return found_by(check_texts, tree_of({{"sim/README.md", line + "\n"}}));
}

TEST(Texts, MachinePathsAreFound) {
  EXPECT_THAT(texts_in(std::string("cd /wor") + "k/main"),
              ElementsAre("sim/README.md:1 machine_path"));
  EXPECT_THAT(texts_in(std::string("see hardware/wor") + "k/notes"), IsEmpty());
}

TEST(Texts, ToDoNeedsAnIssue) {
  EXPECT_THAT(texts_in(std::string("// TO") + "DO: later"), ElementsAre("sim/README.md:1 to_do"));
  EXPECT_THAT(texts_in(std::string("// TO") + "DO(#12): later"), IsEmpty());
}

TEST(Texts, PrivateKeysAreFound) {
  EXPECT_THAT(texts_in(std::string("-----BEG") + "IN EC PRIV" + "ATE KEY-----"),
              ElementsAre("sim/README.md:1 secret"));
}

TEST(Headers, BeginWithPragmaOnce) {
  EXPECT_THAT(found_by(check_header_guards, tree_of({{"sim/a.hpp", "#include <array>\n"}})),
              ElementsAre("sim/a.hpp:1 header_guard"));
  EXPECT_THAT(found_by(check_header_guards, tree_of({{"sim/a.hpp", "#pragma once\n"}})), IsEmpty());
}

TEST(Readmes, FolderWithCodeNeedsOneAndMayShareItWithIncludeAndSrc) {
  const std::vector<Planted> files = {{"sim/kernel/a.cpp", ""},
                                      {"device-model/src/a.cpp", ""},
                                      {"device-model/include/ota/a.hpp", ""},
                                      {"device-model/README.md", ""}};
  EXPECT_THAT(found_by(check_readmes, tree_of(files)),
              ElementsAre("sim/kernel/README.md:0 readme"));
}

TEST(Presence, EmptyTreeIsAFailure) {
  EXPECT_THAT(found_by(check_presence, tree_of({})),
              ElementsAre("device-model:0 presence", "broker-mock:0 presence", "reports:0 presence",
                          "sim:0 presence", "tests:0 presence"));
}

}  // namespace
}  // namespace cartstorm::lint
