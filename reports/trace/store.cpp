#include "reports/trace/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "reports/trace/database.hpp"
#include "reports/trace/kinds.hpp"
#include "reports/trace/schema.hpp"
#include "reports/trace/selection.hpp"

namespace cartstorm::report {
namespace {

/// A killed run loses at most that many rows.
constexpr std::uint32_t rows_per_transaction = 50'000;
/// Rows kept back per cart, to be stored if a promise breaks; larger fleets have no memory for it.
constexpr std::size_t rows_kept_back = 32;  // a power of two
constexpr std::size_t most_carts_kept_back = 10'000;
constexpr std::int64_t hour_us = 3'600'000'000;

struct Binder {
  Insert& insert;
  template <class T>
  void operator()(std::string_view, T value) {
    insert.bind(static_cast<std::int64_t>(value));
  }
};

/// Run facts as key and value.
struct RunWriter {
  std::map<std::string, std::string>& facts;
  const TextTable& texts;
  void operator()(std::string_view name, TextId text) {
    facts[std::string{name}] = std::string{texts.text(text)};
  }
  template <class T>
  void operator()(std::string_view name, T value) {
    facts[std::string{name}] = name == "scenario_digest"
                                   ? fmt::format("{:016x}", static_cast<std::uint64_t>(value))
                                   : fmt::format("{}", value);
  }
};

/// Rows worth keeping back: what a cart did, not that it was alive. A slot that is written as it
/// should be makes hundreds of equal rows, which would push the telling ones out.
bool tells_a_story(const Payload& payload) {
  if (const auto* const flash = std::get_if<FlashOp>(&payload)) {
    const bool is_slot = flash->part == FlashPart::slot_a || flash->part == FlashPart::slot_b;
    return flash->op != FlashOpKind::read && !(is_slot && flash->outcome == OpOutcome::full);
  }
  constexpr std::uint64_t chatter = mask_of<Error, MetricTx, MetricRx, Transport>();
  return (chatter >> payload.index() & 1U) == 0;
}

/// The last rows of each cart that were not stored, in one flat piece of memory.
class KeptBack {
 public:
  void push(CartId cart, const Record& record) {
    const auto place = static_cast<std::size_t>(cart);
    if (place >= most_carts_kept_back) {
      return;
    }
    if (place >= pushed_.size()) {
      pushed_.resize(place + 1);
      rows_.resize((place + 1) * rows_kept_back);
    }
    rows_[place * rows_kept_back + pushed_[place]++ % rows_kept_back] = record;
  }
  template <class F>
  void take(CartId cart, F&& f) {
    const auto place = static_cast<std::size_t>(cart);
    if (place >= pushed_.size()) {
      return;
    }
    const std::size_t count = std::min<std::size_t>(pushed_[place], rows_kept_back);
    for (std::size_t row = 0; row < count; ++row) {
      f(rows_[place * rows_kept_back + row]);
    }
    pushed_[place] = 0;
  }

 private:
  std::vector<std::uint32_t> pushed_;
  std::vector<Record> rows_;
};

}  // namespace

struct Store::Parts {
  Parts(const std::filesystem::path& path, const StoreSelection& chosen, const TextTable& table)
      : texts{table}, selection{chosen}, database{path} {}

  void open();
  void write(const Record&);
  void count(const Record&, std::size_t kind);
  void write_hour();
  void write_new_texts();
  void write_facts();
  void row_written();
  void write_kept_back(CartId cart) {
    kept_back.take(cart, [this](const Record& record) { write(record); });
  }
  void finish();

  const TextTable& texts;
  Selection selection;
  Database database;
  std::array<Insert, kind_count> inserts;
  Insert text_insert, hour_insert, verdict_insert;
  KeptBack kept_back;
  std::array<std::uint64_t, kind_count> seen{}, stored{}, seen_this_hour{};
  std::map<std::string, std::string> facts;
  std::optional<std::int64_t> hour;
  std::int64_t hour_begins_us = 0, hour_ends_us = 0;  ///< of `hour`
  std::size_t texts_written = 0;
  std::uint32_t open_rows = 0;
};

void Store::Parts::open() {
  if (!database.run("BEGIN;\n" + create_tables())) {
    return;
  }
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    if (kind != kind_of<Run>()) {
      inserts[kind] = database.insert_into(raw_table(kind), columns_of(kind).size() + 2);
    }
  }
  text_insert = database.insert_into("texts", 2);
  hour_insert = database.insert_into("seen_per_hour", 3);
  verdict_insert = database.insert_into("verdict", 6);
  // A run that is killed early must still leave the tables.
  database.run("COMMIT; BEGIN");
}

