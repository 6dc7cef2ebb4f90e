#include <algorithm>
#include <charconv>

#include "broker-mock/http/uri.hpp"
#include "broker-mock/s3/calls.hpp"
#include "broker-mock/s3/intake.hpp"
#include "broker-mock/s3/page.hpp"
#include "broker-mock/s3/words.hpp"
#include "broker-mock/s3/xml.hpp"

namespace cartstorm::broker::s3 {
namespace {

/// Writes a listing; with `encoding-type=url` texts of clients' choosing are percent-encoded.
class Listing {
 public:
  Listing(std::string_view root, bool is_encoded) : root_{root}, is_encoded_{is_encoded} {
    xml_.append(xml_declaration).append("<").append(root).append(s3_namespace).append(">");
  }
  void text(std::string_view name, std::string_view value) { append_element(xml_, name, value); }
  void number(std::string_view name, std::uint64_t value) { append_element(xml_, name, value); }
  void truth(std::string_view name, bool value) { text(name, value ? "true" : "false"); }
  /// A key or a part of one.
  void key(std::string_view name, std::string_view value) {
    text(name, is_encoded_ ? http::encoded(value, http::Slash::keep) : std::string{value});
  }
  void open(std::string_view name) { xml_.append("<").append(name).append(">"); }
  void close(std::string_view name) { xml_.append("</").append(name).append(">"); }
  void owner(std::string_view name, std::string_view id) {
    open(name);
    text("ID", id);
    text("DisplayName", id);
    close(name);
  }
  void groups(const std::vector<std::string>& groups) {
    for (const std::string& group : groups) {
      open("CommonPrefixes");
      key("Prefix", group);
      close("CommonPrefixes");
    }
  }
  http::Response finish() {
    close(root_);
    return xml_answer(std::move(xml_));
  }

 private:
  std::string_view root_;
  bool is_encoded_;
  std::string xml_;
};

/// `max-keys` and its like, at most a page. An error if it is no number of 31 bits.
std::variant<std::uint64_t, Error> limit_of(const Desk& desk, const Call& call,
                                            std::string_view name) {
  const std::string* const text = call.query(name);
  if (text == nullptr || text->empty()) return desk.limits().page;
  std::int32_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc{} || stop != end) {
    return invalid_argument(
        "Provided " + std::string{name} + " not an integer or within integer " + "range", name,
        *text);
  }
  if (value < 0) {
    return invalid_argument(
        "Argument " + std::string{name} + " must be an integer between 0 and 2147483647", name,
        *text);
  }
  return std::min(static_cast<std::uint64_t>(value), desk.limits().page);
}

std::variant<bool, Error> is_url_encoded(const Call& call) {
  const std::string* const type = call.query("encoding-type");
  if (type == nullptr) return false;
  if (*type == "url") return true;
  return invalid_argument("Invalid Encoding Method specified in Request", "encoding-type", *type);
}

/// What all listings of objects read from the query.
struct Asked {
  std::uint64_t limit = 0;
  bool is_encoded = false;
};
std::variant<Asked, Error> read_asked(const Desk& desk, const Call& call,
                                      std::string_view limit_name) {
  if (desk.inventory().bucket(call.place.bucket) == nullptr) {
    return no_such_bucket(call.place.bucket);
  }
  const auto limit = limit_of(desk, call, limit_name);
  if (const auto* error = std::get_if<Error>(&limit)) return *error;
  const auto encoding = is_url_encoded(call);
  if (const auto* error = std::get_if<Error>(&encoding)) return *error;
  return Asked{std::get<std::uint64_t>(limit), std::get<bool>(encoding)};
}

void write_objects(Listing& listing, const Page& page, std::string_view owner_id) {
  for (const auto& [key, object] : page.objects) {
    listing.open("Contents");
    listing.key("Key", key);
    listing.text("LastModified", xml_time(object->modified));
    listing.text("ETag", object->etag);
    if (object->checksum) {
      listing.text("ChecksumAlgorithm", names_of(object->checksum->algorithm).word);
      listing.text("ChecksumType", object->checksum->is_composite ? "COMPOSITE" : "FULL_OBJECT");
    }
    listing.number("Size", object->content.size());
    listing.text("StorageClass", "STANDARD");
    if (!owner_id.empty()) listing.owner("Owner", owner_id);
    listing.close("Contents");
  }
  listing.groups(page.groups);
}

/// An open upload in the order of the listing: by key, then by id.
struct Listed {
  std::string_view key, id;
  const Upload* upload;
};

std::vector<Listed> uploads_of(const Desk& desk, const Call& call) {
  std::vector<Listed> listed;
  for (const auto& [id, open] : desk.inventory().uploads()) {
    const Upload& upload = open.upload;
    if (upload.bucket == call.place.bucket &&
        upload.key.starts_with(call.query_or_empty("prefix"))) {
      listed.push_back({upload.key, id, &upload});
    }
  }
  std::ranges::sort(listed, [](const Listed& a, const Listed& b) {
    return std::pair{a.key, a.id} < std::pair{b.key, b.id};
  });
  const std::string_view key = call.query_or_empty("key-marker");
  const std::string_view id = call.query_or_empty("upload-id-marker");
  std::erase_if(listed, [&](const Listed& one) {
    return !key.empty() && (one.key < key || (one.key == key && (id.empty() || one.id <= id)));
  });
  return listed;
}

/// Takes those that fall into a group out of `listed`; gives the groups.
std::vector<std::string> group(std::vector<Listed>& listed, std::string_view prefix,
                               std::string_view delimiter) {
  std::vector<std::string> groups;
  if (delimiter.empty()) return groups;
  std::erase_if(listed, [&](const Listed& one) {
    const std::size_t at = one.key.find(delimiter, prefix.size());
    if (at == std::string_view::npos) return false;
    std::string common{one.key.substr(0, at + delimiter.size())};
    if (groups.empty() || groups.back() != common) groups.push_back(std::move(common));
    return true;
  });
  return groups;
}

}  // namespace

