#!/usr/bin/env python3
"""S3 as boto3 speaks it, against a running endpoint. Prints one line per check; the first that fails ends it.

    CARTSTORM_HTTP=http://127.0.0.1:PORT AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=... tests/peers/s3_boto3.py

Needs Debian's python3-boto3. Buckets begin with "peer-" and are removed at the end. Exit code 1: a check failed.
"""
import base64
import datetime
import hashlib
import io
import os
import random
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree
import zlib

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ.get("CARTSTORM_HTTP", "")
REGION = os.environ.get("AWS_REGION", "us-east-1")
BUCKET = "peer-boto3"
MIB = 1 << 20
ODD_KEYS = [
    "plain.bin", "with space.bin", "a+b", "a&b=c;d", "it's!", "star*(paren)", "tilde~at@comma,",
    "deep/er//double/", "\u00fcml\u00e4ut-\u20ac-\U0001f697", "100%", "%41", "a?b#c", "dot/./dots/../x", "<&>\"",
]


class Failed(Exception):
    pass


def expect(condition, message):
    if not condition:
        raise Failed(message)


def same(found, wanted, what):
    expect(found == wanted, f"{what}: expected {wanted!r}, found {found!r}")


def refused(call, status, code):
    """`call` must be refused with that HTTP status and that error code."""
    try:
        call()
    except ClientError as error:
        same((error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"]),
             (status, code), "refusal")
        return error.response
    raise Failed(f"expected {status} {code}, but it was accepted")


def open_url(url, method="GET", body=None, headers=None):
    """(status, headers, body) without following or raising."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def code_of(xml_text):
    return xml.etree.ElementTree.fromstring(xml_text).findtext("Code")


def client(**config):
    config.setdefault("signature_version", "s3v4")
    secret = config.pop("secret", os.environ.get("AWS_SECRET_ACCESS_KEY"))
    key = config.pop("key", os.environ.get("AWS_ACCESS_KEY_ID"))
    region = config.pop("region", REGION)
    return boto3.client("s3", endpoint_url=ENDPOINT, region_name=region, aws_access_key_id=key,
                        aws_secret_access_key=secret,
                        config=Config(retries={"max_attempts": 1, "mode": "standard"}, **config))


def image(size, seed=1):
    return random.Random(seed).randbytes(size)


CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


@check
def buckets_are_made_listed_and_located(s3):
    s3.create_bucket(Bucket=BUCKET)
    s3.create_bucket(Bucket="peer-other")
    names = [one["Name"] for one in s3.list_buckets()["Buckets"]]
    expect(BUCKET in names and "peer-other" in names, f"both buckets are listed, found {names}")
    same(s3.head_bucket(Bucket=BUCKET)["ResponseMetadata"]["HTTPStatusCode"], 200, "HeadBucket")
    same(s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"], None if REGION == "us-east-1" else REGION,
         "location")


@check
def bucket_errors(s3):
    refused(lambda: s3.head_bucket(Bucket="peer-nowhere"), 404, "404")
    refused(lambda: s3.list_objects_v2(Bucket="peer-nowhere"), 404, "NoSuchBucket")
    refused(lambda: s3.put_object(Bucket="peer-nowhere", Key="k", Body=b""), 404, "NoSuchBucket")
    refused(lambda: s3.create_bucket(Bucket="Peer_Bad"), 400, "InvalidBucketName")
    refused(lambda: s3.delete_bucket(Bucket="peer-nowhere"), 404, "NoSuchBucket")
    refused(lambda: s3.get_bucket_policy(Bucket=BUCKET), 501, "NotImplemented")


@check
def an_object_comes_back_as_it_was_put(s3):
    body = image(70_010)
    put = s3.put_object(Bucket=BUCKET, Key="fw/2.4.0.bin", Body=body, ContentType="application/x-firmware",
                        CacheControl="no-transform", ContentDisposition="attachment", ContentLanguage="en",
                        Metadata={"version": "2.4.0", "Carts": "5000"})
    same(put["ETag"], '"' + hashlib.md5(body).hexdigest() + '"', "ETag")
    got = s3.get_object(Bucket=BUCKET, Key="fw/2.4.0.bin")
    expect(got["Body"].read() == body, "the body is the one that was put")
    same(got["ContentLength"], len(body), "ContentLength")
    same(got["ContentType"], "application/x-firmware", "ContentType")
    same(got["CacheControl"], "no-transform", "CacheControl")
    same(got["ContentDisposition"], "attachment", "ContentDisposition")
    same(got["ContentLanguage"], "en", "ContentLanguage")
    same(got["Metadata"], {"version": "2.4.0", "carts": "5000"}, "Metadata")
    same(got["AcceptRanges"], "bytes", "AcceptRanges")
    age = datetime.datetime.now(datetime.timezone.utc) - got["LastModified"]
    expect(abs(age.total_seconds()) < 120, f"LastModified is now, found {got['LastModified']}")
    head = s3.head_object(Bucket=BUCKET, Key="fw/2.4.0.bin")
    for name in ("ContentLength", "ContentType", "ETag", "LastModified", "Metadata"):
        same(head[name], got[name], f"HEAD {name}")


@check
def small_and_empty_objects(s3):
    for size in (0, 1, 5):
        body = image(size)
        s3.put_object(Bucket=BUCKET, Key="small", Body=body)
        got = s3.get_object(Bucket=BUCKET, Key="small")
        same((got["ContentLength"], got["Body"].read()), (size, body), f"object of {size} bytes")
        same(got["ContentType"], "binary/octet-stream", "default ContentType")
    refused(lambda: s3.get_object(Bucket=BUCKET, Key="missing"), 404, "NoSuchKey")
    refused(lambda: s3.head_object(Bucket=BUCKET, Key="missing"), 404, "404")


@check
def ranges(s3):
    body = image(1000)
    s3.put_object(Bucket=BUCKET, Key="ranged", Body=body)
    for header, piece in (("bytes=0-9", body[:10]), ("bytes=990-", body[990:]), ("bytes=-7", body[-7:]),
                          ("bytes=900-5000", body[900:]), ("bytes=0-0", body[:1])):
        got = s3.get_object(Bucket=BUCKET, Key="ranged", Range=header)
        same((got["ResponseMetadata"]["HTTPStatusCode"], got["Body"].read()), (206, piece), header)
        expect(got["ContentRange"].endswith("/1000"), f"ContentRange {got['ContentRange']}")
    same(s3.head_object(Bucket=BUCKET, Key="ranged", Range="bytes=0-9")["ContentLength"], 10, "HEAD of a range")
    for header in ("bytes=0-1,5-6", "lines=1-2", "bytes=9-2", "bytes=x-"):
        got = s3.get_object(Bucket=BUCKET, Key="ranged", Range=header)
        same((got["ResponseMetadata"]["HTTPStatusCode"], got["Body"].read()), (200, body), header)
    error = refused(lambda: s3.get_object(Bucket=BUCKET, Key="ranged", Range="bytes=1000-"), 416, "InvalidRange")
    same(error["Error"].get("ActualObjectSize"), "1000", "ActualObjectSize")


@check
def conditions(s3):
    etag = s3.put_object(Bucket=BUCKET, Key="conditional", Body=b"one")["ETag"]
    modified = s3.head_object(Bucket=BUCKET, Key="conditional")["LastModified"]
    before, after = modified - datetime.timedelta(hours=1), modified + datetime.timedelta(hours=1)
    get = lambda **conditions: s3.get_object(Bucket=BUCKET, Key="conditional", **conditions)
    same(get(IfMatch=etag)["Body"].read(), b"one", "If-Match that holds")
    same(get(IfNoneMatch='"other"')["Body"].read(), b"one", "If-None-Match that holds")
    same(get(IfModifiedSince=before)["Body"].read(), b"one", "If-Modified-Since that holds")
    same(get(IfUnmodifiedSince=after)["Body"].read(), b"one", "If-Unmodified-Since that holds")
    same(get(IfMatch=etag, IfUnmodifiedSince=before)["Body"].read(), b"one", "If-Match wins")
    error = refused(lambda: get(IfMatch='"other"'), 412, "PreconditionFailed")
    same(error["Error"].get("Condition"), "If-Match", "Condition")
    refused(lambda: get(IfUnmodifiedSince=before), 412, "PreconditionFailed")
    refused(lambda: get(IfNoneMatch=etag), 304, "304")
    refused(lambda: get(IfModifiedSince=after), 304, "304")
    refused(lambda: s3.head_object(Bucket=BUCKET, Key="conditional", IfMatch='"other"'), 412, "412")


@check
def digests_are_verified(s3):
    put = lambda **extra: s3.put_object(Bucket=BUCKET, Key="digest", Body=b"firmware", **extra)
    right = base64.b64encode(hashlib.md5(b"firmware").digest()).decode()
    wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    put(ContentMD5=right)
    refused(lambda: put(ContentMD5=wrong), 400, "BadDigest")
    refused(lambda: put(ContentMD5="never"), 400, "InvalidDigest")
    crc = base64.b64encode(zlib.crc32(b"firmware").to_bytes(4, "big")).decode()
    sha = base64.b64encode(hashlib.sha256(b"firmware").digest()).decode()
    same(put(ChecksumCRC32=crc)["ChecksumCRC32"], crc, "CRC32 comes back")
    same(put(ChecksumSHA256=sha)["ChecksumSHA256"], sha, "SHA256 comes back")
    got = s3.get_object(Bucket=BUCKET, Key="digest", ChecksumMode="ENABLED")
    same((got["ChecksumSHA256"], got["Body"].read()), (sha, b"firmware"), "checksum of a GET")
    part = s3.get_object(Bucket=BUCKET, Key="digest", ChecksumMode="ENABLED", Range="bytes=0-3")
    expect("ChecksumSHA256" not in part, "a range carries no checksum of the whole")
    refused(lambda: put(ChecksumCRC32="AAAAAA=="), 400, "BadDigest")
    refused(lambda: put(ChecksumCRC32="zzz"), 400, "InvalidRequest")
    for algorithm in ("CRC32", "SHA1", "SHA256"):
        same(put(ChecksumAlgorithm=algorithm)["ResponseMetadata"]["HTTPStatusCode"], 200, algorithm)
        expect(f"Checksum{algorithm}" in s3.head_object(Bucket=BUCKET, Key="digest", ChecksumMode="ENABLED"),
               f"{algorithm} is kept")


@check
def streams_of_unknown_length(s3):
    body = image(300_000, 3)
    s3.upload_fileobj(io.BytesIO(body), BUCKET, "stream")
    expect(s3.get_object(Bucket=BUCKET, Key="stream")["Body"].read() == body, "upload_fileobj")


@check
def odd_keys(s3):
    s3.create_bucket(Bucket="peer-odd")
    for number, key in enumerate(ODD_KEYS):
        body = f"object {number}".encode()
        s3.put_object(Bucket="peer-odd", Key=key, Body=body)
        same(s3.get_object(Bucket="peer-odd", Key=key)["Body"].read(), body, f"key {key!r}")
        same(s3.head_object(Bucket="peer-odd", Key=key)["ContentLength"], len(body), f"HEAD of {key!r}")
        url = s3.generate_presigned_url("get_object", Params={"Bucket": "peer-odd", "Key": key}, ExpiresIn=60)
        same(open_url(url)[::2], (200, body), f"presigned {key!r}")
    found = [one["Key"] for one in s3.list_objects_v2(Bucket="peer-odd")["Contents"]]
    same(found, sorted(ODD_KEYS, key=lambda key: key.encode()), "the listing, in the order of UTF-8")
    copied = {}
    for key in ODD_KEYS:
        s3.copy_object(Bucket="peer-odd", Key="copy", CopySource={"Bucket": "peer-odd", "Key": key})
        copied[key] = s3.get_object(Bucket="peer-odd", Key="copy")["Body"].read()
    same(copied, {key: f"object {number}".encode() for number, key in enumerate(ODD_KEYS)}, "copies")
    doomed = [{"Key": key} for key in ODD_KEYS + ["copy", "never there"]]
    deleted = s3.delete_objects(Bucket="peer-odd", Delete={"Objects": doomed})
    same(sorted(one["Key"] for one in deleted["Deleted"]), sorted(one["Key"] for one in doomed), "deleted")
    same(s3.list_objects_v2(Bucket="peer-odd")["KeyCount"], 0, "nothing is left")
    s3.delete_bucket(Bucket="peer-odd")
    refused(lambda: s3.put_object(Bucket=BUCKET, Key="k" * 1025, Body=b""), 400, "KeyTooLongError")


@check
def listings_are_paged_and_grouped(s3):
    s3.create_bucket(Bucket="peer-list")
    keys = [f"carts/{cart:02}/log-{log}" for cart in range(5) for log in range(3)] + ["readme", "zebra"]
    for key in keys:
        s3.put_object(Bucket="peer-list", Key=key, Body=b"x")
    for size in (1, 2, 7, 17, 1000):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket="peer-list", PaginationConfig={"PageSize": size})
        same([one["Key"] for page in pages for one in page.get("Contents", [])], keys, f"v2 in pages of {size}")
        pages = s3.get_paginator("list_objects").paginate(Bucket="peer-list", PaginationConfig={"PageSize": size})
        same([one["Key"] for page in pages for one in page.get("Contents", [])], keys, f"v1 in pages of {size}")
        groups = []
        for page in s3.get_paginator("list_objects_v2").paginate(
                Bucket="peer-list", Prefix="carts/", Delimiter="/", PaginationConfig={"PageSize": size}):
            groups += [one["Prefix"] for one in page.get("CommonPrefixes", [])]
        same(groups, [f"carts/{cart:02}/" for cart in range(5)], f"groups in pages of {size}")
    top = s3.list_objects_v2(Bucket="peer-list", Delimiter="/")
    same(([one["Prefix"] for one in top["CommonPrefixes"]], [one["Key"] for one in top["Contents"]]),
         (["carts/"], ["readme", "zebra"]), "the top level")
    after = s3.list_objects_v2(Bucket="peer-list", StartAfter="readme")
    same([one["Key"] for one in after["Contents"]], ["zebra"], "StartAfter")
    refused(lambda: s3.list_objects_v2(Bucket="peer-list", ContinuationToken="!"), 400, "InvalidArgument")
    refused(lambda: s3.delete_bucket(Bucket="peer-list"), 409, "BucketNotEmpty")
    s3.delete_objects(Bucket="peer-list", Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True})
    s3.delete_bucket(Bucket="peer-list")


@check
def copies(s3):
    s3.put_object(Bucket=BUCKET, Key="source", Body=b"copied", ContentType="a/b", Metadata={"from": "here"})
    source = {"Bucket": BUCKET, "Key": "source"}
    etag = s3.copy_object(Bucket="peer-other", Key="target", CopySource=source)["CopyObjectResult"]["ETag"]
    got = s3.get_object(Bucket="peer-other", Key="target")
    same((got["Body"].read(), got["ETag"], got["ContentType"], got["Metadata"]),
         (b"copied", etag, "a/b", {"from": "here"}), "a copy")
    s3.copy_object(Bucket=BUCKET, Key="source", CopySource=source, MetadataDirective="REPLACE", Metadata={"to": "x"})
    same(s3.head_object(Bucket=BUCKET, Key="source")["Metadata"], {"to": "x"}, "replaced metadata")
    refused(lambda: s3.copy_object(Bucket=BUCKET, Key="source", CopySource=source), 400, "InvalidRequest")
    refused(lambda: s3.copy_object(Bucket=BUCKET, Key="t", CopySource={"Bucket": BUCKET, "Key": "nothing"}), 404,
            "NoSuchKey")
    refused(lambda: s3.copy_object(Bucket=BUCKET, Key="t", CopySource=source, CopySourceIfMatch='"x"'), 412,
            "PreconditionFailed")
    s3.delete_object(Bucket="peer-other", Key="target")


@check
def twenty_mebibytes_through_the_transfer_manager(s3):
    body = image(20 * MIB + 17)
    config = TransferConfig(multipart_threshold=8 * MIB, multipart_chunksize=8 * MIB, max_concurrency=4)
    s3.upload_fileobj(io.BytesIO(body), BUCKET, "large.bin", Config=config,
                      ExtraArgs={"ContentType": "application/x-firmware", "Metadata": {"v": "3"}})
    head = s3.head_object(Bucket=BUCKET, Key="large.bin")
    digests = b"".join(hashlib.md5(body[at:at + 8 * MIB]).digest() for at in range(0, len(body), 8 * MIB))
    same(head["ETag"], f'"{hashlib.md5(digests).hexdigest()}-3"', "ETag of three parts")
    same((head["ContentType"], head["Metadata"]), ("application/x-firmware", {"v": "3"}), "description")
    copy = io.BytesIO()
    s3.download_fileobj(BUCKET, "large.bin", copy, Config=config)
    expect(copy.getvalue() == body, "the download is what was uploaded")
    part = s3.get_object(Bucket=BUCKET, Key="large.bin", PartNumber=3)
    same((part["PartsCount"], part["Body"].read()), (3, body[16 * MIB:]), "the third part")
    s3.copy({"Bucket": BUCKET, "Key": "large.bin"}, BUCKET, "large-copy.bin", Config=config)
    expect(s3.get_object(Bucket=BUCKET, Key="large-copy.bin")["Body"].read() == body, "a copy in parts")


@check
def multipart_step_by_step(s3):
    where = {"Bucket": BUCKET, "Key": "parts.bin"}
    upload = s3.create_multipart_upload(**where)["UploadId"]
    big, small = image(5 * MIB, 5), image(100, 6)
    put = lambda number, body: s3.upload_part(**where, UploadId=upload, PartNumber=number, Body=body)["ETag"]
    first, second = put(1, big), put(7, small)
    parts = s3.list_parts(**where, UploadId=upload)["Parts"]
    same([(one["PartNumber"], one["Size"], one["ETag"]) for one in parts],
         [(1, 5 * MIB, first), (7, 100, second)], "ListParts")
    open_uploads = s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
    same([(one["Key"], one["UploadId"]) for one in open_uploads], [("parts.bin", upload)], "ListMultipartUploads")
    complete = lambda *list_: s3.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={
        "Parts": [{"PartNumber": number, "ETag": etag} for number, etag in list_]})
    refused(lambda: complete((7, second), (1, first)), 400, "InvalidPartOrder")
    refused(lambda: complete((1, second)), 400, "InvalidPart")
    refused(lambda: complete((2, second)), 400, "InvalidPart")
    refused(lambda: s3.upload_part(**where, UploadId=upload, PartNumber=10_001, Body=b""), 400, "InvalidArgument")
    small_first = put(3, small)
    refused(lambda: complete((3, small_first), (7, second)), 400, "EntityTooSmall")
    expect(complete((1, first), (7, second))["ETag"].endswith('-2"'), "ETag of two parts")
    expect(s3.get_object(**where)["Body"].read() == big + small, "the parts are joined in order")
    refused(lambda: complete((1, first)), 404, "NoSuchUpload")
    upload = s3.create_multipart_upload(**where)["UploadId"]
    copied = s3.upload_part_copy(**where, UploadId=upload, PartNumber=1, CopySource=f"{BUCKET}/parts.bin",
                                 CopySourceRange=f"bytes=0-{5 * MIB - 1}")["CopyPartResult"]["ETag"]
    same(copied, first, "a copied part")
    refused(lambda: s3.upload_part_copy(**where, UploadId=upload, PartNumber=2, CopySource=f"{BUCKET}/parts.bin",
                                        CopySourceRange="bytes=0-99999999"), 400, "InvalidArgument")
    s3.abort_multipart_upload(**where, UploadId=upload)
    refused(lambda: s3.abort_multipart_upload(**where, UploadId=upload), 404, "NoSuchUpload")
    expect("Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET), "no upload is open")


@check
def presigned_urls(s3):
    where = {"Bucket": BUCKET, "Key": "presigned file+.bin"}
    put = s3.generate_presigned_url("put_object", Params=where, ExpiresIn=60)
    status, headers, _ = open_url(put, "PUT", b"by url")
    same((status, headers["ETag"]), (200, '"' + hashlib.md5(b"by url").hexdigest() + '"'), "presigned PUT")
    get = s3.generate_presigned_url("get_object", Params=where, ExpiresIn=60)
    status, headers, body = open_url(get)
    same((status, body), (200, b"by url"), "presigned GET")
    expect(headers["Date"] and headers["x-amz-request-id"], "Date and x-amz-request-id are there")
    same(open_url(get, headers={"Range": "bytes=3-5"})[::2], (206, b"url"), "presigned GET of a range")
    same(open_url(get, headers={"Range": "bytes=3-5", "If-Match": '"x"'})[0], 412, "presigned GET with If-Match")
    same(open_url(get, "HEAD")[::2], (403, b""), "a GET URL is no HEAD URL")
    head = s3.generate_presigned_url("head_object", Params=where, ExpiresIn=60)
    status, headers, body = open_url(head, "HEAD")
    same((status, headers["Content-Length"], body), (200, "6", b""), "presigned HEAD")
    named = s3.generate_presigned_url("get_object", ExpiresIn=60, Params={
        **where, "ResponseContentType": "text/plain", "ResponseContentDisposition": "attachment; filename=x"})
    status, headers, _ = open_url(named)
    same((status, headers["Content-Type"], headers["Content-Disposition"]),
         (200, "text/plain", "attachment; filename=x"), "response-content-*")


@check
def presigned_urls_that_are_refused(s3):
    where = {"Bucket": BUCKET, "Key": "presigned file+.bin"}
    get = s3.generate_presigned_url("get_object", Params=where, ExpiresIn=60)
    for change, code in ((lambda url: url.replace("file", "fil3"), "SignatureDoesNotMatch"),
                         (lambda url: url.replace("Expires=60", "Expires=61"), "SignatureDoesNotMatch"),
                         (lambda url: url + "&x=1", "SignatureDoesNotMatch")):
        status, _, body = open_url(change(get))
        same((status, code_of(body)), (403, code), "a changed URL")
    status, _, body = open_url(get, headers={"x-amz-meta-a": "b"})
    same((status, code_of(body)), (403, "AccessDenied"), "an unsigned x-amz- header")
    status, _, body = open_url(get.split("?")[0])
    same((status, code_of(body)), (403, "AccessDenied"), "no signature")
    old = client(signature_version="s3").generate_presigned_url("get_object", Params=where, ExpiresIn=60)
    expect("AWSAccessKeyId" in old, "boto3 can still sign by version 2")
    status, _, body = open_url(old)
    same((status, code_of(body)), (400, "InvalidRequest"), "signature version 2")
    parts = urllib.parse.urlsplit(get)
    query = urllib.parse.parse_qs(parts.query)
    query["X-Amz-Date"] = ["20200101T000000Z"]
    past = urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode(query, doseq=True)))
    status, _, body = open_url(past)
    same((status, code_of(body), b"Request has expired" in body), (403, "AccessDenied", True), "an expired URL")
    week = s3.generate_presigned_url("get_object", Params=where, ExpiresIn=604_801)
    status, _, body = open_url(week)
    same((status, code_of(body)), (400, "AuthorizationQueryParametersError"), "more than a week")


@check
def wrong_credentials(s3):
    refused(lambda: client(key="AKIDNOBODY").list_buckets(), 403, "InvalidAccessKeyId")
    refused(lambda: client(secret="wrong").list_buckets(), 403, "SignatureDoesNotMatch")
    refused(lambda: client(region="eu-north-1" if REGION != "eu-north-1" else "us-east-1").list_buckets(), 400,
            "AuthorizationHeaderMalformed")


@check
def virtual_host_style(s3):
    port = urllib.parse.urlsplit(ENDPOINT).port
    url = client(s3={"addressing_style": "path"}).generate_presigned_url(
        "get_object", Params={"Bucket": BUCKET, "Key": "digest"}, ExpiresIn=60)
    expect(f"/{BUCKET}/digest" in url, "boto3 signs path style for an address")
    # boto3 never sends virtual-host style to an address, and needs no name server for this one.
    named = boto3.client("s3", endpoint_url=f"http://localhost:{port}", region_name=REGION,
                         config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))
    hosted = named.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "digest"}, ExpiresIn=60)
    parts = urllib.parse.urlsplit(hosted)
    same(parts.hostname, f"{BUCKET}.localhost", "the bucket is in the host")
    local = hosted.replace(parts.netloc, urllib.parse.urlsplit(ENDPOINT).netloc)
    same(open_url(local, headers={"Host": parts.netloc})[::2], (200, b"firmware"), "virtual-host style")


@check
def everything_is_removed(s3):
    for bucket in (BUCKET, "peer-other"):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for one in page.get("Contents", []):
                s3.delete_object(Bucket=bucket, Key=one["Key"])
        s3.delete_object(Bucket=bucket, Key="never there")
        s3.delete_bucket(Bucket=bucket)
    refused(lambda: s3.head_bucket(Bucket=BUCKET), 404, "404")


def main():
    if not ENDPOINT or not os.environ.get("AWS_ACCESS_KEY_ID") or not os.environ.get("AWS_SECRET_ACCESS_KEY"):
        print("set CARTSTORM_HTTP, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", file=sys.stderr)
        return 2
    print(f"boto3 {boto3.__version__} against {ENDPOINT}")
    s3 = client()
    for one in CHECKS:
        name = one.__name__.replace("_", " ")
        try:
            one(s3)
        except Failed as failure:
            print(f"FAILED {name}: {failure}")
            return 1
        except Exception as error:  # whatever else boto3 throws is a failure of this check too
            print(f"FAILED {name}: {type(error).__name__}: {error}")
            return 1
        print(f"ok     {name}", flush=True)
    print(f"{len(CHECKS)} checks passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
