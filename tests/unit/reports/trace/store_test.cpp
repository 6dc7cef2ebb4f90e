#include "reports/trace/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "reports/trace/schema.hpp"
#include "reports/trace/selection.hpp"

namespace cartstorm::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// First column of every row, read by another connection.
std::vector<std::string> query(const std::filesystem::path& path, const std::string& sql) {
  sqlite3* handle = nullptr;
  std::vector<std::string> values;
  EXPECT_EQ(sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  const auto note = [](void* list, int, char** columns, char**) {
    static_cast<std::vector<std::string>*>(list)->emplace_back(columns[0] ? columns[0] : "NULL");
    return 0;
  };
  char* problem = nullptr;
  EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), note, &values, &problem), SQLITE_OK) << problem;
  sqlite3_free(problem);
  sqlite3_close(handle);
  return values;
}

class StoreFile : public testing::Test {
 protected:
  StoreFile() {
    const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::path{testing::TempDir()} /
             ("store_" + std::string{test->name()} + "_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    path = folder / "trace.db";
    nobody.sample = 0;
  }
  ~StoreFile() override { std::filesystem::remove_all(folder); }
  static FlashOp flash(std::uint32_t cart, std::uint32_t offset = 0) {
    return {CartId{cart}, 1,    16,   FlashOpKind::program, FlashPart::journal,
            offset,       4096, 4096, OpOutcome::full};
  }
  std::filesystem::path folder, path;
  StoreSelection nobody;
  Stream stream;
};

TEST_F(StoreFile, IsReadableByPeopleAfterClose) {
  StoreSelection named = nobody;
  named.carts = {CartId{7}};
  Store store{path, named, stream.texts()};
  stream.attach(store);
  const TextId eu = stream.texts().intern("eu");
  stream.emit(-1, report::Run{eu, {}, {}, {}, 42, 0xfeed, 0, 0, 0});
  stream.emit(
      0, Cart{CartId{7}, stream.texts().intern("cart-00007"), {}, eu, {}, {}, 1, Version{0x10800}});
  stream.emit(15'153'000'000 + 3 * 86'400'000'000, flash(7, 8192));
  store.close();
  EXPECT_EQ(store.error(), "");
  EXPECT_THAT(query(path, "SELECT value FROM run WHERE key = 'seed'"), ElementsAre("42"));
  EXPECT_THAT(query(path, "SELECT value FROM run WHERE key = 'build'"), ElementsAre("eu"));
  EXPECT_THAT(query(path, "SELECT value FROM run WHERE key = 'thinning'"),
              ElementsAre(HasSubstr("What is not stored cannot be judged again")));
  EXPECT_THAT(query(path, "SELECT thing || ' ' || region || ' ' || version FROM cart"),
              ElementsAre("cart-00007 eu 1.8.0"));
  EXPECT_THAT(query(path, "SELECT at || ' ' || op || ' ' || part || ' ' || outcome FROM flash_op"),
              ElementsAre("d3 04:12:33 program journal full"));
  EXPECT_THAT(query(path, "SELECT kind FROM record WHERE cart = 7 ORDER BY seq"),
              ElementsAre("cart", "flash_op"));
  EXPECT_THAT(query(path, "SELECT what FROM record WHERE kind = 'flash_op'"),
              ElementsAre("op_index=1 ops=16 op=program part=journal offset=8192 length=4096 "
                          "done=4096 outcome=full"));
  EXPECT_THAT(query(path, "SELECT seen || ' ' || stored FROM thinning WHERE kind = 'flash_op'"),
              ElementsAre("1 1"));
  EXPECT_FALSE(std::filesystem::exists(folder / "trace.db-journal"));
}

TEST_F(StoreFile, EveryViewCanBeRead) {
  Store store{path, nobody, stream.texts()};
  store.close();
  for (std::size_t kind = 1; kind < kind_count; ++kind) {  // the first is the run itself
    EXPECT_THAT(query(path, "SELECT * FROM \"" + std::string{kind_names[kind]} + "\""), IsEmpty());
  }
  EXPECT_THAT(query(path, "SELECT * FROM record"), IsEmpty());
}

TEST_F(StoreFile, LeavesOutFlashOfOrdinaryCarts) {
  Store store{path, nobody, stream.texts()};
  stream.attach(store);
  stream.emit(0, flash(1));
  stream.emit(0, Rollback{CartId{1}, Version{2}, Version{1}, RollbackReason::verify_failed, 9});
  store.close();
  EXPECT_THAT(query(path, "SELECT seq FROM flash_op"), IsEmpty());
  EXPECT_THAT(query(path, "SELECT reason FROM rollback"), ElementsAre("verify_failed"));
  EXPECT_THAT(query(path, "SELECT seen - stored FROM thinning WHERE kind = 'flash_op'"),
              ElementsAre("1"));
  EXPECT_THAT(query(path, "SELECT rows FROM seen_per_hour WHERE kind = 'flash_op' AND hour = 0"),
              ElementsAre("1"));
}

TEST_F(StoreFile, StoresFlashFromShortlyBeforeTheFaultOn) {
  Store store{path, nobody, stream.texts()};
  stream.attach(store);
  stream.emit(0, flash(1, 1));
  stream.emit(1, Fault{CartId{1}, {}, FaultEvent::arm, 0});
  stream.emit(2, flash(1, 2));
  stream.emit(3, Fault{CartId{1}, {}, FaultEvent::fire, 0});
  stream.emit(4, flash(1, 3));
  stream.emit(4, flash(2, 4));
  store.close();
  EXPECT_THAT(query(path, "SELECT offset FROM flash_op WHERE cart = 1"),
              ElementsAre("1", "2", "3"));
  EXPECT_THAT(query(path, "SELECT offset FROM flash_op WHERE cart = 2"), IsEmpty());
}

TEST_F(StoreFile, StoresTornFlashOfEveryCart) {
  Store store{path, nobody, stream.texts()};
  stream.attach(store);
  FlashOp torn = flash(1, 5);
  torn.outcome = OpOutcome::torn;
  stream.emit(0, torn);
  store.close();
  EXPECT_THAT(query(path, "SELECT outcome FROM flash_op"), ElementsAre("torn"));
}

TEST_F(StoreFile, StoresABootWithANoteOfEveryCartAndSaysItInWords) {
  Store store{path, nobody, stream.texts()};
  stream.attach(store);
  BootDecide boot{CartId{1}, 1, SlotName::a, BootReason::confirmed, BootNote::none, 0, 0, 7};
  stream.emit(0, boot);
  boot.note = BootNote::no_fallback;
  stream.emit(0, boot);
  boot.reason = BootReason::fallback;
  boot.note = BootNote::fallback_bitrot;
  stream.emit(0, boot);
  boot.note = BootNote::bcb_lost;
  stream.emit(0, boot);
  store.close();
  EXPECT_THAT(query(path, "SELECT note FROM boot_decide ORDER BY seq"),
              ElementsAre("no_fallback", "fallback_bitrot", "bcb_lost"));
}

TEST_F(StoreFile, StoresTheLastRowsBeforeAViolationToo) {
  Store store{path, nobody, stream.texts()};
  stream.attach(store);
  for (std::uint32_t n = 0; n < 40; ++n) stream.emit(n, flash(1, n));
  stream.flag(CartId{1});
  stream.emit(100, flash(1, 100));
  stream.flag(CartId{1});
  store.close();
  EXPECT_THAT(query(path, "SELECT count(*) FROM flash_op"), ElementsAre("33"));
  EXPECT_THAT(query(path, "SELECT min(offset) FROM flash_op"), ElementsAre("8"));
}

TEST_F(StoreFile, KeepsTheVerdicts) {
  Store store{path, nobody, stream.texts()};
  store.add({"converges", CheckVerdict::fail, 10, 2, 77, "it did not"});
  store.note("trace_hash", "abc");
  store.close();
  EXPECT_THAT(query(path,
                    "SELECT id || ' ' || verdict || ' ' || premises || ' ' || violations || "
                    "' ' || first_seq || ' ' || message FROM verdict"),
              ElementsAre("converges fail 10 2 77 it did not"));
  EXPECT_THAT(query(path, "SELECT value FROM run WHERE key = 'trace_hash'"), ElementsAre("abc"));
}

TEST_F(StoreFile, NumbersWithTheHighestBitAreShownInHex) {
  Store store{path, nobody, stream.texts()};
  stream.attach(store);
  stream.emit(0, RollbackCleared{CartId{1}, 0xffff'0000'0000'00a1ULL});
  store.close();
  EXPECT_THAT(query(path, "SELECT occurrence FROM rollback_cleared"),
              ElementsAre("ffff0000000000a1"));
}

TEST_F(StoreFile, ANewRunReplacesAnOldFile) {
  for (std::uint32_t run = 1; run <= 2; ++run) {
    Stream own;
    Store store{path, nobody, own.texts()};
    own.attach(store);
    own.emit(0, Quarantine{CartId{run}, Version{1}});
  }
  EXPECT_THAT(query(path, "SELECT cart FROM quarantine"), ElementsAre("2"));
}

TEST_F(StoreFile, AFolderThatDoesNotExistIsAnErrorNotAnEnd) {
  Store store{folder / "nowhere" / "trace.db", nobody, stream.texts()};
  stream.attach(store);
  stream.emit(0, Quarantine{CartId{1}, Version{1}});
  store.add({"converges", CheckVerdict::pass, 1, 0, 0, ""});
  store.close();
  EXPECT_THAT(store.error(), HasSubstr("nowhere/trace.db: unable to open database file"));
}

TEST_F(StoreFile, AFullDiskIsAnErrorAndLeavesAValidFile) {
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1024 * 1024, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  StoreSelection all = nobody;
  all.all = true;
  {
    Store store{path, all, stream.texts()};
    stream.attach(store);
    for (std::uint32_t n = 0; n < 120'000; ++n) stream.emit(n, flash(1, n));
    store.close();
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, old_handler);
    EXPECT_THAT(store.error(), HasSubstr("trace.db: "));
  }
  EXPECT_THAT(query(path, "PRAGMA integrity_check"), ElementsAre("ok"));
}

TEST_F(StoreFile, IsReadableWhileItsRunWasKilled) {
  // A child that dies without closing: what was committed before must be readable.
  const pid_t child = fork();
  if (child == 0) {
    StoreSelection all = nobody;
    all.all = true;
    Stream own;
    Store store{path, all, own.texts()};
    own.attach(store);
    for (std::uint32_t n = 0; n < 60'000; ++n) own.emit(n, flash(1, n));
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  sqlite3* handle = nullptr;  // the reader that comes first rolls the unfinished part back
  ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, "SELECT count(*) FROM flash_op", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(handle);
  EXPECT_THAT(query(path, "SELECT count(*) FROM flash_op"), ElementsAre("50000"));
}

TEST(Selection, SamplesTheSameCartsForTheSameSeed) {
  StoreSelection chosen;
  chosen.sample = 0.01;
  chosen.seed = 5;
  Selection one{chosen}, same{chosen};
  int wanted = 0;
  for (std::uint32_t cart = 0; cart < 5000; ++cart) {
    const Record record{0, cart, FlashOp{CartId{cart}, 0, 0, {}, {}, 0, 0, 0, {}}};
    const bool is_wanted = one.wants(record);
    EXPECT_EQ(is_wanted, same.wants(record));
    wanted += is_wanted ? 1 : 0;
  }
  EXPECT_GT(wanted, 20);
  EXPECT_LT(wanted, 100);
}
TEST(Selection, OfAHugeFleetStaysSmall) {
  StoreSelection chosen;
  Selection selection{chosen};
  selection.wants({0, 0, FlashOp{CartId{99'999}, 0, 0, {}, {}, 0, 0, 0, {}}});
  int wanted = 0;
  for (std::uint32_t cart = 0; cart < 100'000; ++cart) {
    wanted += selection.wants({0, 0, FlashOp{CartId{cart}, 0, 0, {}, {}, 0, 0, 0, {}}}) ? 1 : 0;
  }
  EXPECT_GT(wanted, 10);
  EXPECT_LE(wanted, 64);
}
TEST(Selection, BoundsAStormOfNotableRows) {
  StoreSelection chosen;
  chosen.sample = 0;
  Selection selection{chosen};
  selection.wants({0, 0, Cart{CartId{4999}, {}, {}, {}, {}, {}, 0, {}}});
  int wanted = 0;
  for (int n = 0; n < 10'000; ++n) {
    wanted += selection.wants({0, 0, ManifestVerdict{CartId{3}, {}, 1, {}, false, {}, 0}}) ? 1 : 0;
  }
  EXPECT_EQ(wanted, 120);  // 600,000 rows shared by 5,000 carts
}

}  // namespace
}  // namespace cartstorm::report
