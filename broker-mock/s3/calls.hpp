#pragma once
#include "broker-mock/s3/desk.hpp"

/// The operations, one function each. Each finds the bucket or says NoSuchBucket, except where it
/// makes it.
namespace cartstorm::broker::s3 {

Answer list_buckets(Desk& desk, Call& call);

Answer create_bucket(Desk& desk, Call& call);
Answer head_bucket(Desk& desk, Call& call);
Answer delete_bucket(Desk& desk, Call& call);
Answer get_bucket_location(Desk& desk, Call& call);
Answer list_objects(Desk& desk, Call& call);     ///< version 1, with a marker
Answer list_objects_v2(Desk& desk, Call& call);  ///< version 2, with a token
Answer list_uploads(Desk& desk, Call& call);
Answer delete_objects(Desk& desk, Call& call);

Answer get_object(Desk& desk, Call& call);  ///< and HEAD
Answer put_object(Desk& desk, Call& call);
Answer copy_object(Desk& desk, Call& call);
Answer delete_object(Desk& desk, Call& call);

Answer create_upload(Desk& desk, Call& call);
Answer upload_part(Desk& desk, Call& call);
Answer upload_part_copy(Desk& desk, Call& call);
Answer list_parts(Desk& desk, Call& call);
Answer complete_upload(Desk& desk, Call& call);
Answer abort_upload(Desk& desk, Call& call);

}  // namespace cartstorm::broker::s3