void Store::Parts::count(const Record& record, std::size_t kind) {
  const std::int64_t t = record.time_us;
  if (t < hour_begins_us || t >= hour_ends_us) {
    if (hour) {
      write_hour();
    }
    hour = t >= 0 ? t / hour_us : -((hour_us - 1 - t) / hour_us);
    hour_begins_us = *hour * hour_us;
    hour_ends_us = hour_begins_us + hour_us;
  }
  ++seen[kind];
  ++seen_this_hour[kind];
}

void Store::Parts::write_hour() {
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    if (seen_this_hour[kind] > 0) {
      hour_insert.bind(*hour);
      hour_insert.bind(kind_names[kind]);
      hour_insert.bind(static_cast<std::int64_t>(seen_this_hour[kind]));
      database.run(hour_insert);
      seen_this_hour[kind] = 0;
    }
  }
}

void Store::Parts::write(const Record& record) {
  const std::size_t kind = record.payload.index();
  ++stored[kind];
  if (const auto* const run = std::get_if<Run>(&record.payload)) {
    run->fields(RunWriter{facts, texts});
    return;
  }
  Insert& insert = inserts[kind];
  insert.bind(static_cast<std::int64_t>(record.seq));
  insert.bind(record.time_us);
  std::visit([&insert](const auto& row) { row.fields(Binder{insert}); }, record.payload);
  database.run(insert);
  row_written();
}

void Store::Parts::row_written() {
  if (++open_rows >= rows_per_transaction) {
    open_rows = 0;
    write_new_texts();
    database.run("COMMIT; BEGIN");
  }
}

void Store::Parts::write_new_texts() {
  for (; texts_written < texts.size(); ++texts_written) {
    text_insert.bind(static_cast<std::int64_t>(texts_written));
    text_insert.bind(texts.text(TextId{static_cast<std::uint32_t>(texts_written)}));
    database.run(text_insert);
  }
}

void Store::Parts::write_facts() {
  facts["thinning"] = Selection::describe();
  Insert fact = database.insert_into("run", 2);
  for (const auto& [key, value] : facts) {
    fact.bind(std::string_view{key});
    fact.bind(std::string_view{value});
    database.run(fact);
  }
  Insert thinning = database.insert_into("thinning", 3);
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    if (seen[kind] > 0) {
      thinning.bind(kind_names[kind]);
      thinning.bind(static_cast<std::int64_t>(seen[kind]));
      thinning.bind(static_cast<std::int64_t>(stored[kind]));
      database.run(thinning);
    }
  }
}

void Store::Parts::finish() {
  if (hour) {
    write_hour();
  }
  write_new_texts();
  write_facts();
  database.run("COMMIT");
}

Store::Store(const std::filesystem::path& path, const StoreSelection& selection,
             const TextTable& texts)
    : parts_{new Parts{path, selection, texts}} {
  parts_->open();
}

Store::~Store() { close(); }

void Store::on(const Record& record) {
  if (!parts_->database.is_usable()) {
    return;
  }
  parts_->count(record, record.payload.index());
  const auto* const fault = std::get_if<Fault>(&record.payload);
  if (fault != nullptr && fault->event == FaultEvent::fire && fault->cart != no_cart &&
      parts_->selection.strike(fault->cart)) {
    parts_->write_kept_back(fault->cart);
  }
  if (parts_->selection.wants(record)) {
    parts_->write(record);
  } else if (tells_a_story(record.payload)) {
    parts_->kept_back.push(cart_of(record.payload), record);
  }
}

void Store::flagged(CartId cart) {
  if (!parts_->database.is_usable() || !parts_->selection.flag(cart)) {
    return;
  }
  parts_->write_kept_back(cart);
}

void Store::add(const StoredVerdict& verdict) {
  if (!parts_->database.is_usable()) {
    return;
  }
  Insert& insert = parts_->verdict_insert;
  insert.bind(verdict.id);
  insert.bind(name(verdict.verdict));
  insert.bind(static_cast<std::int64_t>(verdict.premises));
  insert.bind(static_cast<std::int64_t>(verdict.violations));
  insert.bind(static_cast<std::int64_t>(verdict.first_seq));
  insert.bind(verdict.message);
  parts_->database.run(insert);
}

void Store::note(std::string_view key, std::string_view value) {
  parts_->facts[std::string{key}] = std::string{value};
}

void Store::close() {
  if (parts_->database.is_usable()) {
    parts_->finish();
  }
  // Statements first: an open one would keep the file locked. After a problem the unfinished
  // transaction is rolled back and the file is valid up to the one before.
  parts_->inserts = {};
  parts_->text_insert = {};
  parts_->hour_insert = {};
  parts_->verdict_insert = {};
  parts_->database.close();
}

const std::string& Store::error() const { return parts_->database.error(); }

}  // namespace cartstorm::report
