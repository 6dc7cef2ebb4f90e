#include <sanitizer/common_interface_defs.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "mutator.hpp"

// Stands in for libFuzzer where it is not linked, with the options that the tests use: every file
// of the folder once, then `-runs` mutations. An input that breaks a promise is written down.
extern "C" int LLVMFuzzerInitialize(int*, char***);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t*, std::size_t);
#pragma weak __sanitizer_set_death_callback  // null in a build without sanitizers

namespace {

struct Options {
  std::uint64_t runs = 0;
  std::uint64_t seed = 1;
  std::size_t largest = 4096;
  std::string artifact_prefix;
  std::string dictionary;
  std::vector<std::string> inputs;  ///< files, or folders of files
};

std::string current, artifact;

void keep_current() {
  std::ofstream(artifact, std::ios::binary) << current;
  std::fprintf(stderr, "the input is in %s\n", artifact.c_str());
}

void on_signal(int signal) {
  keep_current();
  std::_Exit(128 + signal);
}

bool take(const std::string& argument, const std::string& name, std::string& value) {
  if (!argument.starts_with(name)) {
    return false;
  }
  value = argument.substr(name.size());
  return true;
}

Options read_options(int count, char** arguments) {
  Options options;
  std::string text;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (take(argument, "-runs=", text)) {
      options.runs = std::stoull(text);
    } else if (take(argument, "-seed=", text)) {
      options.seed = std::stoull(text);
    } else if (take(argument, "-max_len=", text)) {
      options.largest = std::stoull(text);
    } else if (!take(argument, "-artifact_prefix=", options.artifact_prefix) &&
               !take(argument, "-dict=", options.dictionary)) {
      options.inputs.push_back(argument);
    }
  }
  return options;
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> read_corpus(const std::vector<std::string>& inputs) {
  std::set<std::filesystem::path> files;  // in an order that does not depend on the disk
  for (const std::string& input : inputs) {
    if (!std::filesystem::is_directory(input)) {
      files.insert(input);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(input)) {
      files.insert(entry.path());
    }
  }
  std::vector<std::string> corpus;
  corpus.reserve(files.size());
  for (const auto& file : files) {
    corpus.push_back(read_file(file));
  }
  return corpus;
}

/// The words of a dictionary of libFuzzer: one in quotes per line, with \xNN, \\ and \" in it.
std::vector<std::string> read_words(const std::string& dictionary) {
  std::vector<std::string> words;
  std::ifstream in(dictionary);
  for (std::string line; std::getline(in, line);) {
    const std::size_t first = line.find('"'), last = line.rfind('"');
    if (line.starts_with('#') || first == last) {
      continue;
    }
    std::string word;
    for (std::size_t at = first + 1; at < last; ++at) {
      const bool is_escaped = line[at] == '\\';
      if (is_escaped) {
        ++at;
      }
      if (is_escaped && line[at] == 'x') {
        word += static_cast<char>(std::stoi(line.substr(at + 1, 2), nullptr, 16));
        at += 2;
      } else {
        word += line[at];
      }
    }
    words.push_back(word);
  }
  return words;
}

void run(std::string input) {
  current = std::move(input);
  // A copy of exactly this size, so that a sanitizer sees the first byte behind it.
  const std::vector<std::uint8_t> bytes(current.begin(), current.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

}  // namespace

int main(int count, char** arguments) {
  const Options options = read_options(count, arguments);
  artifact = options.artifact_prefix + "crash";
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    std::signal(signal, on_signal);
  }
  if (__sanitizer_set_death_callback != nullptr) {
    __sanitizer_set_death_callback(keep_current);
  }
  LLVMFuzzerInitialize(&count, &arguments);
  const std::vector<std::string> corpus = read_corpus(options.inputs);
  if (corpus.empty()) {
    std::fprintf(stderr, "no inputs; make the seeds first: fuzz_seeds FOLDER\n");
    return 2;
  }
  std::printf("seed %llu: %zu files, then %llu mutations\n",
              static_cast<unsigned long long>(options.seed), corpus.size(),
              static_cast<unsigned long long>(options.runs));
  std::fflush(stdout);
  for (const std::string& input : corpus) {
    run(input);
  }
  ota::fuzz::Mutator mutator{options.seed};
  mutator.set_words(read_words(options.dictionary));
  for (std::uint64_t i = 0; i < options.runs; ++i) {
    run(mutator.next(corpus, options.largest));
  }
  return 0;
}