Answer list_objects(Desk& desk, Call& call) {
  const auto read = read_asked(desk, call, "max-keys");
  if (const auto* error = std::get_if<Error>(&read)) return *error;
  const Asked& asked = std::get<Asked>(read);
  const std::string_view prefix = call.query_or_empty("prefix"),
                         delimiter = call.query_or_empty("delimiter"),
                         marker = call.query_or_empty("marker");
  const Page page = page_of(desk.inventory().bucket(call.place.bucket)->objects,
                            {prefix, delimiter, marker, true, asked.limit});
  Listing listing{"ListBucketResult", asked.is_encoded};
  listing.text("Name", call.place.bucket);
  listing.key("Prefix", prefix);
  listing.key("Marker", marker);
  // Without a delimiter the last key is the marker, and clients know it.
  if (page.is_truncated && !delimiter.empty()) listing.key("NextMarker", page.last);
  listing.number("MaxKeys", asked.limit);
  if (!delimiter.empty()) listing.key("Delimiter", delimiter);
  if (asked.is_encoded) listing.text("EncodingType", "url");
  listing.truth("IsTruncated", page.is_truncated);
  write_objects(listing, page, desk.config().owner_id);
  return listing.finish();
}

Answer list_objects_v2(Desk& desk, Call& call) {
  if (call.query_or_empty("list-type") != "2") {
    return invalid_argument("Invalid List Type specified in Request", "list-type",
                            call.query_or_empty("list-type"));
  }
  const auto read = read_asked(desk, call, "max-keys");
  if (const auto* error = std::get_if<Error>(&read)) return *error;
  const Asked& asked = std::get<Asked>(read);
  const std::string* const token = call.query("continuation-token");
  const auto last = token == nullptr ? std::nullopt : parse_token(*token);
  if (token != nullptr && !last) {
    return invalid_argument("The continuation token provided is incorrect", "continuation-token",
                            *token);
  }
  const std::string_view prefix = call.query_or_empty("prefix"),
                         delimiter = call.query_or_empty("delimiter"),
                         start_after = call.query_or_empty("start-after");
  const Page page = page_of(desk.inventory().bucket(call.place.bucket)->objects,
                            {prefix, delimiter, last ? std::string_view{*last} : start_after,
                             last.has_value(), asked.limit});
  Listing listing{"ListBucketResult", asked.is_encoded};
  listing.text("Name", call.place.bucket);
  listing.key("Prefix", prefix);
  if (!start_after.empty()) listing.key("StartAfter", start_after);
  if (token != nullptr) listing.text("ContinuationToken", *token);
  if (page.is_truncated) listing.text("NextContinuationToken", token_of(page.last));
  listing.number("KeyCount", page.objects.size() + page.groups.size());
  listing.number("MaxKeys", asked.limit);
  if (!delimiter.empty()) listing.key("Delimiter", delimiter);
  if (asked.is_encoded) listing.text("EncodingType", "url");
  listing.truth("IsTruncated", page.is_truncated);
  const bool has_owner = call.query_or_empty("fetch-owner") == "true";
  write_objects(listing, page, has_owner ? desk.config().owner_id : std::string{});
  return listing.finish();
}

Answer list_uploads(Desk& desk, Call& call) {
  const auto read = read_asked(desk, call, "max-uploads");
  if (const auto* error = std::get_if<Error>(&read)) return *error;
  const Asked& asked = std::get<Asked>(read);
  const std::string_view prefix = call.query_or_empty("prefix"),
                         delimiter = call.query_or_empty("delimiter");
  std::vector<Listed> listed = uploads_of(desk, call);
  const std::vector<std::string> groups = group(listed, prefix, delimiter);
  const bool is_truncated = asked.limit > 0 && listed.size() > asked.limit;
  if (listed.size() > asked.limit) listed.resize(asked.limit);
  Listing listing{"ListMultipartUploadsResult", asked.is_encoded};
  listing.text("Bucket", call.place.bucket);
  listing.key("KeyMarker", call.query_or_empty("key-marker"));
  listing.text("UploadIdMarker", call.query_or_empty("upload-id-marker"));
  if (is_truncated) {
    listing.key("NextKeyMarker", listed.back().key);
    listing.text("NextUploadIdMarker", listed.back().id);
  }
  listing.key("Prefix", prefix);
  if (!delimiter.empty()) listing.key("Delimiter", delimiter);
  if (asked.is_encoded) listing.text("EncodingType", "url");
  listing.number("MaxUploads", asked.limit);
  listing.truth("IsTruncated", is_truncated);
  for (const auto& [key, id, upload] : listed) {
    listing.open("Upload");
    listing.key("Key", key);
    listing.text("UploadId", id);
    listing.owner("Initiator", desk.config().owner_id);
    listing.owner("Owner", desk.config().owner_id);
    listing.text("StorageClass", "STANDARD");
    listing.text("Initiated", xml_time(upload->started));
    listing.close("Upload");
  }
  listing.groups(groups);
  return listing.finish();
}

}  // namespace cartstorm::broker::s3
