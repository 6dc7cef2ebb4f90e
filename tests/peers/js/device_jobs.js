'use strict';
// A whole job, seen by both Jobs clients of aws-iot-device-sdk-v2 over MQTT 3.1.1 and 5. The jobs
// are created by AWS's control plane client.

const {CreateJobCommand, CreateThingCommand, DescribeJobCommand, DescribeJobExecutionCommand,
       IoTClient} = require('@aws-sdk/client-iot');
const {check, expect, refusal, runChecks, same, setting} = require('./checks.js');
const {Device311, Device5} = require('./device.js');
const {JobsV1, JobsV2} = require('./jobs_clients.js');

const thing = setting('CARTSTORM_THING');
const control = new IoTClient({endpoint: setting('CARTSTORM_HTTP'), maxAttempts: 1});
const DOCUMENT = {operation: 'reboot', after: [1, 2.5, true, null], text: 'caf\u00e9 "x"'};

const combinations = {
  'v2 over MQTT 5': [Device5, JobsV2, 'over5'],
  'v2 over MQTT 3.1.1': [Device311, JobsV2, 'over311'],
  'v1 over MQTT 3.1.1': [Device311, JobsV1, 'over311'],
  'v1 over MQTT 5': [Device5, JobsV1, 'over5'],
};

/** The parts that are compared; times differ. */
function summary(execution) {
  const {jobId, status, versionNumber, executionNumber} = execution;
  return {jobId, status, versionNumber, executionNumber};
}

/** Devices get seconds as numbers, callers of the control plane dates. */
function isRecent(time, what) {
  const ms = time instanceof Date ? time.getTime() : time * 1000;
  expect(Math.abs(Date.now() - ms) < 600_000, `${what} is now, found ${time}`);
}

async function createJob(jobId, target) {
  const {jobArn} = await control.send(new CreateJobCommand(
      {jobId, targets: [target], document: JSON.stringify(DOCUMENT)}));
  expect(jobArn.endsWith(`:job/${jobId}`), `ARN of a job, found ${jobArn}`);
}

async function rejected(promise, code, what) {
  const body = await refusal(promise, what);
  same(body.code, code, `${what}: code`);
  expect(typeof body.message === 'string', `${what}: a message`);
  return body;
}

for (const [name, [Device, Jobs, over]] of Object.entries(combinations)) {
  const word = name.replace(/[^a-z0-9]+/gi, '-');
  const first = `${word}-first`;
  const second = `${word}-second`;

  check(`${name}: a job from notification to success`, async () => {
    const {thingArn} = await control.send(new CreateThingCommand({thingName: thing}));
    // The certificate says which thing it is; the client id is free.
    const device = new Device({id: word});
    await device.connect();
    const jobs = Jobs[over](device, thing);
    await jobs.listen();

    // Nothing is queued.
    same((await jobs.startNext()).execution, undefined, 'start-next of an empty queue');
    same((await jobs.describe('$next')).execution, undefined, '$next of an empty queue');
    const none = await jobs.pending();
    same([none.inProgressJobs, none.queuedJobs], [[], []], 'lists of an empty queue');

    // Two jobs; the first is announced, the second only listed.
    await createJob(first, thingArn);
    same(Object.keys((await jobs.notify.take('notify')).jobs), ['QUEUED'], 'notify');
    const next = (await jobs.notifyNext.take('notify-next')).execution;
    same(summary(next), {jobId: first, status: 'QUEUED', versionNumber: 1, executionNumber: 1},
         'notify-next');
    same(next.jobDocument, DOCUMENT, 'document in notify-next');
    isRecent(next.queuedAt, 'queuedAt');
    await createJob(second, thingArn);
    const listed = (await jobs.notify.take('notify')).jobs.QUEUED;
    same(listed.map((one) => one.jobId), [first, second], 'notify of two');
    same((await jobs.pending()).queuedJobs.map((one) => one.jobId), [first, second], 'queued');

    // The first is carried out.
    const started = (await jobs.startNext({statusDetails: {step: 'download'}})).execution;
    same(summary(started),
         {jobId: first, status: 'IN_PROGRESS', versionNumber: 2, executionNumber: 1}, 'start-next');
    same([started.jobDocument, started.statusDetails], [DOCUMENT, {step: 'download'}],
         'document and details of start-next');
    isRecent(started.startedAt, 'startedAt');
    const described = (await jobs.describe(first)).execution;
    same([described.status, described.jobDocument], ['IN_PROGRESS', DOCUMENT], 'describe');
    same((await jobs.describe('$next')).execution.jobId, first, '$next');
    const updated = await jobs.update(first, {
      status: 'IN_PROGRESS', expectedVersion: 2, statusDetails: {step: 'verify'},
      includeJobExecutionState: true, includeJobDocument: true});
    same([updated.executionState.status, updated.executionState.versionNumber,
          updated.executionState.statusDetails, updated.jobDocument],
         ['IN_PROGRESS', 3, {step: 'verify'}, DOCUMENT], 'update');
    same((await jobs.pending()).inProgressJobs.map((one) => one.jobId), [first], 'in progress');

    // What is refused.
    const mismatch = await rejected(
        jobs.update(first, {status: 'IN_PROGRESS', expectedVersion: 2}), 'VersionMismatch',
        'an update of an old version');
    same([mismatch.executionState.status, mismatch.executionState.versionNumber],
         ['IN_PROGRESS', 3], 'state in the rejection');
    await rejected(jobs.describe('no-such-job'), 'ResourceNotFound', 'an unknown job');
    await rejected(jobs.update(second, {status: 'QUEUED'}), 'InvalidStateTransition',
                   'an update to QUEUED');

    // The end of the first announces the second.
    const ended = await jobs.update(first, {status: 'SUCCEEDED', statusDetails: {version: '2.0.0'}});
    same([ended.executionState, ended.jobDocument], [undefined, undefined], 'a short reply');
    same((await jobs.notifyNext.take('notify-next')).execution.jobId, second, 'next job');
    const over1 = await rejected(jobs.update(first, {status: 'IN_PROGRESS'}),
                                 'InvalidStateTransition', 'an update after the end');
    same(over1.executionState.status, 'SUCCEEDED', 'state in the rejection');
    await rejected(jobs.describe(first), 'TerminalStateReached', 'describe after the end');

    // The second is rejected without being started, and the queue is empty.
    await jobs.update(second, {status: 'REJECTED', statusDetails: {reason: 'quarantined'}});
    same((await jobs.notifyNext.take('notify-next')).execution, undefined, 'nothing is next');
    same((await jobs.startNext()).execution, undefined, 'start-next at the end');
    same(jobs.notifyNext.size, 0, 'more of notify-next');
    jobs.close();
    await device.disconnect();

    // The control plane knows all of it.
    const {execution} = await control.send(
        new DescribeJobExecutionCommand({jobId: first, thingName: thing}));
    same([execution.status, execution.statusDetails.detailsMap.version, execution.versionNumber],
         ['SUCCEEDED', '2.0.0', 4], 'DescribeJobExecution');
    for (const jobId of [first, second]) {
      const {job} = await control.send(new DescribeJobCommand({jobId}));
      same(job.status, 'COMPLETED', 'DescribeJob');
      isRecent(job.completedAt, 'completedAt');
    }
  });
}

runChecks();
