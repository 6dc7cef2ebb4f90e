'use strict';
// AWS's S3 client for JavaScript: streams with trailing checksums, checksums of what is fetched,
// presigned URLs, parts, paging, errors by name.

const {createHash, randomBytes} = require('node:crypto');
const http = require('node:http');
const {Readable} = require('node:stream');
const {NodeHttpHandler} = require('@smithy/node-http-handler');
const s3 = require('@aws-sdk/client-s3');
const {Upload} = require('@aws-sdk/lib-storage');
const {getSignedUrl} = require('@aws-sdk/s3-request-presigner');
const {check, expect, refusal, runChecks, same, setting} = require('./checks.js');

const Bucket = 'peer-js';
const common = {endpoint: setting('CARTSTORM_HTTP'), maxAttempts: 1};
// The one names the bucket in the path, the other in the host: `peer-js.localhost`.
const client = new s3.S3Client({...common, forcePathStyle: true});
const virtual = new s3.S3Client({...common, requestHandler: new NodeHttpHandler({
  // Names below localhost are not known to every resolver.
  httpAgent: new http.Agent({lookup: (name, options, done) => {
    const found = {address: '127.0.0.1', family: 4};
    if (options.all) done(null, [found]);
    else done(null, found.address, found.family);
  }}),
})});

const md5 = (bytes) => createHash('md5').update(bytes).digest('hex');

async function bodyOf(answer) {
  return Buffer.from(await answer.Body.transformToByteArray());
}

/** An error of the service: its name, its status, and a request id to ask about. */
async function refused(promise, name, status) {
  const error = await refusal(promise, name);
  same([error.name, error.$metadata && error.$metadata.httpStatusCode], [name, status], 'error');
  return error;
}

check('buckets', async () => {
  await client.send(new s3.CreateBucketCommand({Bucket}));
  const {Buckets} = await client.send(new s3.ListBucketsCommand({}));
  expect(Buckets.some((one) => one.Name === Bucket), 'the bucket is listed');
  await refused(client.send(new s3.HeadBucketCommand({Bucket: 'peer-nowhere'})), 'NotFound', 404);
});

for (const [style, by] of [['path', client], ['virtual host', virtual]]) {
  check(`${style} style: an object comes back with its checksum`, async () => {
    const bytes = randomBytes(70_010);
    const put = await by.send(new s3.PutObjectCommand(
        {Bucket, Key: 'fw/2.0.0.bin', Body: bytes, ContentType: 'application/x-firmware',
         Metadata: {version: '2.0.0'}}));
    same(put.ETag, `"${md5(bytes)}"`, 'ETag');
    expect(put.ChecksumCRC32, 'the answer has the checksum');
    const got = await by.send(new s3.GetObjectCommand({Bucket, Key: 'fw/2.0.0.bin'}));
    expect((await bodyOf(got)).equals(bytes), 'the bytes that were put');
    same([got.ChecksumCRC32, got.ContentType, got.Metadata, got.ContentLength],
         [put.ChecksumCRC32, 'application/x-firmware', {version: '2.0.0'}, bytes.length], 'fields');
    const part = await by.send(
        new s3.GetObjectCommand({Bucket, Key: 'fw/2.0.0.bin', Range: 'bytes=1000-1999'}));
    expect((await bodyOf(part)).equals(bytes.subarray(1000, 2000)), 'the range');
    same([part.ContentRange, part.ChecksumCRC32, part.$metadata.httpStatusCode],
         ['bytes 1000-1999/70010', undefined, 206], 'fields of a range');
  });
}

check('a stream of unknown length is put with a trailing checksum', async () => {
  const parts = [randomBytes(70_000), randomBytes(10), randomBytes(200_000)];
  const whole = Buffer.concat(parts);
  const seen = {};
  const watched = new s3.S3Client({...common, forcePathStyle: true});
  watched.middlewareStack.add((next) => (call) => {
    Object.assign(seen, call.request.headers);
    return next(call);
  }, {step: 'finalizeRequest', priority: 'low', name: 'watch'});
  const put = await watched.send(new s3.PutObjectCommand(
      {Bucket, Key: 'stream', Body: Readable.from(parts, {objectMode: false}),
       ContentLength: whole.length}));
  // Otherwise this proves nothing.
  same([seen['content-encoding'], seen['x-amz-trailer']],
       ['aws-chunked', 'x-amz-checksum-crc32'], 'how it was sent');
  same(put.ETag, `"${md5(whole)}"`, 'ETag');
  const got = await client.send(new s3.GetObjectCommand({Bucket, Key: 'stream'}));
  expect((await bodyOf(got)).equals(whole), 'the bytes that were put');
  same(got.ContentEncoding, undefined, 'Content-Encoding');
});

check('an upload in parts', async () => {
  const bytes = randomBytes(13 * 1024 * 1024);
  const upload = new Upload({client, params: {Bucket, Key: 'large', Body: Readable.from([bytes])},
                             partSize: 5 * 1024 * 1024, queueSize: 3});
  const done = await upload.done();
  expect(done.ETag.endsWith('-3"'), `an ETag of three parts, found ${done.ETag}`);
  const head = await client.send(new s3.HeadObjectCommand({Bucket, Key: 'large'}));
  same(head.ContentLength, bytes.length, 'length');
  const got = await client.send(new s3.GetObjectCommand({Bucket, Key: 'large'}));
  expect((await bodyOf(got)).equals(bytes), 'the bytes that were put');
  const {Uploads} = await client.send(new s3.ListMultipartUploadsCommand({Bucket}));
  same(Uploads || [], [], 'uploads under way');
});

