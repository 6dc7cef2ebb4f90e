#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "broker-mock/s3/page.hpp"
#include "tests/unit/broker-mock/support/s3_client.hpp"

namespace cartstorm::broker::s3 {
namespace {

using test::element;
using test::elements;
using test::field;
using test::outcome;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class S3Buckets : public test::S3Client {
 protected:
  void put_all(const std::vector<std::string>& keys) {
    make_bucket();
    for (const std::string& key : keys) put("/fleet/" + key, "x");
  }
  http::Response list(const std::string& query) {
    return call("GET", "/fleet?list-type=2" + query);
  }
};

TEST_F(S3Buckets, AreMadeListedLocatedAndRemoved) {
  const http::Response made = call("PUT", "/fleet");
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(field(made, "Location"), "/fleet");
  EXPECT_EQ(call("PUT", "/fleet").status, 200) << "us-east-1 says so twice";
  make_bucket("other");
  EXPECT_THAT(elements(call("GET", "/"), "Name"), ElementsAre("fleet", "other"));
  EXPECT_EQ(element(call("GET", "/"), "CreationDate"), "2024-03-10T12:00:00.000Z");
  EXPECT_EQ(element(call("GET", "/"), "ID"), "123456789012");
  const http::Response head = call("HEAD", "/fleet");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(field(head, "x-amz-bucket-region"), "us-east-1");
  EXPECT_THAT(call("GET", "/fleet?location").body,
              HasSubstr("<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                        "</LocationConstraint>"));
  put("/fleet/key", "x");
  EXPECT_EQ(outcome(call("DELETE", "/fleet")), "409 BucketNotEmpty");
  EXPECT_EQ(call("DELETE", "/fleet/key").status, 204);
  EXPECT_EQ(call("DELETE", "/fleet").status, 204);
  EXPECT_EQ(call("HEAD", "/fleet").status, 404);
}

TEST_F(S3Buckets, OtherRegionsNameThemselves) {
  http::Authenticator european{"eu-west-1"};
  european.keys().add(signer.access_key, {signer.secret});
  Inventory buckets;
  MemoryObjectStore store;
  Service there{{}, european, buckets, store};
  signer.region = "eu-west-1";
  const auto ask = [&](const char* method, const char* target, const char* body) {
    return there.handle(signer.sign({method, target, {{"Host", host}}, body}), now);
  };
  const auto made_in = [](const std::string& region) {
    return "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
           "<LocationConstraint>" +
           region + "</LocationConstraint></CreateBucketConfiguration>";
  };
  EXPECT_EQ(outcome(ask("PUT", "/fleet", made_in("eu-north-1").c_str())),
            "400 IllegalLocationConstraintException");
  EXPECT_EQ(outcome(ask("PUT", "/fleet", made_in("eu-west-1").c_str())), "200");
  EXPECT_EQ(outcome(ask("PUT", "/fleet", "")), "409 BucketAlreadyOwnedByYou");
  EXPECT_THAT(ask("GET", "/fleet?location", "").body, HasSubstr(">eu-west-1</LocationConstraint>"));
  EXPECT_EQ(outcome(ask("PUT", "/other", "<Create")), "400 MalformedXML");
}

TEST_F(S3Buckets, NamesHaveRules) {
  for (const char* name :
       {"ab", "Fleet", "fleet_one", "-fleet", "fleet-", "fl..eet", "%C3%BCber"}) {
    EXPECT_EQ(outcome(call("PUT", std::string{"/"} + name)), "400 InvalidBucketName") << name;
  }
  for (const char* name : {"abc", "fleet.one-2", "123"}) {
    EXPECT_EQ(outcome(call("PUT", std::string{"/"} + name)), "200") << name;
  }
}

TEST_F(S3Buckets, WhatIsNotThereIsNamed) {
  for (const auto& [method, target] :
       {std::pair{"GET", "/nowhere?list-type=2"}, std::pair{"GET", "/nowhere"},
        std::pair{"GET", "/nowhere?location"}, std::pair{"GET", "/nowhere?uploads"},
        std::pair{"GET", "/nowhere/key"}, std::pair{"PUT", "/nowhere/key"},
        std::pair{"DELETE", "/nowhere"}, std::pair{"POST", "/nowhere/key?uploads"},
        std::pair{"PUT", "/nowhere/key?partNumber=1&uploadId=x"}}) {
    const http::Response response = call(method, target);
    EXPECT_EQ(outcome(response), "404 NoSuchBucket") << method << target;
    EXPECT_EQ(element(response, "BucketName"), "nowhere");
  }
}

TEST_F(S3Buckets, WhatS3HasAndThisHasNotIsSaid) {
  make_bucket();
  for (const auto& [method, target] :
       {std::pair{"GET", "/fleet?policy"}, std::pair{"PUT", "/fleet?versioning"},
        std::pair{"GET", "/fleet/key?tagging"}, std::pair{"PUT", "/fleet/key?acl"},
        std::pair{"POST", "/fleet"}, std::pair{"POST", "/fleet/key?select&select-type=2"},
        std::pair{"POST", "/fleet/key"}}) {
    EXPECT_EQ(outcome(call(method, target)), "501 NotImplemented") << method << target;
  }
  EXPECT_EQ(outcome(call("PUT", "/fleet/key", {{"x-amz-tagging", "a=b"}})), "501 NotImplemented");
  EXPECT_EQ(outcome(call("PUT", "/fleet/key",
                         {{"x-amz-server-side-encryption-customer-algorithm", "AES256"}})),
            "501 NotImplemented");
  EXPECT_EQ(inventory.object("fleet", "key"), nullptr);
  for (const auto& [method, target, allow] :
       {std::tuple{"PATCH", "/fleet/key", "GET, HEAD, PUT, DELETE, POST"},
        std::tuple{"OPTIONS", "/fleet", "GET, HEAD, PUT, DELETE, POST"},
        std::tuple{"DELETE", "/", "GET"}, std::tuple{"POST", "/", "GET"}}) {
    const http::Response response = call(method, target);
    EXPECT_EQ(outcome(response), "405 MethodNotAllowed") << method << target;
    EXPECT_EQ(field(response, "Allow"), allow);
    EXPECT_EQ(element(response, "Method"), method);
  }
  EXPECT_EQ(outcome(call("GET", "/fleet/key?versionId=abc")), "400 InvalidArgument");
}

TEST_F(S3Buckets, VirtualHostsNameTheirBucket) {
  put_all({"key"});
  for (const char* name : {"fleet.localhost:9000", "fleet.localhost",
                           "fleet.s3.us-east-1.amazonaws.com", "fleet.s3.amazonaws.com"}) {
    host = name;
    EXPECT_EQ(test::body_of(call("GET", "/key")), "x") << name;
    EXPECT_THAT(elements(call("GET", "/?list-type=2"), "Key"), ElementsAre("key")) << name;
  }
  for (const char* name :
       {"localhost:9000", "s3.us-east-1.amazonaws.com", "10.0.0.1", "notlocalhost"}) {
    host = name;
    EXPECT_EQ(test::body_of(call("GET", "/fleet/key")), "x") << name;
  }
}

TEST_F(S3Buckets, ListingsAreInTheOrderOfBytes) {
  put_all({"b", "a/2", "a/1", "a", "B", "%C3%A4"});
  EXPECT_THAT(elements(list(""), "Key"), ElementsAre("B", "a", "a/1", "a/2", "b", "\xc3\xa4"));
  EXPECT_EQ(element(list(""), "KeyCount"), "6");
  EXPECT_EQ(element(list(""), "IsTruncated"), "false");
  EXPECT_EQ(element(list(""), "NextContinuationToken"), "(none)");
  EXPECT_EQ(element(list(""), "LastModified"), "2024-03-10T12:00:00.000Z");
  EXPECT_EQ(element(list(""), "ETag"), "&quot;9dd4e461268c8034f5c8564e155c67a6&quot;");
  EXPECT_EQ(element(list(""), "Size"), "1");
  EXPECT_EQ(element(list("&fetch-owner=true"), "Owner"),
            "<ID>123456789012</ID><DisplayName>123456789012</DisplayName>");
  EXPECT_THAT(elements(list("&prefix=a"), "Key"), ElementsAre("a", "a/1", "a/2"));
  EXPECT_THAT(elements(list("&start-after=a%2F1"), "Key"), ElementsAre("a/2", "b", "\xc3\xa4"));
  EXPECT_THAT(elements(list("&delimiter=%2F"), "Key"), ElementsAre("B", "a", "b", "\xc3\xa4"));
  EXPECT_THAT(elements(list("&delimiter=%2F&prefix=a%2F"), "Key"), ElementsAre("a/1", "a/2"));
  EXPECT_THAT(list("&delimiter=%2F").body,
              HasSubstr("<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"));
}

TEST_F(S3Buckets, KeysAreEscapedOrEncoded) {
  put_all({"a%3C%26%3E", "b%20c+d", "e%01"});
  EXPECT_THAT(elements(list(""), "Key"), ElementsAre("a&lt;&amp;&gt;", "b c+d", "e&#x1;"));
  EXPECT_THAT(elements(list("&encoding-type=url"), "Key"),
              ElementsAre("a%3C%26%3E", "b%20c%2Bd", "e%01"));
  EXPECT_EQ(element(list("&encoding-type=url"), "EncodingType"), "url");
  EXPECT_EQ(outcome(list("&encoding-type=base64")), "400 InvalidArgument");
}

TEST_F(S3Buckets, PagesHaveLimits) {
  put_all({"a", "b", "c"});
  EXPECT_THAT(elements(list("&max-keys=2"), "Key"), ElementsAre("a", "b"));
  EXPECT_EQ(element(list("&max-keys=2"), "IsTruncated"), "true");
  EXPECT_EQ(element(list("&max-keys=5000"), "MaxKeys"), "1000");
  EXPECT_EQ(element(list("&max-keys=0"), "IsTruncated"), "false");
  for (const char* text : {"-1", "x", "2147483648", "1%20"}) {
    EXPECT_EQ(outcome(list(std::string{"&max-keys="} + text)), "400 InvalidArgument") << text;
  }
  for (const char* token : {"", "!", "AAAA", "YWJj"}) {
    EXPECT_EQ(outcome(list(std::string{"&continuation-token="} + token)), "400 InvalidArgument");
  }
  EXPECT_EQ(outcome(call("GET", "/fleet?list-type=3")), "400 InvalidArgument");
}

TEST_F(S3Buckets, VersionOneGoesOnFromAMarker) {
  put_all({"a/1", "a/2", "b", "c"});
  const http::Response first = call("GET", "/fleet?delimiter=%2F&max-keys=1");
  EXPECT_EQ(element(first, "NextMarker"), "a/");
  EXPECT_THAT(elements(call("GET", "/fleet?delimiter=%2F&marker=a%2F"), "Key"),
              ElementsAre("b", "c"));
  EXPECT_THAT(elements(call("GET", "/fleet?marker=a%2F1"), "Key"), ElementsAre("a/2", "b", "c"));
  EXPECT_EQ(element(call("GET", "/fleet?max-keys=1"), "NextMarker"), "(none)");
}

/// Keys over a small alphabet, so that they share prefixes; pages of any size.
RC_GTEST_PROP(S3Pages, AnyPageSizeGivesTheSameListing, ()) {
  const auto keys = *rc::gen::container<std::set<std::string>>(
      rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::element('a', 'b', '/', '\xc3'))));
  const auto prefix = *rc::gen::container<std::string>(rc::gen::element('a', '/'));
  const auto delimiter = *rc::gen::element(std::string{}, std::string{"/"}, std::string{"a/"});
  const auto limit = *rc::gen::inRange<std::uint64_t>(1, 5);
  std::map<std::string, Object, std::less<>> objects;
  for (const std::string& key : keys) objects[key];
  const Page whole = page_of(objects, {prefix, delimiter, "", false, 1'000'000});
  std::vector<std::string> found;
  std::vector<std::string> groups;
  std::string after;
  for (bool is_first = true, goes_on = true; goes_on; is_first = false) {
    const Page page = page_of(objects, {prefix, delimiter, after, !is_first, limit});
    RC_ASSERT(page.objects.size() + page.groups.size() <= limit);
    for (const auto& [key, object] : page.objects) found.emplace_back(key);
    groups.insert(groups.end(), page.groups.begin(), page.groups.end());
    RC_ASSERT(parse_token(token_of(page.last)) == page.last);
    after = page.last;
    goes_on = page.is_truncated;
  }
  std::vector<std::string> expected;
  std::set<std::string> expected_groups;
  for (const std::string& key : keys) {
    if (!key.starts_with(prefix)) continue;
    const std::size_t at =
        delimiter.empty() ? std::string::npos : key.find(delimiter, prefix.size());
    if (at == std::string::npos) {
      expected.push_back(key);
    } else {
      expected_groups.insert(key.substr(0, at + delimiter.size()));
    }
  }
  RC_ASSERT(found == expected);
  RC_ASSERT(groups == std::vector<std::string>(expected_groups.begin(), expected_groups.end()));
  RC_ASSERT(whole.groups == groups);
}

TEST_F(S3Buckets, ManyObjectsAreDeletedAtOnce) {
  put_all({"a", "b", "c"});
  const std::string etag = "&quot;0&quot;";
  const std::string body =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Delete xmlns=\"http://s3.amazonaws.com/doc/"
      "2006-03-01/\"><Object><Key>a</Key></Object><Object><Key>none &amp; never</Key></Object>"
      "<Object><Key>b</Key><ETag>" +
      etag + "</ETag></Object></Delete>";
  const auto remove = [this](const std::string& text) {
    return call("POST", "/fleet?delete",
                {{"Content-MD5", http::base64(http::bytes_of(http::md5(http::bytes_of(text))))}},
                text);
  };
  const http::Response response = remove(body);
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("<Deleted><Key>a</Key></Deleted><Deleted><Key>none &amp; "
                                       "never</Key></Deleted><Error><Key>b</Key><Code>"
                                       "PreconditionFailed</Code>"));
  EXPECT_THAT(elements(list(""), "Key"), ElementsAre("b", "c"));
  EXPECT_THAT(remove("<Delete><Quiet>true</Quiet><Object><Key>c</Key></Object></Delete>").body,
              ::testing::EndsWith("<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                                  "</DeleteResult>"));
  EXPECT_EQ(outcome(call("POST", "/fleet?delete", {}, body)), "400 InvalidRequest");
  EXPECT_EQ(
      outcome(call("POST", "/fleet?delete", {{"Content-MD5", "JfnnlDI7RTiF9RgfG2JNCw=="}}, body)),
      "400 BadDigest");
  std::string many = "<Delete>";
  for (int i = 0; i < 1'001; ++i) many += "<Object><Key>k</Key></Object>";
  for (const std::string& text :
       {std::string{}, std::string{"<Delete/>"}, std::string{"<Delete><Object/></Delete>"},
        std::string{"<Delete><Object><Key/></Object></Delete>"}, std::string{"<Remove/>"},
        std::string{"<Delete><Object><Key>b</Key></Object>"}, many + "</Delete>",
        std::string{
            "<!DOCTYPE d [<!ENTITY a \"b\">]><Delete><Object><Key>&a;</Key></Object></Delete>"}}) {
    EXPECT_EQ(outcome(remove(text)), "400 MalformedXML") << text.substr(0, 80);
  }
  EXPECT_THAT(elements(list(""), "Key"), ElementsAre("b"));
}

}  // namespace
}  // namespace cartstorm::broker::s3