check('other checksums, and wrong ones', async () => {
  for (const algorithm of ['SHA256', 'SHA1', 'CRC32C', 'CRC32']) {
    const put = await client.send(new s3.PutObjectCommand(
        {Bucket, Key: algorithm, Body: 'firmware', ChecksumAlgorithm: algorithm}));
    const got = await client.send(
        new s3.GetObjectCommand({Bucket, Key: algorithm, ChecksumMode: 'ENABLED'}));
    same([(await bodyOf(got)).toString(), got[`Checksum${algorithm}`]],
         ['firmware', put[`Checksum${algorithm}`]], algorithm);
  }
  await refused(client.send(new s3.PutObjectCommand(
      {Bucket, Key: 'wrong', Body: 'firmware', ChecksumCRC32: 'AAAAAA=='})), 'BadDigest', 400);
  await refused(client.send(new s3.HeadObjectCommand({Bucket, Key: 'wrong'})), 'NotFound', 404);
});

/** What a bare HTTP client, such as a cart's, gets. */
function fetchRange(url, range) {
  return fetch(url, {headers: range ? {range} : {}});
}

check('presigned URLs', async () => {
  const bytes = randomBytes(5000);
  await client.send(new s3.PutObjectCommand({Bucket, Key: 'signed', Body: bytes}));
  const get = new s3.GetObjectCommand({Bucket, Key: 'signed'});
  const url = await getSignedUrl(client, get, {expiresIn: 60});
  const whole = await fetchRange(url);
  expect(Buffer.from(await whole.arrayBuffer()).equals(bytes), 'the bytes that were put');
  const part = await fetchRange(url, 'bytes=4000-');
  same([part.status, part.headers.get('content-range')], [206, 'bytes 4000-4999/5000'], 'a range');
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(4000)), 'its bytes');
  const forged = await fetch(url.replace('/signed?', '/stream?'));
  same([forged.status, (await forged.text()).includes('<Code>SignatureDoesNotMatch</Code>')],
       [403, true], 'another key');
  const old = await getSignedUrl(client, get, {expiresIn: 60,
                                               signingDate: new Date(Date.now() - 120_000)});
  const late = await fetch(old);
  same([late.status, (await late.text()).includes('<Code>AccessDenied</Code>')], [403, true],
       'after its time');

  const bare = new s3.S3Client({...common, forcePathStyle: true,
                                requestChecksumCalculation: 'WHEN_REQUIRED'});
  const put = await getSignedUrl(bare, new s3.PutObjectCommand({Bucket, Key: 'put'}));
  same((await fetch(put, {method: 'PUT', body: 'from a board'})).status, 200, 'PUT');
  const got = await client.send(new s3.GetObjectCommand({Bucket, Key: 'put'}));
  same((await bodyOf(got)).toString(), 'from a board', 'what was put');
});

check('listings are paged', async () => {
  for (let i = 0; i < 7; ++i) {
    await client.send(new s3.PutObjectCommand({Bucket, Key: `list/${i}`, Body: `${i}`}));
  }
  const pages = [];
  const wish = {client, pageSize: 3};
  for await (const page of s3.paginateListObjectsV2(wish, {Bucket, Prefix: 'list/'})) {
    pages.push(page.Contents.map((one) => one.Key));
  }
  same(pages.map((page) => page.length), [3, 3, 1], 'sizes of pages');
  same(pages.flat(), Array.from({length: 7}, (_, i) => `list/${i}`), 'keys');
});

check('errors have the names that AWS gives them', async () => {
  const get = (more) => client.send(new s3.GetObjectCommand({Bucket, Key: 'signed', ...more}));
  await refused(get({Key: 'nothing'}), 'NoSuchKey', 404);
  await refused(get({Bucket: 'peer-nowhere'}), 'NoSuchBucket', 404);
  await refused(get({Range: 'bytes=9000-'}), 'InvalidRange', 416);
  await refused(get({IfMatch: '"0"'}), 'PreconditionFailed', 412);
  const {ETag} = await get({});
  // An answer without a body has no name.
  const unchanged = await refusal(get({IfNoneMatch: ETag}), 'IfNoneMatch');
  same(unchanged.$metadata.httpStatusCode, 304, 'IfNoneMatch');
  const stranger = new s3.S3Client({...common, forcePathStyle: true, credentials: {
    accessKeyId: 'AKIANOBODYKNOWSTHIS1', secretAccessKey: 'x'}});
  await refused(stranger.send(new s3.ListBucketsCommand({})), 'InvalidAccessKeyId', 403);
  const liar = new s3.S3Client({...common, forcePathStyle: true, credentials: {
    accessKeyId: setting('AWS_ACCESS_KEY_ID'), secretAccessKey: 'x'}});
  await refused(liar.send(new s3.ListBucketsCommand({})), 'SignatureDoesNotMatch', 403);
});

check('a clock that is wrong is noticed and corrected', async () => {
  const skewed = new s3.S3Client({...common, forcePathStyle: true, systemClockOffset: 3_600_000});
  await refused(skewed.send(new s3.ListBucketsCommand({})), 'RequestTimeTooSkewed', 403);
  // The client has read the Date of the refusal.
  await skewed.send(new s3.ListBucketsCommand({}));
});

check('forty requests at a time', async () => {
  const keys = Array.from({length: 40}, (_, i) => `many/${i}`);
  await Promise.all(keys.map(
      (Key) => client.send(new s3.PutObjectCommand({Bucket, Key, Body: Key.repeat(5000)}))));
  const found = await Promise.all(keys.map(
      async (Key) => (await bodyOf(await client.send(new s3.GetObjectCommand({Bucket, Key})))).toString()));
  same(found.map((text, i) => text === keys[i].repeat(5000)), keys.map(() => true), 'bodies');
});

runChecks();
